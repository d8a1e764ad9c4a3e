import { withNodePools } from "../../core/capacity/autoscaling/with-node-pools.ts";
import type { GkeScaling } from "../../core/model/autoscaling.ts";
import type { Cluster } from "../../ports.ts";
import type { Environment } from "../environment.ts";
import type { Api } from "./api.ts";
import { type Authenticator, createAuthenticator } from "./credentials.ts";
import { proxyHost, proxyOf } from "./dispatcher.ts";
import { type Access, loadKubeconfig } from "./kubeconfig.ts";
import { LISTS, PACE } from "./pace.ts";
import { patchWorkload } from "./patch.ts";
import { reviewRights } from "./rights.ts";
import { readSnapshot } from "./snapshot.ts";
import type { Tap } from "./tap.ts";
import { readTarget } from "./target.ts";
import { createTransport } from "./transport.ts";
import { LiveWatch } from "./watch.ts";

/** How the work goes on, and who hears of it. */
interface Manner {
  /** `undefined`: that of the context, else `default`. */
  readonly namespace: string | undefined;
  readonly env: Environment;
  /** Owner of our writes in `managedFields`, and our name to the API server. */
  readonly fieldManager: string;
  /** Takes a line about each request; given only when debugging is on. */
  readonly debug?: ((line: string) => void) | undefined;
  /** Takes what the user should know though the work goes on. */
  readonly warn: (text: string) => void;
  /** Hears what is read and written of the workload. */
  readonly tap?: Tap | undefined;
}

/** A cluster of a kubeconfig. */
export interface ConnectOptions extends Manner {
  /** Path or paths of a kubeconfig; `undefined`: `KUBECONFIG`, in-cluster, `~/.kube/config`. */
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  /** Hears every secret before its first use. */
  readonly mask: (secret: string) => void;
}

/** A cluster that was found, by whatever way. */
export interface OpenOptions extends Manner {
  /** Its server may have a path of its own, below which the API begins. */
  readonly access: Access;
  readonly authenticator: Authenticator;
  /** Lists stand in for watches, where a server has few streams. */
  readonly lists: boolean;
  /** Its node pools, where the Container API told them. */
  readonly scaling?: GkeScaling;
}

/** Makes the door to the cluster of a kubeconfig. Contacts nothing. Throws `ActionError` when it names no cluster. */
export function connect(options: ConnectOptions): Cluster {
  const access = loadKubeconfig(options);
  const authenticator = createAuthenticator(access, options.mask);
  return openCluster({ ...options, access, authenticator, lists: false });
}

/** Makes the door to a cluster. Contacts nothing. */
export function openCluster(options: OpenOptions): Cluster {
  const { access, authenticator, env, fieldManager, warn, tap } = options;
  const proxy = proxyOf(access.cluster, env);
  const transport = createTransport({
    access,
    proxy,
    authenticator,
    userAgent: fieldManager,
    debug: options.debug,
  });
  const { host } = new URL(access.cluster.server);
  const { as, refused } = authenticator;
  const api: Api = {
    transport,
    where: { endpoint: host, proxy: proxyHost(proxy), from: access.from, as, refused },
  };
  const pace = options.lists ? LISTS : PACE;
  return {
    endpoint: host,
    namespace: options.namespace ?? access.context.namespace ?? "default",
    review: (rights, signal) => reviewRights(api, rights, signal),
    target: (ref, signal) => readTarget(api, ref, signal, tap),
    snapshot: async (request, signal) => {
      const snapshot = await readSnapshot(api, request, signal);
      return { ...snapshot, autoscaling: withNodePools(snapshot.autoscaling, options.scaling) };
    },
    patch: (ref, operations, signal) => patchWorkload(api, { ref, operations, fieldManager, tap }, signal),
    watch: (ref, uid, signal) => new LiveWatch({ api, ref, uid, signal, warn, pace, tap }),
    close: () => transport.close(),
  };
}
