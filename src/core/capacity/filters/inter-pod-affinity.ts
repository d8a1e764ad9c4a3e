import type { PodAffinityTerm } from "../../model/pod-spec.ts";
import type { Node, PlacedPod } from "../../model/room.ts";
import type { Incoming } from "../room.ts";
import type { ClusterFilter, ClusterView, Judge, NodeView, Refusal } from "./filter.ts";
import { createdTerms, selects, type Term, termOf } from "./pod-term.ts";
import { domainOf, singlesOf } from "./topology.ts";

const FAR_FROM_WANTED: readonly Refusal[] = [
  { id: "pod-affinity", text: "node(s) didn't match pod affinity rules", resolvable: false },
];
const NEAR_UNWANTED: readonly Refusal[] = [
  { id: "pod-anti-affinity", text: "node(s) didn't match pod anti-affinity rules", resolvable: true },
];
const UNWANTED: readonly Refusal[] = [
  {
    id: "existing-anti-affinity",
    text: "node(s) didn't satisfy existing pods anti-affinity rules",
    resolvable: true,
  },
];
const FINE: readonly Refusal[] = [];

/**
 * Wants the pods that required affinity names in the node's domains, those that anti-affinity names elsewhere, and no
 * pod there whose own anti-affinity names this one. Terminating pods count. The first of a series that wants to be
 * together with itself may go anywhere.
 * Source: pkg/scheduler/framework/plugins/interpodaffinity/filtering.go (v1.36.3).
 */
export const interPodAffinity: ClusterFilter = {
  kind: "cluster",
  prepare: (pod, cluster) => {
    const counts = countsOf(pod, cluster);
    const judge = judgeOf(counts, singlesOf(cluster.nodes));
    for (const view of cluster.nodes) {
      for (const placed of concerning(pod, view))
        if (placed.nodeName !== undefined) judge.add?.(placed, view.node);
    }
    return judge;
  },
};

/** The pods of a node that matter to a pod, or that it matters to, and perhaps others. */
function concerning({ spec, namespace }: Incoming, { pods, sum }: NodeView): readonly PlacedPod[] {
  const leavesHome = ({ namespaces, namespaceSelector }: PodAffinityTerm): boolean =>
    namespaces.length > 0 || namespaceSelector !== undefined;
  if (sum === undefined || [...spec.podAffinity, ...spec.podAntiAffinity].some(leavesHome)) return pods;
  const own = sum.of(namespace);
  return own.length === 0
    ? sum.repelling
    : [...own, ...sum.repelling.filter((placed) => placed.namespace !== namespace)];
}

function judgeOf(counts: Counts, isSingle: (key: string) => boolean): Judge {
  const { wanted, unwanted, unwantedBy } = counts;
  return {
    scope: "cluster",
    refusals: ({ node }) => {
      if (!counts.satisfied(node)) return FAR_FROM_WANTED;
      if (unwanted.hasAny(node)) return NEAR_UNWANTED;
      return unwantedBy.hasAny(node) ? UNWANTED : FINE;
    },
    add: (placed, node) => counts.change(placed, node, 1),
    remove: (placed, node) => counts.change(placed, node, -1),
    further: (node) => (counts.keepsOff(node) ? 1 : Number.POSITIVE_INFINITY),
    reaches: (placed) => counts.wants(placed) || counts.repelledKeys(placed).some((key) => !isSingle(key)),
    attracts: counts.wants,
    signature: (node) =>
      JSON.stringify([wanted, unwanted, unwantedBy].map((pairs) => pairs.signature(node, isSingle))),
  };
}

/** What was counted for one pod, by topology key and domain. */
interface Counts {
  /** Pods that match all its affinity terms. */
  readonly wanted: Pairs;
  /** Pods that its anti-affinity terms match. */
  readonly unwanted: Pairs;
  /** Pods whose anti-affinity terms match it. */
  readonly unwantedBy: Pairs;
  wants(placed: PlacedPod): boolean;
  /** Keys under which the pod and this one keep each other away. */
  repelledKeys(placed: PlacedPod): readonly string[];
  /** Whether one such pod keeps the next one off the node. */
  keepsOff(node: Node): boolean;
  satisfied(node: Node): boolean;
  change(placed: PlacedPod, node: Node, by: 1 | -1): void;
}

function countsOf(pod: Incoming, { minor, namespaceLabels }: ClusterView): Counts {
  const { spec, namespace, labels } = pod;
  const prepared = (terms: typeof spec.podAffinity): readonly Term[] =>
    createdTerms(terms, labels, minor).map((term) => termOf(term, namespace, namespaceLabels));
  const [affinity, antiAffinity] = [prepared(spec.podAffinity), prepared(spec.podAntiAffinity)];
  const wanted = new Pairs(affinity.map(({ topologyKey }) => topologyKey));
  const unwanted = new Pairs(antiAffinity.map(({ topologyKey }) => topologyKey));
  const unwantedBy = new Pairs([]);
  const wants = (placed: Pick<PlacedPod, "namespace" | "labels">): boolean =>
    affinity.length > 0 && affinity.every((term) => term.selects(placed));
  const repelled = (placed: PlacedPod): readonly Pick<Term, "topologyKey">[] =>
    antiAffinity.length === 0 ? antiAffinity : antiAffinity.filter((term) => term.selects(placed));
  const repelling = (placed: PlacedPod): readonly Pick<Term, "topologyKey">[] =>
    placed.repels.length === 0
      ? placed.repels
      : placed.repels.filter((term) => selects(term, placed.namespace, pod, namespaceLabels));
  const ownSeries = wants(pod);
  return {
    wanted,
    unwanted,
    unwantedBy,
    wants,
    repelledKeys: (placed) =>
      antiAffinity.length + placed.repels.length === 0
        ? []
        : [...repelled(placed), ...repelling(placed)].map(({ topologyKey }) => topologyKey),
    keepsOff: (node) =>
      antiAffinity.some((term) => term.selects(pod) && domainOf(node, term.topologyKey) !== undefined),
    satisfied: (node) =>
      affinity.length === 0 ||
      wanted.hasAll(node) ||
      (wanted.isEmpty &&
        ownSeries &&
        affinity.every(({ topologyKey }) => domainOf(node, topologyKey) !== undefined)),
    change: (placed, node, by) => {
      if (wants(placed)) for (const { topologyKey } of affinity) wanted.change(node, topologyKey, by);
      for (const { topologyKey } of repelled(placed)) unwanted.change(node, topologyKey, by);
      for (const { topologyKey } of repelling(placed)) unwantedBy.change(node, topologyKey, by);
    },
  };
}

/** Counts by topology key and domain: the scheduler's `topologyToMatchedTermCount`. */
class Pairs {
  readonly #counts = new Map<string, Map<string, number>>();
  /** Pairs with any count. */
  #used = 0;

  constructor(keys: readonly string[]) {
    for (const key of keys) this.#counts.set(key, new Map());
  }

  get isEmpty(): boolean {
    return this.#used === 0;
  }

  change(node: Node, key: string, by: 1 | -1): void {
    const domain = domainOf(node, key);
    if (domain === undefined) return;
    const domains = this.#counts.get(key) ?? new Map<string, number>();
    this.#counts.set(key, domains);
    const now = (domains.get(domain) ?? 0) + by;
    domains.set(domain, now);
    if (now === 0) this.#used -= 1;
    if (now === by) this.#used += 1;
  }

  /** Whether any domain of the node has a count. */
  hasAny(node: Node): boolean {
    if (this.#used === 0) return false;
    for (const [key, domains] of this.#counts) if (countIn(domains, node, key) > 0) return true;
    return false;
  }

  /** Whether the node has every key, and a count for each. */
  hasAll(node: Node): boolean {
    for (const [key, domains] of this.#counts) if (countIn(domains, node, key) <= 0) return false;
    return true;
  }

  signature(node: Node, isSingle: (key: string) => boolean): readonly unknown[] {
    return [...this.#counts].map(([key, domains]) => {
      const domain = domainOf(node, key);
      if (domain === undefined) return undefined;
      return isSingle(key) ? countIn(domains, node, key) : domain;
    });
  }
}

function countIn(domains: ReadonlyMap<string, number>, node: Node, key: string): number {
  const domain = domainOf(node, key);
  return domain === undefined ? 0 : (domains.get(domain) ?? 0);
}
