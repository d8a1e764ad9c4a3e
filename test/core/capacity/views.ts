import type { ClusterView } from "../../../src/core/capacity/filters/filter.ts";
import { LastingView } from "../../../src/core/capacity/lasting.ts";
import { toIncoming } from "../../../src/core/capacity/room.ts";
import { type Scheduling, schedulingOf } from "../../../src/core/capacity/scheduling.ts";
import type { LabelSelector, Labels } from "../../../src/core/model/labels.ts";
import type { PodAffinityTerm, PodSpec, TopologySpreadConstraint } from "../../../src/core/model/pod-spec.ts";
import type { Node, PlacedPod } from "../../../src/core/model/room.ts";
import { NO_STORAGE } from "../../../src/core/model/storage.ts";
import { node } from "./builders.ts";

/*
 * A pod with the labels `app: web` in the namespace `shop`, prepared against a cluster.
 */

export const WEB: Labels = { app: "web" };

/** Nodes with the pods that name them, or that were promised them, added up as a rollout's are. */
export const viewOf = (
  nodes: readonly Node[],
  pods: readonly PlacedPod[] = [],
  extra: Partial<ClusterView> = {},
): ClusterView => ({
  minor: 36,
  nodes: nodes.map(
    (on) =>
      new LastingView(
        on,
        pods.filter(({ nodeName, nominatedNodeName }) => (nodeName ?? nominatedNodeName) === on.name),
      ),
  ),
  namespaceLabels: new Map(),
  storage: NO_STORAGE,
  ...extra,
});

export const prepared = (
  spec: PodSpec,
  nodes: readonly Node[],
  pods: readonly PlacedPod[] = [],
  extra: Partial<ClusterView> & { readonly labels?: Labels } = {},
): Scheduling => schedulingOf(toIncoming(spec, "shop", extra.labels ?? WEB), viewOf(nodes, pods, extra));

/** What the scheduler says of each node. */
export const textsOf = (scheduling: Scheduling): readonly string[] =>
  Array.from({ length: scheduling.size }, (_, index) =>
    scheduling
      .refusals(index)
      .map(({ text }) => text)
      .join("+"),
  );

/** A roomy node in a zone. */
export const zoned = (name: string, zone: string, extra: Partial<Node> = {}): Node => ({
  ...node(name, { cpu: "100" }),
  labels: { "kubernetes.io/hostname": name, zone },
  ...extra,
});

export const isApp = (...values: readonly string[]): LabelSelector => [
  { key: "app", operator: "In", values },
];

export const spread = (extra: Partial<TopologySpreadConstraint> = {}): TopologySpreadConstraint => ({
  maxSkew: 1,
  topologyKey: "zone",
  selector: isApp("web"),
  minDomains: 1,
  nodeAffinityPolicy: "Honor",
  nodeTaintsPolicy: "Ignore",
  matchLabelKeys: [],
  ...extra,
});

export const term = (extra: Partial<PodAffinityTerm> = {}): PodAffinityTerm => ({
  topologyKey: "zone",
  selector: isApp("web"),
  namespaces: [],
  namespaceSelector: undefined,
  matchLabelKeys: [],
  mismatchLabelKeys: [],
  ...extra,
});
