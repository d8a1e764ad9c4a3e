import type { V1PodAffinityTerm, V1PodSpec, V1TopologySpreadConstraint } from "@kubernetes/client-node";
import type { PodAffinityTerm, PodSpec, TopologySpreadConstraint } from "../../core/model/pod-spec.ts";
import { toLabelSelector } from "./decode-fields.ts";

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

/** What a pod wants of the pods around it. Nearly all pods want nothing, and share the same empty lists. */
export function toNeighbourhood(
  spec: V1PodSpec,
): Pick<PodSpec, "podAffinity" | "podAntiAffinity" | "topologySpread"> {
  return {
    podAffinity: toTerms(spec.affinity?.podAffinity?.[REQUIRED]),
    podAntiAffinity: toTerms(spec.affinity?.podAntiAffinity?.[REQUIRED]),
    topologySpread: toTopologySpread(spec.topologySpreadConstraints),
  };
}

const NO_TERMS: readonly PodAffinityTerm[] = [];
const NO_CONSTRAINTS: readonly TopologySpreadConstraint[] = [];
const NO_NAMES: readonly string[] = [];

function toTerms(terms: readonly V1PodAffinityTerm[] | undefined): readonly PodAffinityTerm[] {
  if (terms === undefined || terms === null || terms.length === 0) return NO_TERMS;
  return terms.map((term) => ({
    topologyKey: term.topologyKey,
    selector: toLabelSelector(term.labelSelector),
    namespaces: term.namespaces ?? NO_NAMES,
    namespaceSelector: toLabelSelector(term.namespaceSelector),
    matchLabelKeys: term.matchLabelKeys ?? NO_NAMES,
    mismatchLabelKeys: term.mismatchLabelKeys ?? NO_NAMES,
  }));
}

/** Source: pkg/scheduler/framework/plugins/podtopologyspread/common.go (v1.36.3), `filterTopologySpreadConstraints`. */
function toTopologySpread(
  constraints: readonly V1TopologySpreadConstraint[] | undefined,
): readonly TopologySpreadConstraint[] {
  const hard = constraints?.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === "DoNotSchedule");
  if (hard === undefined || hard.length === 0) return NO_CONSTRAINTS;
  return hard.map((constraint) => ({
    maxSkew: constraint.maxSkew,
    topologyKey: constraint.topologyKey,
    selector: toLabelSelector(constraint.labelSelector),
    minDomains: constraint.minDomains ?? 1,
    nodeAffinityPolicy: constraint.nodeAffinityPolicy === "Ignore" ? "Ignore" : "Honor",
    nodeTaintsPolicy: constraint.nodeTaintsPolicy === "Honor" ? "Honor" : "Ignore",
    matchLabelKeys: constraint.matchLabelKeys ?? NO_NAMES,
  }));
}
