import type { Instant } from "../model/instant.ts";
import type { Template } from "../model/pod-spec.ts";
import type { Node, PlacedPod } from "../model/room.ts";
import type { ReplicaSet, Target } from "../model/workload.ts";
import { replicaSetOf } from "../replica-set.ts";
import { LastingView } from "./lasting.ts";
import type { Snapshot } from "./verdict.ts";

/** A node with its pods, by what becomes of them during the rollout. */
export interface NodeOccupancy extends Fates {
  readonly node: Node;
  /** The node with the pods that are there at every moment of the rollout from now on. */
  readonly lasting: LastingView;
}

/** The pods of a node, sorted. */
export interface Fates {
  /** Pods that take their room for as long as the rollout lasts. */
  readonly staying: readonly PlacedPod[];
  /** Pods of the new template that are there already. */
  readonly fresh: readonly PlacedPod[];
  /** Pods of old templates, which the rollout takes away. */
  readonly old: readonly PlacedPod[];
  /** Pods being deleted: they take room now, and give it back in time. */
  readonly leaving: readonly PlacedPod[];
}

/** The ReplicaSets of a workload as its controller will treat them. */
export interface Revisions {
  /** The one that the new template would use, when it exists. */
  readonly fresh: ReplicaSet | undefined;
  /** All others, oldest first: the order in which they are emptied. */
  readonly old: readonly ReplicaSet[];
}

/** Past its grace by this much, a terminating pod is on a lost node or held by a finalizer. */
const STUCK_AFTER_MS = 60_000;

/** Tells the new template's ReplicaSet, reused when it exists, from the old ones. */
export function revisionsOf({ replicaSets }: Target, next: Template): Revisions {
  const fresh = replicaSetOf(next.json, replicaSets);
  const old = replicaSets.filter((replicaSet) => replicaSet !== fresh);
  return { fresh, old: old.toSorted((left, right) => left.createdAt - right.createdAt) };
}

/**
 * Uids of the old ReplicaSets, in the order in which these are emptied; one group when unhealthy pods go first.
 * Source: pkg/controller/deployment/rolling.go (v1.36.2), `cleanupUnhealthyReplicas` runs before the rest.
 */
export function groupsOf({ old }: Revisions): readonly (readonly string[])[] {
  const uids = old.map(({ uid }) => uid);
  const healthy = old.every(({ availableReplicas, replicas }) => availableReplicas >= replicas);
  return healthy ? uids.map((uid) => [uid]) : [uids];
}

/**
 * Sorts pods onto nodes. A pod that was promised a node by preemption counts there unless it gives way to ours; one
 * that waits for a node takes no room.
 */
export function occupancyOf(snapshot: Snapshot, revisions: Revisions): readonly NodeOccupancy[] {
  const nodes = new Map(snapshot.nodes.map((node) => [node.name, { node, fates: noPods() }]));
  const ours = uidsOf(revisions);
  for (const pod of snapshot.pods) {
    const occupancy = nodes.get(pod.nodeName ?? promisedNode(pod, snapshot, ours) ?? "");
    occupancy?.fates[fateOf(pod, revisions, ours, snapshot.at)].push(pod);
  }
  return [...nodes.values()].map(({ node, fates }) => toOccupancy(node, fates));
}

/** Puts pods on a node. */
export function toOccupancy(node: Node, fates: Fates): NodeOccupancy {
  const { staying, fresh, old, leaving } = fates;
  return {
    node,
    staying,
    fresh,
    old,
    leaving,
    lasting: new LastingView(node, fresh.length === 0 ? staying : [...staying, ...fresh]),
  };
}

type MutableFates = { readonly [Fate in keyof Fates]: PlacedPod[] };

const noPods = (): MutableFates => ({ staying: [], fresh: [], old: [], leaving: [] });

/** Uids of the ReplicaSets whose pods belong to the workload. */
function uidsOf({ fresh, old }: Revisions): ReadonlySet<string> {
  return new Set([fresh, ...old].flatMap((replicaSet) => (replicaSet === undefined ? [] : [replicaSet.uid])));
}

function promisedNode(pod: PlacedPod, snapshot: Snapshot, ours: ReadonlySet<string>): string | undefined {
  const givesWay = pod.priority < snapshot.pod.priority || ours.has(pod.ownerUid ?? "");
  return givesWay ? undefined : pod.nominatedNodeName;
}

function fateOf(
  { deletedAt, ownerUid = "" }: PlacedPod,
  { fresh }: Revisions,
  ours: ReadonlySet<string>,
  now: Instant,
): keyof Fates {
  if (deletedAt !== undefined) return now - deletedAt > STUCK_AFTER_MS ? "staying" : "leaving";
  if (!ours.has(ownerUid)) return "staying";
  return ownerUid === fresh?.uid ? "fresh" : "old";
}
