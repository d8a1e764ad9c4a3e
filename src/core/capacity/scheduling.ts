import type { PlacedPod } from "../model/room.ts";
import type { ClusterView, Judge, NodeFilter, Refusal } from "./filters/filter.ts";
import { FILTERS } from "./filters/index.ts";
import { asPlaced, emptyRoom, type Incoming, occupied, type Room } from "./room.ts";

/**
 * One pod against a cluster, as the scheduler sees it: prepared once, then asked of any node, while pods are put down
 * and taken away. Nodes go by their index in the view.
 */
export interface Scheduling {
  readonly pod: Incoming;
  /** The pod as others find it once it is placed. */
  readonly placed: PlacedPod;
  /** Why the scheduler gives the pod up before it looks at any node. */
  readonly refusal: Refusal | undefined;
  /** The node with what is on it now, nominated pods included. */
  room(index: number): Room;
  /** Why the node refuses one more such pod; empty when it takes it. */
  refusals(index: number): readonly Refusal[];
  /** A pod is now on the node. */
  add(index: number, pod: PlacedPod): void;
  /** A pod that was there is gone. */
  remove(index: number, pod: PlacedPod): void;
  /** How many more of this very pod the node takes, one after the other, while all others stay as they are. */
  slots(index: number): number;
  /** Whether no answer about a node depends on pods of other nodes. */
  readonly local: boolean;
  /** Whether such a pod on one node can change the answer about another one. */
  reaches(pod: PlacedPod): boolean;
  /** What sets the node apart: nodes with equal signatures are interchangeable to pods that come and go. */
  signature(index: number): string;
}

/** Prepares a pod: runs the pre-filters of the scheduler over the cluster. */
export function schedulingOf(pod: Incoming, cluster: ClusterView): Scheduling {
  const judges = FILTERS.map((filter) =>
    filter.kind === "cluster" ? filter.prepare(pod, cluster) : judgeOf(filter, pod, cluster.minor),
  ).filter((judge) => judge !== undefined);
  const placed = asPlaced(pod);
  const rooms = cluster.nodes.map(({ node, pods }) => occupied(emptyRoom(node), pods));
  const at = (index: number): Room => rooms[index] as Room;
  const refusals = (index: number): readonly Refusal[] => {
    for (const judge of judges) {
      const found = judge.refusals(at(index));
      if (found.length > 0) return found;
    }
    return [];
  };
  const put = (index: number, moved: PlacedPod, change: "add" | "remove"): void => {
    const room = at(index);
    rooms[index] = change === "add" ? occupied(room, [moved]) : vacated(room, moved);
    for (const judge of judges) judge[change]?.(moved, room.node);
  };
  const scheduling: Scheduling = {
    pod,
    placed,
    refusal: judges.find(({ refusal }) => refusal !== undefined)?.refusal,
    room: at,
    refusals,
    add: (index, moved) => put(index, moved, "add"),
    remove: (index, moved) => put(index, moved, "remove"),
    slots: (index) => {
      let slots = 0;
      while (refusals(index).length === 0) {
        put(index, placed, "add");
        slots += 1;
      }
      for (let taken = 0; taken < slots; taken += 1) put(index, placed, "remove");
      return slots;
    },
    local: judges.every(({ scope }) => scope !== "cluster"),
    reaches: (moved) =>
      judges.some(({ scope, reaches }) => scope === "cluster" && reaches?.(moved) !== false),
    signature: (index) =>
      JSON.stringify(
        judges.map(({ signature, refusals }) => signature?.(at(index).node) ?? refusals(at(index))),
      ),
  };
  return scheduling;
}

function judgeOf(filter: NodeFilter, pod: Incoming, minor: number): Judge {
  return { scope: filter.scope, refusals: (room) => filter.refusals(pod, room, minor) };
}

function vacated({ node, used, pods, hostPorts }: Room, gone: PlacedPod): Room {
  const left = new Map(used);
  for (const [name, amount] of gone.requests) left.set(name, (left.get(name) ?? 0) - amount);
  const ports = [...hostPorts];
  for (const port of gone.hostPorts) ports.splice(ports.indexOf(port), 1);
  return { node, used: left, pods: pods - 1, hostPorts: ports };
}
