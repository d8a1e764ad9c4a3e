import type { NodeRoom } from "../../capacity/verdict.ts";

/** A resource on a node, in the scheduler's integers. `missing` is 0 where the pod finds enough. */
export interface Room {
  readonly resource: string;
  readonly requested: number;
  readonly used: number;
  readonly allocatable: number;
  readonly free: number;
  readonly missing: number;
}

/** How the first new pod finds one resource on a node. */
export function roomOf(node: NodeRoom, resource: string): Room {
  const allocatable = node.allocatable.get(resource) ?? 0;
  const used = node.used.get(resource) ?? 0;
  const requested = node.requested.get(resource) ?? 0;
  const missing = requested === 0 ? 0 : Math.max(0, requested - (allocatable - used));
  return { resource, requested, used, allocatable, free: Math.max(0, allocatable - used), missing };
}

/** The resources of which a node has too little for the first new pod. */
export function shortOf(node: NodeRoom): Room[] {
  return [...node.requested.keys()]
    .map((resource) => roomOf(node, resource))
    .filter(({ missing }) => missing > 0);
}
