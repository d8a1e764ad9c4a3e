import { once } from "node:events";
import type { RawApi, RawObject } from "./raw-api.ts";

/** What is watched, and where it is listed. */
const watched = {
  Deployment: "/apis/apps/v1/deployments",
  ReplicaSet: "/apis/apps/v1/replicasets",
  Pod: "/api/v1/pods",
} as const;

type Watched = keyof typeof watched;

/** The objects of one namespace as they are now, by kind. */
export type Workloads = Readonly<Record<Watched, readonly RawObject[]>>;

/** When a namespace counts as settled. */
export interface Settling {
  /** No object changed for so long. */
  readonly quietMs: number;
  /** And this holds. Default `isAtRest`. */
  readonly isSettled?: (workloads: Workloads) => boolean;
  /** It is waited no longer than that. */
  readonly timeoutMs: number;
}

/** One namespace: its objects by kind and name, and when the last of them changed. */
interface Seen {
  readonly objects: Readonly<Record<Watched, Map<string, RawObject>>>;
  changedAt: number;
}

/** All Deployments, ReplicaSets and pods of a control plane by one watch each, however many namespaces wait. */
export class WorkloadWatch implements AsyncDisposable {
  readonly #seen = new Map<string, Seen>();
  readonly #end = new AbortController();
  #watches: readonly Promise<void>[] = [];
  #failure: unknown;

  /** Starts to watch; knows everything that there is when it answers. */
  static async start(api: RawApi): Promise<WorkloadWatch> {
    const watch = new WorkloadWatch();
    const kinds = Object.entries(watched) as [Watched, string][];
    const lists = await Promise.all(kinds.map(([, path]) => api.send("GET", path) as Promise<RawList>));
    watch.#watches = kinds.map(([kind, path], index) => watch.#follow(api, kind, path, lists[index]));
    return watch;
  }

  /** The objects of a namespace as they were last seen. */
  now(namespace: string): Workloads {
    const { objects } = this.#of(namespace);
    return {
      Deployment: [...objects.Deployment.values()],
      ReplicaSet: [...objects.ReplicaSet.values()],
      Pod: [...objects.Pod.values()],
    };
  }

  /** Milliseconds since an object of the namespace changed. */
  quietMs(namespace: string): number {
    return performance.now() - this.#of(namespace).changedAt;
  }

  /**
   * Waits until nothing in a namespace changes any more, and answers with what is there; with `settled` false when
   * it did not come to rest in time.
   *
   * @throws Error when a watch broke
   */
  async settled(
    namespace: string,
    { quietMs, isSettled = isAtRest, timeoutMs }: Settling,
  ): Promise<{ readonly settled: boolean; readonly workloads: Workloads }> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      if (this.#failure) throw this.#failure;
      const workloads = this.now(namespace);
      const left = Math.max(quietMs - this.quietMs(namespace), isSettled(workloads) ? 0 : 50);
      if (left <= 0) return { settled: true, workloads };
      if (performance.now() > end) return { settled: false, workloads };
      await once(AbortSignal.timeout(Math.ceil(left)), "abort");
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#watches);
  }

  async #follow(api: RawApi, kind: Watched, path: string, list: RawList | undefined): Promise<void> {
    for (const object of list?.items ?? []) this.#see(kind, "ADDED", object);
    const query = `?watch=1&timeoutSeconds=86400&resourceVersion=${list?.metadata.resourceVersion}`;
    try {
      for await (const { type, object } of api.watch(path + query, this.#end.signal)) {
        if (type === "ERROR") throw new Error(`The watch of ${kind}s broke: ${JSON.stringify(object)}`);
        this.#see(kind, type, object);
      }
      throw new Error(`The watch of ${kind}s ended`);
    } catch (error) {
      if (!this.#end.signal.aborted) this.#failure = error;
    }
  }

  #see(kind: Watched, type: string, object: RawObject): void {
    const { name, namespace = "" } = object.metadata;
    const seen = this.#of(namespace);
    seen.changedAt = performance.now();
    if (type === "DELETED") seen.objects[kind].delete(name);
    else seen.objects[kind].set(name, object);
  }

  #of(namespace: string): Seen {
    let seen = this.#seen.get(namespace);
    if (!seen) {
      const objects = { Deployment: new Map(), ReplicaSet: new Map(), Pod: new Map() };
      seen = { objects, changedAt: performance.now() };
      this.#seen.set(namespace, seen);
    }
    return seen;
  }
}

interface RawList {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly RawObject[];
}

/** What a controller waits for. */
interface Progress {
  readonly metadata: { readonly generation?: number };
  readonly spec: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

/**
 * True when no controller has anything left to do: every change was seen by its controller, every ReplicaSet has
 * the pods that it wants or cannot create them, and every pod is Ready, ended, or was found to fit nowhere. Pods
 * that terminate count for nothing: what ends them is up to the test.
 */
export function isAtRest({ Deployment, ReplicaSet, Pod }: Workloads): boolean {
  const progress = [...Deployment, ...ReplicaSet] as unknown as Progress[];
  const isSeen = ({ metadata, status }: Progress) => status?.observedGeneration === metadata.generation;
  const isFilled = ({ spec, status }: Progress) =>
    (status?.replicas ?? 0) === (spec.replicas ?? 1) || has(status?.conditions, "ReplicaFailure", "True");
  return (
    progress.every(isSeen) &&
    (ReplicaSet as unknown as Progress[]).every(isFilled) &&
    Pod.filter((pod) => !pod.metadata.deletionTimestamp).every(isPodAtRest)
  );
}

function isPodAtRest({ status }: RawObject): boolean {
  const { phase, conditions } = (status ?? {}) as { phase?: string; conditions?: Condition[] };
  return (
    phase === "Succeeded" ||
    phase === "Failed" ||
    has(conditions, "Ready", "True") ||
    has(conditions, "PodScheduled", "False")
  );
}

const has = (conditions: readonly Condition[] | undefined, type: string, status: string): boolean =>
  conditions?.some((condition) => condition.type === type && condition.status === status) ?? false;
