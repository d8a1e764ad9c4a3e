import type { NodeFilter } from "./filter.ts";
import { isTolerated } from "./taint-toleration.ts";

const CORDON = { key: "node.kubernetes.io/unschedulable", value: "", effect: "NoSchedule" };

/**
 * Keeps pods off cordoned nodes unless they tolerate the cordon.
 * Source: pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go (v1.34.1).
 */
export const nodeUnschedulable: NodeFilter = {
  kind: "node",
  scope: "fixed",
  refusals: ({ spec }, { node }) =>
    node.unschedulable && !isTolerated(CORDON, spec.tolerations)
      ? [{ id: "cordoned", text: "node(s) were unschedulable", resolvable: false }]
      : [],
};
