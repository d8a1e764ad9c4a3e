import type https from "node:https";
import { KubeConfig, type User } from "@kubernetes/client-node";
import { ActionError } from "../../core/reason.ts";
import type { Access } from "./kubeconfig.ts";

/** What proves who we are, for one request: headers, and a client certificate with its key. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly cert: https.RequestOptions["cert"];
  readonly key: https.RequestOptions["key"];
}

/** Gives the credentials for each request anew, so that rotated tokens and certificates are picked up. */
export interface Signer {
  /** Throws `ActionError` with `AuthenticationFailed` when a plugin fails or a file cannot be read. */
  credentials(): Promise<Credentials>;
  /** Drops what is remembered, if it still is what the server refused. */
  forget(refused: Credentials): void;
}

/** A signer, and how messages speak of it. */
export interface Authenticator extends Signer {
  /** Who signs in: `user "ci" of kubeconfig ./config`. */
  readonly as: string;
  /** What it means when the server refuses even fresh credentials (401): a clause that ends a message. */
  readonly refused: string;
}

const NONE: Credentials = { headers: {}, cert: undefined, key: undefined };

/**
 * Signs requests with client-node's own authenticators. Every secret goes through `mask` before its first use.
 * A plain-http server is sent no credentials. Source: client-go/tools/clientcmd/client_config.go (v0.36.3),
 * `ClientConfig`: "only try to read the auth information if we are secure".
 */
export function createAuthenticator(access: Access, hear: (secret: string) => void): Authenticator {
  const heard = new Set<string>();
  const mask = (secret: string): void => {
    if (!heard.has(secret)) hear(secret);
    heard.add(secret);
  };
  const { user, from } = access;
  if (user === undefined || access.cluster.server.startsWith("http:")) {
    return {
      as: "nobody",
      refused: `${from} names no user, and one is needed`,
      credentials: async () => NONE,
      forget: () => undefined,
    };
  }
  for (const secret of secretsOf(user)) mask(secret);
  let config = configOf(access, user);
  let running: Promise<Credentials> | undefined;
  return {
    as: `user "${user.name}" of ${from}`,
    refused: `the credentials of user "${user.name}" in ${from} have expired, or are for another cluster`,
    // One at a time: at the start many requests would each run the plugin.
    credentials: () => {
      running ??= sign(config, access, user, mask).finally(() => {
        running = undefined;
      });
      return running;
    },
    forget: () => {
      config = configOf(access, user);
    },
  };
}

/** A fresh `KubeConfig`, whose authenticators remember nothing yet. Authority and proxy are the dispatcher's. */
function configOf({ cluster: { name, server }, context }: Access, user: User): KubeConfig {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name, server, skipTLSVerify: false }],
    users: [user],
    contexts: [context],
    currentContext: context.name,
  });
  return config;
}

async function sign(
  config: KubeConfig,
  access: Access,
  user: User,
  mask: (secret: string) => void,
): Promise<Credentials> {
  const options: https.RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw explain(error, access, user);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name] = String(value).trim();
  if (options.auth) headers.Authorization = `Basic ${Buffer.from(options.auth).toString("base64")}`;
  const secret = headers.Authorization?.replace(/^\S+\s+/, "");
  if (secret) mask(secret);
  return { headers, cert: options.cert, key: options.key };
}

function secretsOf({ token, password, keyData, authProvider }: User): readonly string[] {
  const provider = (authProvider as { config?: Readonly<Record<string, unknown>> } | null | undefined)
    ?.config;
  const names = ["access-token", "id-token", "refresh-token", "client-secret"];
  return [token, password, keyData, ...names.map((name) => provider?.[name])].filter(
    (secret): secret is string => typeof secret === "string" && secret !== "",
  );
}

function explain(error: unknown, { from }: Access, { name, exec }: User): ActionError {
  const plugin = exec as { command?: string; installHint?: string } | null | undefined;
  const { code, path, message } = error as NodeJS.ErrnoException;
  const who = `Cannot sign in as user "${name}" of ${from}`;
  if (plugin && code === "ENOENT") {
    const detail = plugin.installHint?.split("\n") ?? [];
    const text = `${who}: its credential plugin ${plugin.command} is not on this runner; install it in an earlier step`;
    return new ActionError("AuthenticationFailed", text, { detail, cause: error });
  }
  if (plugin) {
    const detail = message.trim().split("\n").slice(0, 5);
    return new ActionError("AuthenticationFailed", `${who}: its credential plugin ${plugin.command} failed`, {
      detail,
      cause: error,
    });
  }
  const why = code === undefined || path === undefined ? message.trim() : `${path}: ${code}`;
  return new ActionError("AuthenticationFailed", `${who}: ${why}`, { cause: error });
}
