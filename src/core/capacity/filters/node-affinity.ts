import type { NodeSelectorTerm, PodSpec } from "../../model/pod-spec.ts";
import type { Node } from "../../model/room.ts";
import { labelOf, matchesNodeTerms } from "../../selector.ts";
import type { ClusterFilter, Judge, NodeFilter, Refusal } from "./filter.ts";

/**
 * Leaves out nodes before any filter runs when every term of required node affinity names its nodes, and gives the
 * pod up when the names within each term conflict.
 * Source: pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go (v1.36.3), `PreFilter`.
 */
export const nodeAffinityByName: ClusterFilter = {
  kind: "cluster",
  prepare: ({ spec }) => {
    const nodes = namedNodes(spec.nodeAffinity ?? []);
    if (nodes === undefined) return undefined;
    return nodes.size === 0
      ? CONFLICT
      : { scope: "fixed", only: { plugin: "NodeAffinity", nodes }, refusals: () => [] };
  },
};

const CONFLICT: Judge = {
  scope: "fixed",
  refusal: { id: "node-affinity", text: "pod affinity terms conflict", resolvable: false },
  refusals: () => [],
};

const MISMATCH: readonly Refusal[] = [
  { id: "node-affinity", text: "node(s) didn't match Pod's node affinity/selector", resolvable: false },
];

/**
 * Wants the node to match the `nodeSelector` and one term of required node affinity.
 * Source: pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go (v1.34.1), `Filter`.
 */
export const nodeAffinity: NodeFilter = {
  kind: "node",
  scope: "fixed",
  refusals: ({ spec }, { node }) => (matchesNodeAffinity(spec, node) ? [] : MISMATCH),
};

/**
 * Whether a node matches what the pod requires of it by name and labels.
 * Source: component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go (v1.34.1), `RequiredNodeAffinity.Match`.
 */
export function matchesNodeAffinity({ nodeSelector, nodeAffinity }: PodSpec, node: Node): boolean {
  return (
    Object.entries(nodeSelector).every(([key, value]) => labelOf(node.labels, key) === value) &&
    (nodeAffinity === undefined || matchesNodeTerms(nodeAffinity, node))
  );
}

/** `undefined` when some term leaves the name open. Names that conflict within a term match no node. */
function namedNodes(terms: readonly NodeSelectorTerm[]): ReadonlySet<string> | undefined {
  if (terms.length === 0) return undefined;
  let all: ReadonlySet<string> = new Set();
  for (const { matchFields } of terms) {
    const sets = matchFields
      .filter(({ key, operator }) => key === "metadata.name" && operator === "In")
      .map(({ values }) => new Set(values));
    const [first, ...others] = sets;
    if (first === undefined) return undefined;
    all = all.union(others.reduce((left, right) => left.intersection(right), first));
  }
  return all;
}
