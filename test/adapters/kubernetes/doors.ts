import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { Environment } from "../../../src/adapters/environment.ts";
import type { Api } from "../../../src/adapters/kubernetes/api.ts";
import { createAuthenticator, type Signer } from "../../../src/adapters/kubernetes/credentials.ts";
import { proxyHost, proxyOf } from "../../../src/adapters/kubernetes/dispatcher.ts";
import { loadKubeconfig } from "../../../src/adapters/kubernetes/kubeconfig.ts";
import { createTransport } from "../../../src/adapters/kubernetes/transport.ts";
import { inline } from "./fake-api.ts";

/** How a door differs from one with a token and the right authority. */
export interface DoorOptions {
  /** Fields of the kubeconfig's `user` and `cluster`. */
  readonly user?: object;
  readonly cluster?: object;
  readonly env?: Environment;
  readonly debug?: (line: string) => void;
  readonly mask?: (secret: string) => void;
  /** Signs in instead of the kubeconfig's user. */
  readonly authenticator?: Signer;
}

/** A directory that is removed with the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), "door-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes a kubeconfig with one context `ctx`, cluster `c` and user `u`, and gives its path. */
export function writeKubeconfig(
  server: string,
  { user, cluster }: DoorOptions = {},
  directory = temporaryDirectory(),
): string {
  const file = path.join(directory, "config");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "ctx",
    contexts: [{ name: "ctx", context: { cluster: "c", user: "u", namespace: "shop" } }],
    clusters: [
      { name: "c", cluster: { server, "certificate-authority-data": inline("authority.crt"), ...cluster } },
    ],
    users: [{ name: "u", user: user ?? { token: "token-one" } }],
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** The door to a fake API server, with pauses so short that no test waits for one. */
export function doorTo(
  server: string,
  options: DoorOptions = {},
  kubeconfig = writeKubeconfig(server, options),
): Api {
  const { env = {}, debug, mask = () => undefined } = options;
  const access = {
    ...loadKubeconfig({ kubeconfig, context: undefined, env }),
    from: "the kubeconfig",
  };
  const proxy = proxyOf(access.cluster, env);
  const authenticator = createAuthenticator(access, mask);
  const { as, refused } = authenticator;
  const transport = createTransport({
    access,
    proxy,
    authenticator: options.authenticator ?? authenticator,
    userAgent: "test",
    debug,
    firstPauseMs: 1,
  });
  onTestFinished(() => transport.close());
  return {
    transport,
    where: {
      endpoint: new URL(server).host,
      proxy: proxyHost(proxy),
      from: access.from,
      as,
      refused,
    },
  };
}

/** A signal that never aborts. */
export const never = new AbortController().signal;
