import type { PlacedPod } from "../model/room.ts";
import type { ClusterView, NodeView } from "./filters/filter.ts";
import type { Model } from "./model.ts";
import type { NodeOccupancy } from "./occupancy.ts";

/**
 * The cluster of a model at one moment: on each node its lasting pods, and those of the others that are there then.
 * Most nodes have none of these, and are not added up again.
 */
export function clusterWith(
  { minor, nodes, namespaceLabels, storage, budgets }: Model,
  othersOf: (occupancy: NodeOccupancy) => readonly PlacedPod[],
): ClusterView {
  const viewOf = (occupancy: NodeOccupancy): NodeView => {
    const { node, lasting } = occupancy;
    const others = othersOf(occupancy);
    return others.length === 0 ? lasting : { node, pods: [...lasting.pods, ...others] };
  };
  return { minor, namespaceLabels, storage, budgets, nodes: nodes.map(viewOf) };
}

/** The cluster of a model with the pods that are there at every moment of the rollout from now on. */
export function lastingCluster({ minor, nodes, namespaceLabels, storage }: Model): ClusterView {
  return { minor, namespaceLabels, storage, nodes: nodes.map(({ lasting }) => lasting) };
}
