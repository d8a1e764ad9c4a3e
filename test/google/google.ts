import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster } from "../cluster/cluster.ts";
import type { Front } from "../faults/front.ts";
import type { CredentialKind, CredentialSource } from "./credential-file.ts";
import { type EnvOptions, environmentOf } from "./environment.ts";
import { type Fronts, openFronts } from "./fronts.ts";
import { hostsOf } from "./hosts.ts";
import { federatedPrincipal, userPrincipal } from "./principals.ts";
import { TunnelProxy } from "./proxy.ts";
import { type KeyPair, makeKeyPair, randomText, Tokens } from "./tokens.ts";
import { type Facts, noTrouble, type Trouble, usualFacts, type World } from "./world.ts";

/** How a double is to be. */
export interface GoogleOptions {
  /** Facts that differ from the usual ones (`world.ts`). */
  readonly facts?: Partial<Facts>;
  /** What the runner's network asks of everyone. Default: a proxy is there for who uses it. */
  readonly proxy?: {
    /** Connections that did not come by the proxy get no answer; the metadata server is nearer than the proxy. */
    readonly required?: boolean;
    /** Wants it, of the user `runner`. */
    readonly password?: string;
  };
  /** Milliseconds since 1970, by which tokens live and end. Default: the real clock. */
  readonly now?: () => number;
}

/** Google, as far as a rollout needs it, on loopback, in front of the local control plane. */
export interface GoogleDouble extends AsyncDisposable {
  /** How things are; to be changed at will. */
  readonly facts: Facts;
  /** What Google refuses; to be changed at will. */
  readonly trouble: Trouble;
  /** Every server of it, each with its own faults and counts. */
  readonly fronts: Fronts;
  readonly proxy: TunnelProxy;
  /** Requests that each server answered, or passed on. */
  readonly exchanges: Readonly<Record<keyof Fronts, number>>;
  /** The environment of a run. Writes the credential file that an earlier step would have left. */
  env(options?: EnvOptions): Record<string, string>;
  /** The user as whom a credential comes to the API server. */
  user(credential?: CredentialKind): string;
  /** Every token, key and password that was ever in play. */
  secrets(): string[];
  /** Ends every token at once, before its time. */
  expireTokens(): void;
}

// RSA keys take long to make; that all doubles of a process have the same ones harms nobody.
let keys: { readonly github: KeyPair; readonly account: KeyPair } | undefined;

/** Starts a double in front of a local control plane: `await using google = await startGoogle(cluster)`. */
export async function startGoogle(cluster: Cluster, options: GoogleOptions = {}): Promise<GoogleDouble> {
  keys ??= { github: makeKeyPair(), account: makeKeyPair() };
  const now = options.now ?? Date.now;
  const world: World = {
    facts: { ...usualFacts(), ...options.facts },
    trouble: noTrouble(),
    tokens: new Tokens(now),
    now,
  };
  const { required = false, password } = options.proxy ?? {};
  const targets = new Map<string, Front>();
  const proxy = new TunnelProxy({ targets, password });
  await proxy.listen();
  const secrets = makeSecrets(world.tokens, keys.account, password);
  const { fronts, authority } = await openFronts({
    world,
    kubeconfig: await cluster.kubeconfig(),
    keys,
    secrets,
    admits: (socket) => !required || proxy.brought(socket),
  });
  for (const [host, front] of hostsOf(world.facts, fronts)) targets.set(host, front);
  const directory = mkdtempSync(join(tmpdir(), "google-double-"));
  const ca = join(directory, "authority.pem");
  writeFileSync(ca, authority);
  const seen = {
    facts: world.facts,
    fronts,
    secrets,
    directory,
    ca,
    proxy: proxy.url,
    isProxyRequired: required,
  };

  return {
    facts: world.facts,
    trouble: world.trouble,
    fronts,
    proxy,
    get exchanges() {
      const counts = Object.entries(fronts).map(([name, front]) => [name, front.count()]);
      return Object.fromEntries(counts) as Record<keyof Fronts, number>;
    },
    env: (more) => environmentOf(seen, more),
    user: (credential = "direct") => userFor(credential, world.facts),
    secrets: () => world.tokens.secrets(),
    expireTokens: () => world.tokens.expireAll(),
    async [Symbol.asyncDispose]() {
      await Promise.all([...Object.values(fronts), proxy].map((one) => one[Symbol.asyncDispose]()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function userFor(credential: CredentialKind, facts: Facts): string {
  if (credential === "direct") return federatedPrincipal(facts).id;
  return credential === "user" ? userPrincipal.email : facts.serviceAccount;
}

function makeSecrets(tokens: Tokens, account: KeyPair, password: string | undefined) {
  if (password !== undefined) {
    tokens.keep(password);
    tokens.keep(Buffer.from(`runner:${password}`).toString("base64"));
  }
  // A file of JSON has it as one line, a log may have it cut.
  for (const line of account.privateKey.split("\n")) if (/^[^-]{40}/.test(line)) tokens.keep(line);
  return {
    privateKey: tokens.keep(account.privateKey),
    bearer: tokens.keep(`eyJhbGciOiJSUzI1NiJ9.${randomText(200)}.${randomText(86)}`),
    user: {
      clientId: "764086051850-double.apps.googleusercontent.com",
      clientSecret: tokens.keep(`d-${randomText(24)}`),
      refreshToken: tokens.keep(`1//0${randomText(60)}`),
    },
  } satisfies Omit<CredentialSource, "facts" | "urls">;
}
