import type { PlacedPod, Pod, ReplicaSet, Resources, Target, Template } from "../model.ts";
import { type NodeOccupancy, occupancyOf, type Revisions, revisionsOf } from "./occupancy.ts";
import { schedulerRequests } from "./requests.ts";
import { type Incoming, toIncoming } from "./room.ts";
import { type Allowance, allowance } from "./strategy.ts";
import type { Snapshot } from "./verdict.ts";

/** Where the rollout starts from, in pods. */
export interface Start {
  readonly replicas: number;
  readonly unavailable: number;
  /** New pods that are available already. */
  readonly available: number;
  /** Old pods that their ReplicaSets want. */
  readonly old: number;
  /** Of these, how many wait for a node, or to be created. */
  readonly oldWaiting: number;
  /** The most new pods that one old pod can keep out. */
  readonly crowding: number;
}

/** All that decides whether the new pods find room. Fixes are tried by changing it and asking again. */
export interface Model {
  readonly minor: number;
  readonly pod: Incoming;
  readonly start: Start;
  /** What the strategy would allow with other replicas. */
  readonly allowanceFor: (replicas: number) => Allowance;
  readonly nodes: readonly NodeOccupancy[];
  /**
   * Uids of the old ReplicaSets, in the order in which these are emptied. Where pods of some are not available,
   * those go first whosever they are, so then all are one group that may shrink in any order.
   */
  readonly groups: readonly (readonly string[])[];
}

/** Puts together what the rollout of `next` meets in the cluster. */
export function modelOf(snapshot: Snapshot, target: Target, next: Template): Model {
  const revisions = revisionsOf(target, next);
  const nodes = occupancyOf(snapshot, revisions);
  const pod = toIncoming(snapshot.pod);
  const placed = nodes.flatMap(({ old }) => old);
  return {
    minor: snapshot.minor,
    pod,
    start: startOf(target, revisions, placed, pod.requests),
    allowanceFor: (replicas) => allowance({ ...target.workload, replicas }),
    nodes,
    groups: groupsOf(revisions),
  };
}

function startOf(
  { workload, pods }: Target,
  { fresh, old }: Revisions,
  placed: readonly PlacedPod[],
  requests: Resources,
): Start {
  const wanted = old.reduce((sum, { replicas }) => sum + replicas, 0);
  return {
    replicas: workload.replicas,
    unavailable: allowance(workload).unavailable,
    available: Math.min(fresh?.availableReplicas ?? 0, workload.replicas),
    old: Math.max(wanted, placed.length),
    oldWaiting: Math.max(0, wanted - placed.length),
    crowding: crowdingOf(
      [...placed.map(({ requests }) => requests), ...waitingRequests(pods, old)],
      requests,
    ),
  };
}

function waitingRequests(pods: readonly Pod[], old: readonly ReplicaSet[]): readonly Resources[] {
  const uids = new Set(old.map(({ uid }) => uid));
  return pods
    .filter(({ nodeName, ownerUid }) => nodeName === undefined && uids.has(ownerUid ?? ""))
    .map(({ spec }) => schedulerRequests(spec));
}

function crowdingOf(old: readonly Resources[], requests: Resources): number {
  let most = 1;
  for (const taken of old) {
    for (const [name, amount] of requests) {
      if (amount > 0) most = Math.max(most, Math.ceil((taken.get(name) ?? 0) / amount));
    }
  }
  return most;
}

/** Source: pkg/controller/deployment/rolling.go (v1.36.2), `cleanupUnhealthyReplicas` runs before the rest. */
function groupsOf({ old }: Revisions): readonly (readonly string[])[] {
  const uids = old.map(({ uid }) => uid);
  const healthy = old.every(({ availableReplicas, replicas }) => availableReplicas >= replicas);
  return healthy ? uids.map((uid) => [uid]) : [uids];
}
