import type { ReasonCode } from "../reason.ts";

/**
 * Every way in which the scheduler refuses a node, in the order of its filters, with the code that a report
 * carries for it. Texts change from version to version; these ids do not.
 * Source: pkg/scheduler/apis/config/v1/default_plugins.go (v1.36.3), `getDefaultPlugins`.
 */
const FILTER_REASONS = [
  { filter: 0, id: "scheduling-gate", code: "SchedulingGated" },
  { filter: 0, id: "node-condition", code: "NodesUnschedulable" },
  { filter: 1, id: "cordoned", code: "NodesUnschedulable" },
  { filter: 2, id: "node-name", code: "Unschedulable" },
  { filter: 3, id: "taint", code: "UntoleratedTaint" },
  { filter: 4, id: "node-affinity", code: "NodeAffinityMismatch" },
  { filter: 5, id: "host-ports", code: "HostPortConflict" },
  { filter: 6, id: "insufficient", code: "InsufficientResources" },
  { filter: 6, id: "too-many-pods", code: "TooManyPods" },
  { filter: 7, id: "disk-conflict", code: "VolumeUnavailable" },
  { filter: 7, id: "rwop", code: "VolumeUnavailable" },
  { filter: 8, id: "volume-count", code: "VolumeUnavailable" },
  { filter: 9, id: "pvc", code: "VolumeUnavailable" },
  { filter: 9, id: "volume-bind", code: "VolumeUnavailable" },
  { filter: 9, id: "volume-node-affinity", code: "VolumeUnavailable" },
  { filter: 10, id: "volume-zone", code: "VolumeUnavailable" },
  { filter: 11, id: "spread", code: "TopologySpreadMismatch" },
  { filter: 11, id: "spread-label-missing", code: "TopologySpreadMismatch" },
  { filter: 12, id: "pod-affinity", code: "PodAffinityMismatch" },
  { filter: 12, id: "pod-anti-affinity", code: "PodAffinityMismatch" },
  { filter: 12, id: "existing-anti-affinity", code: "PodAffinityMismatch" },
  { filter: 13, id: "dra", code: "Unschedulable" },
  { filter: 14, id: "node-features", code: "Unschedulable" },
  { filter: 14, id: "legacy", code: "Unschedulable" },
  // Filters of others and extenders run after the built-in ones.
  { filter: 15, id: "other", code: "Unschedulable" },
] as const satisfies readonly { filter: number; id: string; code: ReasonCode }[];

/** Why preemption does not help either: said of nodes, but refuses none. */
export type PreemptionReasonId =
  | "preempt-none"
  | "preempt-unhelpful"
  | "preempt-never"
  | "preempt-waiting"
  | "ca-max-size"
  | "ca-backoff"
  | "ca-not-ready"
  | "ca-quota"
  | "ca-max-total";

/** One kind of reason, the same in predictions, scheduler messages and autoscaler messages. */
export type ReasonId = (typeof FILTER_REASONS)[number]["id"] | PreemptionReasonId;

/** How many nodes refuse for one reason. */
export interface CountedReason {
  readonly count: number;
  readonly id: ReasonId;
  /** In the scheduler's words. */
  readonly text: string;
}

/** How late the scheduler asks the filter that gives this reason; -1 where no filter does. */
export function filterRankOf(id: ReasonId): number {
  return FILTER_REASONS.find((row) => row.id === id)?.filter ?? -1;
}

/**
 * Picks the code that a report carries for nodes that refuse for several reasons: that of the latest filter which
 * any node got to, since such a node passed all earlier ones; of several codes the one with most nodes.
 */
export function reasonCodeOf(
  reasons: readonly Pick<CountedReason, "count" | "id">[],
): ReasonCode | undefined {
  const known = reasons.flatMap(({ count, id }) => {
    const row = FILTER_REASONS.find((candidate) => candidate.id === id);
    return row === undefined ? [] : [{ count, ...row }];
  });
  const latest = Math.max(...known.map(({ filter }) => filter));
  const nodes = new Map<ReasonCode, number>();
  for (const { filter, code, count } of known) {
    if (filter === latest) nodes.set(code, (nodes.get(code) ?? 0) + count);
  }
  return [...nodes].sort(([, left], [, right]) => right - left)[0]?.[0];
}
