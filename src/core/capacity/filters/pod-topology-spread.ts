import type { LabelSelector, Labels } from "../../model/labels.ts";
import type { TopologySpreadConstraint } from "../../model/pod-spec.ts";
import type { Node, PlacedPod } from "../../model/room.ts";
import { matchesLabels } from "../../selector.ts";
import type { Incoming } from "../room.ts";
import type { ClusterFilter, Judge, Refusal } from "./filter.ts";
import { matchesNodeAffinity } from "./node-affinity.ts";
import { mergeLabelKeys } from "./pod-term.ts";
import { isUntolerated } from "./taint-toleration.ts";
import { Domains, domainOf, perLabels, singlesOf } from "./topology.ts";

const UNEVEN: readonly Refusal[] = [
  { id: "spread", text: "node(s) didn't match pod topology spread constraints", resolvable: true },
];
const NO_DOMAIN: readonly Refusal[] = [
  {
    id: "spread-label-missing",
    text: "node(s) didn't match pod topology spread constraints (missing required label)",
    resolvable: false,
  },
];
const FINE: readonly Refusal[] = [];

/** Since then a constraint can ignore nodes that the pod could not go to, and the scheduler reads `matchLabelKeys`. */
const POLICIES_SINCE = 26;
const MATCH_LABEL_KEYS_SINCE = 27;
/** Since then an empty selector counts no pods, though it still matches the new one. */
const EMPTY_COUNTS_NONE_SINCE = 27;

/**
 * Keeps the pods that a constraint selects spread over the domains of a topology: one more here must not exceed the
 * domain with fewest by more than `maxSkew`. Terminating pods do not count; nodes that are full or cordoned do.
 * Source: pkg/scheduler/framework/plugins/podtopologyspread/{common,filtering}.go (v1.36.3).
 */
export const podTopologySpread: ClusterFilter = {
  kind: "cluster",
  prepare: (pod, cluster) => {
    const constraints = pod.spec.topologySpread;
    if (constraints.length === 0) return undefined;
    const keys = constraints.map(({ topologyKey }) => topologyKey);
    const spreads = constraints.map((constraint) => spreadOf(constraint, keys, pod, cluster.minor));
    for (const { node } of cluster.nodes) for (const spread of spreads) spread.open(node);
    const judge = judgeOf(spreads, pod.namespace, singlesOf(cluster.nodes));
    for (const { node, pods, sum } of cluster.nodes) {
      for (const placed of sum?.of(pod.namespace) ?? pods)
        if (placed.nodeName !== undefined) judge.add?.(placed, node);
    }
    return judge;
  },
};

/** Which other pods a constraint of the pod counts, on nodes that it counts. */
export function countedBy(
  constraint: TopologySpreadConstraint,
  pod: Incoming,
  minor: number,
): (placed: PlacedPod) => boolean {
  const counts = countsBy(selectorOf(constraint, pod, minor), minor);
  return (placed) =>
    isCountable(placed, pod.namespace) && placed.nodeName !== undefined && counts(placed.labels);
}

const isCountable = (placed: PlacedPod, namespace: string): boolean =>
  placed.namespace === namespace && placed.deletedAt === undefined;

function judgeOf(spreads: readonly Spread[], namespace: string, isSingle: (key: string) => boolean): Judge {
  const selected = (placed: PlacedPod): readonly Spread[] =>
    isCountable(placed, namespace) ? spreads.filter(({ counts }) => counts(placed.labels)) : [];
  return {
    scope: "cluster",
    refusals: ({ node }) => {
      for (const spread of spreads) {
        const domain = domainOf(node, spread.topologyKey);
        if (domain === undefined) return NO_DOMAIN;
        if (spread.skew(domain) > spread.maxSkew) return UNEVEN;
      }
      return FINE;
    },
    add: (placed, node) => {
      for (const spread of selected(placed)) spread.change(node, 1);
    },
    remove: (placed, node) => {
      for (const spread of selected(placed)) spread.change(node, -1);
    },
    further: (node) => Math.min(...spreads.map((spread) => spread.further(node))),
    reaches: (placed) => selected(placed).length > 0,
    signature: (node) => spreads.map((spread) => spread.signature(node, isSingle)).join(),
  };
}

/** One constraint with what it counted. */
interface Spread {
  readonly topologyKey: string;
  readonly maxSkew: number;
  /** Whether pods with such labels count. */
  counts(labels: Labels): boolean;
  open(node: Node): void;
  change(node: Node, by: 1 | -1): void;
  /** By how much the domain would exceed the one with fewest with one more pod. */
  skew(domain: string): number;
  /** How many more of the pod the domain of a node takes that does not refuse. */
  further(node: Node): number;
  signature(node: Node, isSingle: (key: string) => boolean): string;
}

function spreadOf(
  constraint: TopologySpreadConstraint,
  keys: readonly string[],
  pod: Incoming,
  minor: number,
): Spread {
  const { topologyKey, maxSkew, minDomains } = constraint;
  const selector = selectorOf(constraint, pod, minor);
  const self = selector !== undefined && matchesLabels(selector, pod.labels) ? 1 : 0;
  const counts = countsBy(selector, minor);
  const domains = new Domains();
  const counted = new Map<Node, string>();
  return {
    topologyKey,
    maxSkew,
    counts,
    open: (node) => {
      const domain = domainOf(node, topologyKey);
      if (domain === undefined || !includes(constraint, keys, node, pod, minor)) return;
      counted.set(node, domain);
      domains.open(domain);
    },
    change: (node, by) => {
      const domain = counted.get(node);
      if (domain !== undefined) domains.change(domain, by);
    },
    skew: (domain) => domains.of(domain) + self - (domains.size < minDomains ? 0 : domains.least),
    further: (node) => {
      const domain = counted.get(node);
      if (domain === undefined || !counts(pod.labels)) return Number.POSITIVE_INFINITY;
      const least = domains.size < minDomains ? 0 : domains.leastBeside(domain);
      return least + maxSkew - domains.of(domain);
    },
    signature: (node, isSingle) => {
      const domain = domainOf(node, topologyKey);
      if (domain === undefined) return "";
      const which = isSingle(topologyKey) ? domains.of(domain) : JSON.stringify(domain);
      return `${counted.has(node)}:${which}`;
    },
  };
}

function selectorOf(
  { selector, matchLabelKeys }: TopologySpreadConstraint,
  { labels }: Incoming,
  minor: number,
): LabelSelector | undefined {
  return minor < MATCH_LABEL_KEYS_SINCE ? selector : mergeLabelKeys(selector, "In", matchLabelKeys, labels);
}

function countsBy(selector: LabelSelector | undefined, minor: number): (labels: Labels) => boolean {
  if (selector === undefined || (selector.length === 0 && minor >= EMPTY_COUNTS_NONE_SINCE))
    return () => false;
  return perLabels((labels) => matchesLabels(selector, labels));
}

/** Whether pods of the node count, and its domain even without any. It must have the domains of all constraints. */
export function includes(
  { nodeAffinityPolicy, nodeTaintsPolicy }: TopologySpreadConstraint,
  keys: readonly string[],
  node: Node,
  { spec }: Incoming,
  minor: number,
): boolean {
  const policies = minor >= POLICIES_SINCE;
  if (keys.some((key) => domainOf(node, key) === undefined)) return false;
  if (!(policies && nodeAffinityPolicy === "Ignore") && !matchesNodeAffinity(spec, node)) return false;
  return !(policies && nodeTaintsPolicy === "Honor" && isUntolerated(node, spec.tolerations));
}
