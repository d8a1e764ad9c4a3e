import type { Labels } from "../model/labels.ts";
import type { PodAffinityTerm, PodSpec } from "../model/pod-spec.ts";
import type { PlacedPod } from "../model/room.ts";
import { matchesLabels } from "../selector.ts";

/** A new pod among the pods that are there. */
export interface Neighbourhood {
  readonly namespace: string;
  readonly labels: Labels;
  readonly pod: Pick<PodSpec, "podAffinity" | "podAntiAffinity">;
  readonly pods: readonly Pick<PlacedPod, "repels">[];
}

/**
 * Of which namespaces the labels decide who counts as a neighbour: of all where a term of the new pod selects by them,
 * of its own alone where only a term of another pod, which would refuse it otherwise, does.
 * Source: pkg/scheduler/framework/plugins/interpodaffinity/filtering.go (v1.36.3), `PreFilter`: the selectors of the
 * new pod are held against every namespace, those of existing pods against the namespace of the new pod.
 */
export function interestOf({ labels, pod, pods }: Neighbourhood): "none" | "own" | "all" {
  if ([...pod.podAffinity, ...pod.podAntiAffinity].some(selectsByLabels)) return "all";
  const mayRefuse = (term: PodAffinityTerm): boolean =>
    selectsByLabels(term) && term.selector !== undefined && matchesLabels(term.selector, labels);
  return pods.some(({ repels }) => repels.some(mayRefuse)) ? "own" : "none";
}

/** Every namespace has its name as a label, and an empty selector selects them all: for neither are labels read. */
const selectsByLabels = ({ namespaceSelector }: PodAffinityTerm): boolean =>
  namespaceSelector?.some(({ key }) => key !== "kubernetes.io/metadata.name") === true;
