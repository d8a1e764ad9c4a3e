import type { PlacedPod } from "../model/room.ts";
import type { Coexistence } from "./coexistence.ts";
import type { Refusal } from "./filters/filter.ts";
import { refusalsOf, slotsOf } from "./filters/index.ts";
import type { Model } from "./model.ts";
import type { NodeOccupancy } from "./occupancy.ts";
import { type Occupant, occupied, type Room } from "./room.ts";

/** A node at some moment, and what the scheduler says of it to one more new pod. */
export interface JudgedNode {
  readonly room: Room;
  /** Pods of today that are on the node at that moment. */
  readonly pods: readonly PlacedPod[];
  readonly refusals: readonly Refusal[];
}

/** The nodes as they are now, terminating pods included. */
export function nodesNow({ nodes, pod, minor }: Model): readonly JudgedNode[] {
  return nodes.map(({ lasting, staying, fresh, old, leaving }) => {
    const pods = [...staying, ...fresh, ...old, ...leaving];
    const room = occupied(lasting, [...old, ...leaving]);
    return { room, pods, refusals: refusalsOf(pod, room, minor) };
  });
}

/**
 * The nodes once the rollout is stuck with `left` old pods: terminating pods are gone, and every new pod that finds
 * room is placed.
 */
export function nodesWhenStuck(model: Model, coexistence: Coexistence, left: number): readonly JudgedNode[] {
  const remaining = coexistence.worstWay(left);
  return model.nodes.map((occupancy) =>
    whenStuck(model, occupancy, remaining.get(occupancy.node.name) ?? []),
  );
}

function whenStuck(
  { pod, minor }: Model,
  occupancy: NodeOccupancy,
  remaining: readonly PlacedPod[],
): JudgedNode {
  const room = occupied(occupancy.lasting, remaining);
  const taken = occupied(room, new Array<Occupant>(slotsOf(pod, room)).fill(pod));
  const pods = [...occupancy.staying, ...occupancy.fresh, ...remaining];
  return { room: taken, pods, refusals: refusalsOf(pod, taken, minor) };
}
