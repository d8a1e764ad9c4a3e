import type { CsiNode } from "../../model/storage.ts";
import { lastingCluster } from "../cluster.ts";
import type { Model } from "../model.ts";
import type { NodeOccupancy } from "../occupancy.ts";
import { schedulingOf } from "../scheduling.ts";
import { freshNode } from "./fresh-node.ts";

/** The cluster with one more node like each of these, empty but for daemon pods, and with the same volume drivers. */
export function grown({ nodes, storage, ...model }: Model, likes: readonly NodeOccupancy[]): Model {
  const fresh: NodeOccupancy[] = [];
  const csiNodes: [string, CsiNode][] = [];
  for (const [index, like] of likes.entries()) {
    const name = `${like.node.name}-new-${index}`;
    fresh.push(freshNode(like, name));
    const drivers = storage.csiNodes.get(like.node.name);
    if (drivers !== undefined) csiNodes.push([name, drivers]);
  }
  const more = csiNodes.length === 0 ? storage.csiNodes : new Map([...storage.csiNodes, ...csiNodes]);
  return { ...model, nodes: [...nodes, ...fresh], storage: { ...storage, csiNodes: more } };
}

/** Of each of these, whether a new node like it takes one new pod, once those of before are gone. */
export function takersOf(model: Model, likes: readonly NodeOccupancy[]): readonly boolean[] {
  const scheduling = schedulingOf(model.pod, lastingCluster(grown(model, likes)));
  return likes.map((_, index) => scheduling.refusals(model.nodes.length + index).length === 0);
}
