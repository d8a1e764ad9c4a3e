import type { CoreV1Event, V1Deployment, V1Pod, V1ReplicaSet } from "@kubernetes/client-node";
import type { LogExcerpt } from "../../core/diagnosis/finding.ts";
import type { KubeEvent } from "../../core/model/event.ts";
import type { Instant } from "../../core/model/instant.ts";
import type { Pod } from "../../core/model/pod.ts";
import type { ReplicaSet, Workload, WorkloadRef } from "../../core/model/workload.ts";
import type { Observation } from "../../core/rollout/rollout.ts";
import { toEvent, toReplicaSet, toWorkload } from "./decode.ts";
import { controllerOf } from "./decode-fields.ts";
import { toPod } from "./decode-pod.ts";
import { nameStartOf } from "./generated-name.ts";

/** Kinds that the cache takes; it passes over all others. */
export type CachedKind = "Deployment" | "ReplicaSet" | "Pod" | "Event";

interface Owned<T> {
  readonly ownerUid: string | undefined;
  readonly value: T;
}

/**
 * What is known of one workload, filled by lists and watch events in any order. Live runs and replays fill the
 * same cache, so both see the same Observations.
 */
export class RolloutCache {
  readonly #ref: WorkloadRef;
  readonly #prefix: string;
  #uid: string | undefined;
  readonly #kept = {
    Deployment: new Map<string, Workload>(),
    ReplicaSet: new Map<string, Owned<ReplicaSet>>(),
    Pod: new Map<string, Pod>(),
    Event: new Map<string, KubeEvent>(),
  };
  /** uids of the workload and of all that it ever controlled here: events outlive what they speak of. */
  readonly #ours = new Set<string>();

  /** With `uid` undefined the first workload of that name is the one. */
  constructor(ref: WorkloadRef, uid: string | undefined) {
    this.#ref = ref;
    this.#prefix = nameStartOf(ref.name);
    this.#uid = uid;
  }

  /** Takes a whole list of one kind: what is not in it is gone. */
  replace(kind: CachedKind, objects: readonly unknown[]): void {
    this.#kept[kind].clear();
    for (const object of objects) this.#put(kind, object);
  }

  /** Takes one watch event. Bookmarks, errors and foreign kinds are passed over. */
  apply(type: "ADDED" | "MODIFIED" | "DELETED", object: unknown): void {
    const { kind } = object as { kind?: string };
    if (!isCached(kind)) return;
    if (type === "DELETED") this.#kept[kind].delete(uidOf(object));
    else this.#put(kind, object);
  }

  /** Everything that belongs to the workload: events in order of time, the rest sorted by name. */
  observation(at: Instant, freshAt: Instant, logs: readonly LogExcerpt[]): Observation {
    const replicaSets = [...this.#kept.ReplicaSet.values()]
      .filter(({ ownerUid }) => ownerUid !== undefined && ownerUid === this.#uid)
      .map(({ value }) => value);
    const owners = new Set(replicaSets.map(({ uid }) => uid));
    const pods = [...this.#kept.Pod.values()].filter(({ ownerUid }) => owners.has(ownerUid ?? ""));
    for (const uid of [this.#uid ?? "", ...owners, ...pods.map((pod) => pod.uid)]) this.#ours.add(uid);
    const events = [...this.#kept.Event.values()].filter(({ regarding }) => this.#ours.has(regarding.uid));
    return {
      at,
      freshAt,
      workload: [...this.#kept.Deployment.values()].at(-1),
      replicaSets: replicaSets.sort(byName),
      pods: pods.sort(byName),
      events: events.sort((a, b) => a.firstSeen - b.firstSeen || compare(a.uid, b.uid)),
      logs,
    };
  }

  #put(kind: CachedKind, object: unknown): void {
    switch (kind) {
      case "Deployment":
        this.#putWorkload(toWorkload(object as V1Deployment));
        return;
      case "ReplicaSet":
        this.#kept.ReplicaSet.set(uidOf(object), toOwned(object as V1ReplicaSet));
        return;
      case "Pod":
        this.#kept.Pod.set(uidOf(object), toPod(object as V1Pod));
        return;
      case "Event":
        this.#putEvent(object as CoreV1Event);
        return;
      default:
        kind satisfies never;
    }
  }

  #putWorkload(workload: Workload): void {
    if (workload.name !== this.#ref.name || workload.namespace !== this.#ref.namespace) return;
    this.#uid ??= workload.uid;
    this.#kept.Deployment.set(workload.uid, workload);
  }

  /** Keeps only events that can be of this workload: names of its ReplicaSets and pods begin with its own. */
  #putEvent(json: CoreV1Event): void {
    if (json.involvedObject.name?.startsWith(this.#prefix)) this.#kept.Event.set(uidOf(json), toEvent(json));
  }
}

const toOwned = (json: V1ReplicaSet): Owned<ReplicaSet> => ({
  ownerUid: controllerOf(json.metadata)?.uid,
  value: toReplicaSet(json),
});

const isCached = (kind: string | undefined): kind is CachedKind =>
  kind === "Deployment" || kind === "ReplicaSet" || kind === "Pod" || kind === "Event";

const uidOf = (object: unknown): string => (object as { metadata: { uid: string } }).metadata.uid;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byName = (a: { name: string; uid: string }, b: { name: string; uid: string }): number =>
  compare(a.name, b.name) || compare(a.uid, b.uid);
