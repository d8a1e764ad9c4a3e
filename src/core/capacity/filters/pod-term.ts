import type { LabelSelector, Labels } from "../../model/labels.ts";
import type { PodAffinityTerm } from "../../model/pod-spec.ts";
import type { PlacedPod } from "../../model/room.ts";
import { labelOf, matchesLabels } from "../../selector.ts";
import { perLabels } from "./topology.ts";

/** Since then the API server folds `matchLabelKeys` and `mismatchLabelKeys` of terms into the selector. */
const LABEL_KEYS_SINCE = 31;

/** Whom a term selects. */
type Neighbour = Pick<PlacedPod, "namespace" | "labels">;

/** Labels of namespaces by name, as far as they were read. */
export type NamespaceLabels = ReadonlyMap<string, Labels>;

/** One required term of (anti-)affinity, ready to be asked of many pods. */
export interface Term {
  readonly topologyKey: string;
  readonly selects: (pod: Neighbour) => boolean;
}

/** Prepares a term of a pod in `namespace`, for many questions. */
export function termOf(term: PodAffinityTerm, namespace: string, namespaces: NamespaceLabels): Term {
  const { topologyKey, selector } = term;
  if (selector === undefined) return { topologyKey, selects: () => false };
  const applies = new Map<string, boolean>();
  const appliesTo = (other: string): boolean => {
    const known = applies.get(other) ?? concerns(term, namespace, other, namespaces);
    applies.set(other, known);
    return known;
  };
  const matches = perLabels((labels) => matchesLabels(selector, labels));
  return { topologyKey, selects: (pod) => appliesTo(pod.namespace) && matches(pod.labels) };
}

/**
 * Whether a term of a pod in `namespace` selects the other pod.
 * Source: k8s.io/kube-scheduler/framework/types.go (v1.36.3), `AffinityTerm.Matches`.
 */
export function selects(
  term: PodAffinityTerm,
  namespace: string,
  other: Neighbour,
  namespaces: NamespaceLabels,
): boolean {
  return (
    term.selector !== undefined &&
    concerns(term, namespace, other.namespace, namespaces) &&
    matchesLabels(term.selector, other.labels)
  );
}

/** Every namespace carries its name as a label. Source: pkg/registry/core/namespace/strategy.go (v1.36.3). */
function concerns(
  { namespaces, namespaceSelector }: PodAffinityTerm,
  own: string,
  other: string,
  labels: NamespaceLabels,
): boolean {
  if (namespaceSelector === undefined)
    return namespaces.length === 0 ? own === other : namespaces.includes(other);
  if (namespaces.includes(other)) return true;
  return matchesLabels(namespaceSelector, labels.get(other) ?? { "kubernetes.io/metadata.name": other });
}

/**
 * The terms as the API server keeps them when it creates a pod with these labels. Done twice it changes nothing.
 * Source: pkg/registry/core/pod/strategy.go (v1.36.3), `applyMatchLabelKeysAndMismatchLabelKeys`.
 */
export function createdTerms(
  terms: readonly PodAffinityTerm[],
  labels: Labels,
  minor: number,
): readonly PodAffinityTerm[] {
  if (minor < LABEL_KEYS_SINCE) return terms;
  return terms.map((term) => {
    const { selector, matchLabelKeys, mismatchLabelKeys } = term;
    const matching = mergeLabelKeys(selector, "In", matchLabelKeys, labels);
    return { ...term, selector: mergeLabelKeys(matching, "NotIn", mismatchLabelKeys, labels) };
  });
}

/** Adds what the pod's own labels say under these keys to a selector. One that selects nothing stays so. */
export function mergeLabelKeys(
  selector: LabelSelector | undefined,
  operator: "In" | "NotIn",
  keys: readonly string[],
  labels: Labels,
): LabelSelector | undefined {
  if (selector === undefined || keys.length === 0) return selector;
  const own = keys.flatMap((key) => {
    const value = labelOf(labels, key);
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  });
  return [...selector, ...own];
}
