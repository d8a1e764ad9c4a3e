import type { NodeFilter, Refusal } from "./filter.ts";

const LACKING: readonly Refusal[] = [
  { id: "node-features", text: "node(s) didn't match Pod's required features", resolvable: false },
];
const DECLARED: readonly Refusal[] = [];

/** Since then the scheduler asks nodes for features. */
const SINCE = 36;

/**
 * Wants the node to declare every feature of the kubelet that the pod cannot do without.
 * Source: pkg/scheduler/framework/plugins/nodedeclaredfeatures/nodedeclaredfeatures.go (v1.36.3).
 */
export const nodeDeclaredFeatures: NodeFilter = {
  kind: "node",
  scope: "fixed",
  refusals: ({ spec: { features } }, { node }, minor) => {
    if (features === undefined || minor < SINCE) return DECLARED;
    return features.every((feature) => node.declaredFeatures?.includes(feature)) ? DECLARED : LACKING;
  },
};
