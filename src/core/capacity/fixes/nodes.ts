import { plural } from "../../plural.ts";
import { freshNode } from "../autoscaling/fresh-node.ts";
import { grown } from "../autoscaling/grown.ts";
import { deficitOf } from "../decide.ts";
import { countedRoom } from "../ending.ts";
import type { Model } from "../model.ts";
import type { NodeOccupancy } from "../occupancy.ts";
import { schedulingOf } from "../scheduling.ts";
import { smallest } from "../smallest.ts";
import type { Fix } from "../verdict.ts";

type Completes = (model: Model) => boolean;

/** A node that is there, and how many new pods an empty one like it takes. */
interface Like {
  readonly like: NodeOccupancy;
  readonly slots: number;
}

/** As many sizes of nodes are tried, those that take the most pods first. */
const TRIED_SIZES = 8;
/** As many nodes more than counting asks for are tried: pods may mind each other's company. */
const TRIED_MORE = 8;

/** The fewest nodes like one that is there: with its size, labels, taints and daemon pods, and nothing else. */
export function moreNodes(model: Model, completes: Completes): Fix | undefined {
  const deficit = Math.max(1, deficitOf(model, countedRoom(model)));
  const likes = likesOf(model);
  const found = likes.sizes.flatMap(({ like, slots }) => {
    const count = fewestOf(model, completes, like, Math.ceil(deficit / slots));
    return count === undefined ? [] : [{ like, count }];
  });
  const [best] = found.sort((left, right) => left.count - right.count);
  if (best === undefined) return undefined;
  const { like, count } = best;
  const which = likes.differ ? `like ${like.node.name}` : "of that size";
  return {
    kind: "nodes",
    text: `${count === 1 ? "one" : count} more ${plural(count, "node")} ${which} would do`,
    value: `${count}`,
  };
}

/**
 * A node for each pod is as many as can help: where old pods wait that are a million times as large, counting asks for a
 * million nodes.
 */
function fewestOf(
  model: Model,
  completes: Completes,
  like: NodeOccupancy,
  counted: number,
): number | undefined {
  const least = Math.min(counted, model.start.replicas);
  const most = Math.max(least, Math.min(model.start.replicas, least + TRIED_MORE));
  const all = grown(model, new Array<NodeOccupancy>(most).fill(like));
  return smallest(least, most, (count) =>
    completes({ ...all, nodes: all.nodes.slice(0, model.nodes.length + count) }),
  );
}

/** Nodes that take new pods when they are empty, one of each size and zone. `differ`: not every node would do. */
function likesOf(model: Model): { readonly sizes: readonly Like[]; readonly differ: boolean } {
  const { minor, namespaceLabels, storage, pod } = model;
  const fresh = model.nodes.map((like) => freshNode(like, like.node.name));
  const nodes = fresh.map(({ node, staying }) => ({ node, pods: staying }));
  const scheduling = schedulingOf(pod, { minor, namespaceLabels, storage, nodes });
  const likes = model.nodes
    .map((like, index) => ({ like, slots: scheduling.slots(index) }))
    .filter(({ slots }) => slots > 0);
  const sizes = [...new Map(likes.map((each) => [sizeOf(each.like), each])).values()];
  sizes.sort((left, right) => right.slots - left.slots);
  return {
    sizes: sizes.slice(0, TRIED_SIZES),
    differ: sizes.length > 1 || likes.length < model.nodes.length,
  };
}

const ZONE = "topology.kubernetes.io/zone";

const sizeOf = ({ node }: NodeOccupancy): string =>
  [...[...node.allocatable].sort(), node.labels[ZONE] ?? ""].join();
