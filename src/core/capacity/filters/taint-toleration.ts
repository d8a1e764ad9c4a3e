import type { Toleration } from "../../model/pod-spec.ts";
import type { Node, Taint } from "../../model/room.ts";
import type { NodeFilter } from "./filter.ts";

/**
 * Wants every taint with effect NoSchedule or NoExecute tolerated, and names the first one that is not.
 * Source: pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go (v1.34.1, v1.34.2, v1.36.3).
 */
export const taintToleration: NodeFilter = {
  kind: "node",
  scope: "fixed",
  refusals: ({ spec }, { node }, minor) => {
    const untolerated = firstUntolerated(node, spec.tolerations);
    if (untolerated === undefined) return [];
    return [{ id: "taint", text: textOf(untolerated, minor), resolvable: false }];
  },
};

/** Whether the node has a taint that keeps a pod with these tolerations off it. */
export const isUntolerated = (node: Node, tolerations: readonly Toleration[]): boolean =>
  firstUntolerated(node, tolerations) !== undefined;

function firstUntolerated({ taints }: Node, tolerations: readonly Toleration[]): Taint | undefined {
  return taints.find((taint) => taint.effect !== "PreferNoSchedule" && !isTolerated(taint, tolerations));
}

/**
 * Whether any toleration matches the taint; an absent key or effect matches all. `Lt` and `Gt` need a feature that
 * is off by default, so they match nothing.
 * Source: api/core/v1/toleration.go (v1.36.2), `ToleratesTaint`.
 */
export function isTolerated(taint: Taint, tolerations: readonly Toleration[]): boolean {
  return tolerations.some(
    ({ key, operator, value, effect }) =>
      (effect === undefined || effect === taint.effect) &&
      (key === undefined || key === taint.key) &&
      (operator === "Exists" || (operator === "Equal" && value === taint.value)),
  );
}

/** The taint is no longer named since 1.34.2; that 1.34.0 and 1.34.1 still do does not show in the minor version. */
function textOf({ key, value }: Taint, minor: number): string {
  if (minor >= 34) return "node(s) had untolerated taint(s)";
  if (minor >= 24) return `node(s) had untolerated taint {${key}: ${value}}`;
  return `node(s) had taint {${key}: ${value}}, that the pod didn't tolerate`;
}
