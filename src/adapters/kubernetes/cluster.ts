import type { Cluster } from "../../ports.ts";
import type { Environment } from "../environment.ts";
import type { Api } from "./api.ts";
import { createAuthenticator } from "./credentials.ts";
import { proxyHost, proxyOf } from "./dispatcher.ts";
import { loadKubeconfig } from "./kubeconfig.ts";
import { patchWorkload } from "./patch.ts";
import { reviewRights } from "./rights.ts";
import { readSnapshot } from "./snapshot.ts";
import { readTarget } from "./target.ts";
import { createTransport } from "./transport.ts";
import { LiveWatch } from "./watch.ts";

/** Where the cluster is, and who hears of what goes on. */
export interface ConnectOptions {
  /** Path or paths of a kubeconfig; `undefined`: `KUBECONFIG`, in-cluster, `~/.kube/config`. */
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  /** `undefined`: the context's, else `default`. */
  readonly namespace: string | undefined;
  readonly env: Environment;
  /** Owner of our writes in `managedFields`, and our name to the API server. */
  readonly fieldManager: string;
  /** Takes a line about each request; given only when debugging is on. */
  readonly debug?: ((line: string) => void) | undefined;
  /** Takes what the user should know though the work goes on. */
  readonly warn: (text: string) => void;
  /** Hears every secret before its first use. */
  readonly mask: (secret: string) => void;
}

/** Makes the door to the cluster. Contacts nothing. Throws `ActionError` when the kubeconfig names no cluster. */
export function connect(options: ConnectOptions): Cluster {
  const { env, fieldManager, warn } = options;
  const access = loadKubeconfig(options);
  const proxy = proxyOf(access.cluster, env);
  const transport = createTransport({
    access,
    proxy,
    authenticator: createAuthenticator(access, options.mask),
    userAgent: fieldManager,
    debug: options.debug,
  });
  const endpoint = new URL(access.cluster.server).host;
  const where = { endpoint, proxy: proxyHost(proxy), from: access.from, user: access.user?.name };
  const api: Api = { transport, where };
  return {
    endpoint,
    namespace: options.namespace ?? access.context.namespace ?? "default",
    review: (rights, signal) => reviewRights(api, rights, signal),
    target: (ref, signal) => readTarget(api, ref, signal),
    snapshot: (request, signal) => readSnapshot(api, request, signal),
    patch: (ref, operations, signal) => patchWorkload(api, { ref, operations, fieldManager }, signal),
    watch: (ref, uid, signal) => new LiveWatch({ api, ref, uid, signal, warn }),
    close: () => transport.close(),
  };
}
