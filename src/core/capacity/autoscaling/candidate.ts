import { slotsOf } from "../filters/index.ts";
import type { NodeOccupancy } from "../occupancy.ts";
import { emptyRoom, type Incoming, occupied } from "../room.ts";
import { freshNode } from "./fresh-node.ts";
import type { Growth } from "./growth.ts";

/** A node group that a new node can be imagined of. */
export interface Candidate {
  readonly growth: Growth;
  /** A node of it that a new one would be like. */
  readonly like: NodeOccupancy;
  /** How many of the new pods an empty one takes; 0 where it refuses them. */
  readonly slots: number;
  /** Whether that holds whichever of its nodes the new one is like. */
  readonly alike: boolean;
}

/**
 * Takes of the group's nodes the one that, empty, has the least room for the pod: daemon pods and labels may differ
 * from node to node, and nobody knows after which one the next is made. `undefined` where there is none to go by.
 */
export function candidateOf(growth: Growth, pod: Incoming): Candidate | undefined {
  let least: { readonly like: NodeOccupancy; readonly slots: number } | undefined;
  let refusing = 0;
  for (const like of growth.models) {
    const slots = emptySlots(pod, like);
    if (slots === 0) refusing += 1;
    const isBetter = least === undefined || least.slots === 0 || (slots > 0 && slots < least.slots);
    if (isBetter) least = { like, slots };
  }
  return least && { growth, ...least, alike: refusing === 0 || refusing === growth.models.length };
}

/**
 * How many of the pods a new node like this one takes, by the filters that look at nothing else: those that do can
 * only take away from it.
 */
function emptySlots(pod: Incoming, like: NodeOccupancy): number {
  const { node, staying } = freshNode(like, like.node.name);
  return slotsOf(pod, occupied(emptyRoom(node), staying));
}
