import type { HostPort } from "../model/pod-spec.ts";
import type { Node, PlacedPod } from "../model/room.ts";
import type { NodeView, Refusal } from "./filters/filter.ts";
import type { Incoming, Room } from "./room.ts";

const NONE: readonly PlacedPod[] = [];

/** A node as it stands at the moment: its pods come and go. */
export class Stand {
  readonly room: Taken;
  /** Pods that were promised the node by preemption and that do not give way to the new one. */
  readonly nominated: readonly PlacedPod[];
  /** Why the node is not even asked. */
  readonly leftOut: Refusal | undefined;
  /** The first filter that will always refuse, by its rank, with what it says; absent until it is asked. */
  fixed: { readonly rank: number; readonly refusals: readonly Refusal[] } | undefined = undefined;
  #pods: readonly PlacedPod[];
  /** The same once any pod came or went: most nodes never see one. */
  #moving: PlacedPod[] | undefined = undefined;

  constructor({ node, pods, sum }: NodeView, incoming: Incoming, leftOut: Refusal | undefined) {
    const waiting = sum?.waiting ?? pods.filter(({ nodeName }) => nodeName === undefined);
    this.#pods = waiting.length === 0 ? pods : pods.filter(({ nodeName }) => nodeName !== undefined);
    this.nominated =
      waiting.length === 0 ? NONE : waiting.filter(({ priority }) => priority >= incoming.spec.priority);
    this.leftOut = leftOut;
    this.room = new Taken(node, incoming);
    if (sum === undefined) for (const pod of this.#pods) this.room.change(pod, 1);
    else this.room.start(sum.room);
  }

  get pods(): readonly PlacedPod[] {
    return this.#moving ?? this.#pods;
  }

  put(pod: PlacedPod): void {
    this.#moving ??= [...this.#pods];
    this.#moving.push(pod);
    this.room.change(pod, 1);
  }

  take(pod: PlacedPod): void {
    this.#moving ??= [...this.#pods];
    this.#moving.splice(this.#moving.lastIndexOf(pod), 1);
    this.room.change(pod, -1);
  }
}

/** A room that changes in place, with what the new pod asks for: no filter looks at more. */
class Taken implements Room {
  readonly node: Node;
  readonly used: Map<string, number>;
  readonly hostPorts: HostPort[] = [];
  pods = 0;
  readonly #wantsPorts: boolean;

  constructor(node: Node, { requests, hostPorts }: Incoming) {
    this.node = node;
    this.used = new Map();
    for (const name of requests.keys()) this.used.set(name, 0);
    this.#wantsPorts = hostPorts.length > 0;
  }

  start({ pods, used, hostPorts }: Room): void {
    this.pods = pods;
    for (const name of this.used.keys()) this.used.set(name, used.get(name) ?? 0);
    if (this.#wantsPorts) this.hostPorts.push(...hostPorts);
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
