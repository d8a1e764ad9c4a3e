import type { Model } from "../model.ts";
import type { NodeOccupancy } from "../occupancy.ts";
import { freshNode } from "./fresh-node.ts";

/** The cluster with one more node like each of these, empty but for daemon pods. */
export function grown(model: Model, likes: readonly NodeOccupancy[]): Model {
  const fresh = likes.map((like, index) => freshNode(like, `${like.node.name}-new-${index}`));
  return { ...model, nodes: [...model.nodes, ...fresh] };
}
