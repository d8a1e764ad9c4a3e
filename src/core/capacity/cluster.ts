import type { PlacedPod } from "../model/room.ts";
import type { ClusterView } from "./filters/filter.ts";
import type { Model } from "./model.ts";
import type { NodeOccupancy } from "./occupancy.ts";

/** The cluster of a model at one moment: on each node those of its pods that are there then. */
export function clusterWith(
  { minor, nodes, namespaceLabels, storage, budgets }: Model,
  podsOf: (occupancy: NodeOccupancy) => readonly PlacedPod[],
): ClusterView {
  return {
    minor,
    namespaceLabels,
    storage,
    budgets,
    nodes: nodes.map((occupancy) => ({ node: occupancy.node, pods: podsOf(occupancy) })),
  };
}

/** The cluster of a model with the pods that are there at every moment of the rollout from now on. */
export function lastingCluster({ minor, nodes, namespaceLabels, storage }: Model): ClusterView {
  return { minor, namespaceLabels, storage, nodes: nodes.map(({ lasting }) => lasting) };
}
