import type { Incoming, Room } from "../room.ts";
import type { NodeFilter, Refusal } from "./filter.ts";

/** Since then the scheduler knows that removing pods does not help where the node itself is too small. */
const TOO_SMALL_SINCE = 34;

/**
 * Wants a free pod slot, and every requested resource free within what the node can allocate. Reports all that is
 * missing. A request of zero fits even a node that is overcommitted.
 * Source: pkg/scheduler/framework/plugins/noderesources/fit.go (v1.34.1), `fitsRequest`.
 */
export const nodeResourcesFit: NodeFilter = {
  kind: "node",
  scope: "node",
  refusals: (pod, room, minor) => {
    const full = room.pods + 1 > given(room, "pods");
    return full || lacks(pod, room) ? whatIsMissing(pod, room, minor, full) : [];
  },
  signature: (pod, room, most) => {
    if (most !== undefined) return `${Math.max(0, Math.min(most, fits(pod, room)))}`;
    const rest = [...pod.requests.keys()].map((name) => `${free(room, name)}/${given(room, name)}`);
    return [given(room, "pods") - room.pods, ...rest].join();
  },
  further: fits,
};

/** How many more such pods there is room for. */
function fits(pod: Incoming, room: Room): number {
  let most = given(room, "pods") - room.pods;
  for (const [name, wanted] of pod.requests) {
    if (wanted > 0) most = Math.min(most, Math.floor(free(room, name) / wanted));
  }
  return most;
}

/** Asked of nearly every node at every moment, so it makes nothing but the answer. */
function lacks(pod: Incoming, room: Room): boolean {
  for (const [name, wanted] of pod.requests) if (wanted > 0 && wanted > free(room, name)) return true;
  return false;
}

function whatIsMissing(pod: Incoming, room: Room, minor: number, full: boolean): readonly Refusal[] {
  const tooSmall =
    minor >= TOO_SMALL_SINCE && [...pod.requests].some(([name, wanted]) => wanted > given(room, name));
  const resolvable = !tooSmall;
  const missing = [...pod.requests]
    .filter(([name, wanted]) => wanted > 0 && wanted > free(room, name))
    .map(([name]): Refusal => ({ id: "insufficient", text: `Insufficient ${name}`, resolvable }));
  return full ? [{ id: "too-many-pods", text: "Too many pods", resolvable }, ...missing] : missing;
}

/** How much of each requested resource the room lacks for one more pod; only what is missing. */
export function shortages(pod: Incoming, room: Room): ReadonlyMap<string, number> {
  const missing = [...pod.requests].map(([name, wanted]) => [name, wanted - free(room, name)] as const);
  return new Map(missing.filter(([name, amount]) => amount > 0 && (pod.requests.get(name) ?? 0) > 0));
}

const given = ({ node }: Room, name: string): number => node.allocatable.get(name) ?? 0;

const free = (room: Room, name: string): number => given(room, name) - (room.used.get(name) ?? 0);
