import type { DisruptionBudget } from "../model/disruption-budget.ts";
import type { Labels } from "../model/labels.ts";
import type { Template } from "../model/pod-spec.ts";
import type { Resources } from "../model/resources.ts";
import type { PlacedPod } from "../model/room.ts";
import type { Storage } from "../model/storage.ts";
import type { Target } from "../model/workload.ts";
import { groupsOf, type NodeOccupancy, occupancyOf, type Revisions, revisionsOf } from "./occupancy.ts";
import { type QuotaRoom, quotaRoomOf } from "./quota.ts";
import { type Incoming, toIncoming } from "./room.ts";
import { type Allowance, allowance } from "./strategy.ts";
import type { Snapshot } from "./verdict.ts";
import { type Waiting, waitingOf } from "./waiting.ts";

/** Where the rollout starts from, in pods. */
export interface Start {
  readonly replicas: number;
  readonly surge: number;
  readonly unavailable: number;
  /** New pods that their ReplicaSet wants already. */
  readonly wanted: number;
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
  /** Whether all old pods go before the first new one comes. */
  readonly recreates: boolean;
  /** What the strategy would allow with other replicas. */
  readonly allowanceFor: (replicas: number) => Allowance;
  readonly nodes: readonly NodeOccupancy[];
  /** Uids of the old ReplicaSets, oldest first. */
  readonly old: readonly string[];
  /**
   * Uids of the old ReplicaSets, in the order in which these are emptied. Where pods of some are not available,
   * those go first whosever they are, so then all are one group that may shrink in any order.
   */
  readonly groups: readonly (readonly string[])[];
  readonly quota: QuotaRoom;
  readonly namespaceLabels: ReadonlyMap<string, Labels>;
  readonly storage: Storage;
  readonly budgets: readonly DisruptionBudget[];
  /** What LimitRanges let a pod request at least. */
  readonly leastRequests: Resources;
}

/** Puts together what the rollout of `next` meets in the cluster. */
export function modelOf(snapshot: Snapshot, target: Target, next: Template): Model {
  const revisions = revisionsOf(target, next);
  const nodes = occupancyOf(snapshot, revisions);
  const pod = toIncoming(snapshot.pod, target.workload.namespace, snapshot.labels);
  return {
    minor: snapshot.minor,
    pod,
    start: startOf(target, revisions, snapshot.pods, pod),
    recreates: target.workload.strategy.kind === "Recreate",
    allowanceFor: (replicas) => allowance({ ...target.workload, replicas }),
    nodes,
    old: revisions.old.map(({ uid }) => uid),
    groups: groupsOf(revisions),
    quota: quotaRoomOf(snapshot, target, next),
    namespaceLabels: snapshot.namespaceLabels,
    storage: snapshot.storage,
    budgets: snapshot.budgets ?? [],
    leastRequests: snapshot.leastRequests ?? new Map(),
  };
}

function startOf(target: Target, revisions: Revisions, pods: readonly PlacedPod[], pod: Incoming): Start {
  const { workload } = target;
  const { fresh } = revisions;
  const waiting = waitingOf(target, revisions, pods, pod);
  return {
    replicas: workload.replicas,
    ...allowance(workload),
    wanted: Math.min(fresh?.replicas ?? 0, workload.replicas),
    available: Math.min(fresh?.availableReplicas ?? 0, workload.replicas),
    old: waiting.placed + waiting.count,
    waiting,
  };
}
