import type { Template } from "../model/pod-spec.ts";
import type { PlacedPod } from "../model/room.ts";
import type { Target } from "../model/workload.ts";
import { groupsOf, type NodeOccupancy, occupancyOf, type Revisions, revisionsOf } from "./occupancy.ts";
import { type Incoming, toIncoming } from "./room.ts";
import { type Allowance, allowance } from "./strategy.ts";
import type { Snapshot } from "./verdict.ts";
import { type Waiting, waitingOf } from "./waiting.ts";

/** Where the rollout starts from, in pods. */
export interface Start {
  readonly replicas: number;
  readonly unavailable: number;
  /** New pods that are available already. */
  readonly available: number;
  /** Old pods that their ReplicaSets want. */
  readonly old: number;
  /** Those of the old pods that have no node. */
  readonly waiting: Waiting;
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
  const pod = toIncoming(snapshot.pod, target.workload.namespace, snapshot.labels);
  const placed = nodes.flatMap(({ old }) => old);
  return {
    minor: snapshot.minor,
    pod,
    start: startOf(target, revisions, placed, pod),
    allowanceFor: (replicas) => allowance({ ...target.workload, replicas }),
    nodes,
    groups: groupsOf(revisions),
  };
}

function startOf(target: Target, revisions: Revisions, placed: readonly PlacedPod[], pod: Incoming): Start {
  const { workload } = target;
  const waiting = waitingOf(target, revisions, placed, pod);
  return {
    replicas: workload.replicas,
    unavailable: allowance(workload).unavailable,
    available: Math.min(revisions.fresh?.availableReplicas ?? 0, workload.replicas),
    old: placed.length + waiting.count,
    waiting,
  };
}
