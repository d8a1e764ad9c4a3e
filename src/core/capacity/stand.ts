import type { HostPort } from "../model/pod-spec.ts";
import type { Node, PlacedPod } from "../model/room.ts";
import type { NodeView, Refusal } from "./filters/filter.ts";
import { sumOf } from "./lasting.ts";
import type { Incoming, Room } from "./room.ts";

const NONE: readonly PlacedPod[] = [];

/** A node as it stands at the moment: its pods come and go. */
export class Stand {
  /** Pods that were promised the node by preemption and that do not give way to the new one. */
  readonly nominated: readonly PlacedPod[];
  /** Why the node is not even asked. */
  readonly leftOut: Refusal | undefined;
  /** The first filter that will always refuse, by its rank, with what it says; absent until it is asked. */
  fixed: { readonly rank: number; readonly refusals: readonly Refusal[] } | undefined = undefined;
  readonly #incoming: Incoming;
  readonly #before: { readonly room: Room; readonly pods: readonly PlacedPod[] };
  /** The same once any pod came or went: most nodes never see one. */
  #now: { readonly room: Taken; readonly pods: PlacedPod[] } | undefined = undefined;

  constructor({ node, pods, sum }: NodeView, incoming: Incoming, leftOut: Refusal | undefined) {
    const { room, waiting } = sum ?? sumOf({ node, pods });
    this.nominated =
      waiting.length === 0 ? NONE : waiting.filter(({ priority }) => priority >= incoming.spec.priority);
    this.leftOut = leftOut;
    this.#incoming = incoming;
    this.#before = {
      room,
      pods: waiting.length === 0 ? pods : pods.filter(({ nodeName }) => nodeName !== undefined),
    };
  }

  get room(): Room {
    return (this.#now ?? this.#before).room;
  }

  get pods(): readonly PlacedPod[] {
    return (this.#now ?? this.#before).pods;
  }

  put(pod: PlacedPod): void {
    const { pods, room } = this.#changing();
    pods.push(pod);
    room.change(pod, 1);
  }

  take(pod: PlacedPod): void {
    const { pods, room } = this.#changing();
    pods.splice(pods.lastIndexOf(pod), 1);
    room.change(pod, -1);
  }

  #changing() {
    const { room, pods } = this.#before;
    this.#now ??= { room: new Taken(room, this.#incoming), pods: [...pods] };
    return this.#now;
  }
}

/** A room that changes in place, with what the new pod asks for: no filter looks at more. */
class Taken implements Room {
  readonly node: Node;
  readonly used: Map<string, number>;
  readonly hostPorts: HostPort[];
  pods: number;
  readonly #wantsPorts: boolean;

  constructor({ node, used, pods, hostPorts }: Room, incoming: Incoming) {
    this.node = node;
    this.used = new Map();
    for (const name of incoming.requests.keys()) this.used.set(name, used.get(name) ?? 0);
    this.#wantsPorts = incoming.hostPorts.length > 0;
    this.hostPorts = this.#wantsPorts ? [...hostPorts] : [];
    this.pods = pods;
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
