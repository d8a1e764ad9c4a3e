import type { HostPort } from "../model/pod-spec.ts";
import type { Node, PlacedPod } from "../model/room.ts";
import type { NodeView, Refusal } from "./filters/filter.ts";
import type { Incoming, Room } from "./room.ts";

/** A node as it stands at the moment: its pods come and go. */
export interface Stand {
  readonly room: Room;
  readonly pods: readonly PlacedPod[];
  /** Pods that were promised the node by preemption and that do not give way to the new one. */
  readonly nominated: readonly PlacedPod[];
  /** Why the node is not even asked. */
  readonly leftOut: Refusal | undefined;
  /** The first filter that will always refuse, by its rank, with what it says; absent until it is asked. */
  fixed: { readonly rank: number; readonly refusals: readonly Refusal[] } | undefined;
  put(pod: PlacedPod): void;
  take(pod: PlacedPod): void;
}

/** Counts what is on a node, of what the new pod asks for: no filter looks at more. */
export function standOf({ node, pods }: NodeView, incoming: Incoming, leftOut: Refusal | undefined): Stand {
  const there = pods.filter(({ nodeName }) => nodeName !== undefined);
  const waiting = there.length === pods.length ? [] : pods.filter(({ nodeName }) => nodeName === undefined);
  const room = new Taken(node, incoming);
  for (const pod of there) room.change(pod, 1);
  return {
    room,
    pods: there,
    nominated: waiting.filter(({ priority }) => priority >= incoming.spec.priority),
    leftOut,
    fixed: undefined,
    put: (pod) => {
      there.push(pod);
      room.change(pod, 1);
    },
    take: (pod) => {
      there.splice(there.lastIndexOf(pod), 1);
      room.change(pod, -1);
    },
  };
}

/** A room that changes in place. */
class Taken implements Room {
  readonly node: Node;
  readonly used: Map<string, number>;
  readonly hostPorts: HostPort[] = [];
  pods = 0;
  readonly #wantsPorts: boolean;

  constructor(node: Node, { requests, hostPorts }: Incoming) {
    this.node = node;
    this.used = new Map([...requests.keys()].map((name) => [name, 0]));
    this.#wantsPorts = hostPorts.length > 0;
  }

  change(pod: PlacedPod, by: 1 | -1): void {
    this.pods += by;
    for (const [name, before] of this.used) {
      const amount = pod.requests.get(name);
      if (amount !== undefined) this.used.set(name, before + by * amount);
    }
    if (!this.#wantsPorts) return;
    if (by === 1) this.hostPorts.push(...pod.hostPorts);
    else for (const port of pod.hostPorts) this.hostPorts.splice(this.hostPorts.indexOf(port), 1);
  }
}
