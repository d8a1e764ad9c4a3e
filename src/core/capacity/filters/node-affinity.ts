import type { NodeSelectorTerm, PodSpec } from "../../model/pod-spec.ts";
import { matchesNodeTerms } from "../../selector.ts";
import type { NodeFilter } from "./filter.ts";

/**
 * Leaves out nodes before any filter runs when every term of required node affinity names its nodes.
 * Source: pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go (v1.34.1), `PreFilter`; what is said of the
 * nodes left out: pkg/scheduler/schedule_one.go (v1.27 to v1.34).
 */
export const nodeAffinityByName: NodeFilter = {
  kind: "node",
  scope: "fixed",
  refusals: ({ spec }, { node }, minor) => {
    const names = namedNodes(spec.nodeAffinity ?? []);
    if (names === undefined || names.has(node.name)) return [];
    return [{ id: "node-affinity", text: leftOut(minor), resolvable: false }];
  },
};

/**
 * Wants the node to match the `nodeSelector` and one term of required node affinity.
 * Source: pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go (v1.34.1), `Filter`.
 */
export const nodeAffinity: NodeFilter = {
  kind: "node",
  scope: "fixed",
  refusals: ({ spec }, { node }) =>
    matchesSelector(spec, node.labels) &&
    (spec.nodeAffinity === undefined || matchesNodeTerms(spec.nodeAffinity, node))
      ? []
      : [
          {
            id: "node-affinity",
            text: "node(s) didn't match Pod's node affinity/selector",
            resolvable: false,
          },
        ],
};

function matchesSelector({ nodeSelector }: PodSpec, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(nodeSelector).every(
    ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
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

function leftOut(minor: number): string {
  if (minor >= 32) return "node(s) didn't satisfy plugin(s) [NodeAffinity]";
  return minor === 27 ? "node is filtered out by the prefilter result" : "";
}
