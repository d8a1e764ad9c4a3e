import type { ClusterFilter, Judge } from "./filter.ts";

const GATED: Judge = {
  refusal: {
    id: "scheduling-gate",
    text: "Scheduling is blocked due to non-empty scheduling gates",
    resolvable: false,
  },
  scope: "fixed",
  refusals: () => [],
};

/**
 * Holds a pod back, out of the queue, for as long as it has scheduling gates. The text is the one of the API server.
 * Source: pkg/scheduler/framework/plugins/schedulinggates/scheduling_gates.go (v1.36.3);
 * pkg/registry/core/pod/strategy.go (v1.36.3), `applySchedulingGatedCondition`.
 */
export const schedulingGates: ClusterFilter = {
  kind: "cluster",
  prepare: ({ spec }) => (spec.schedulingGates.length > 0 ? GATED : undefined),
};
