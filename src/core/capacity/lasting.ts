import type { Node, PlacedPod } from "../model/room.ts";
import type { NodeSum, NodeView } from "./filters/filter.ts";
import { emptyRoom, occupied } from "./room.ts";

/** A node with the pods that stay on it. It is asked about many times, with changes elsewhere, and added up once. */
export class LastingView implements NodeView {
  readonly node: Node;
  readonly pods: readonly PlacedPod[];
  #sum: NodeSum | undefined = undefined;

  constructor(node: Node, pods: readonly PlacedPod[]) {
    this.node = node;
    this.pods = pods;
  }

  get sum(): NodeSum {
    this.#sum ??= sumOf(this);
    return this.#sum;
  }
}

const NONE: readonly PlacedPod[] = [];

/** Adds up the pods of a node. */
export function sumOf({ node, pods }: Pick<NodeView, "node" | "pods">): NodeSum {
  const waiting = pods.filter(({ nodeName }) => nodeName === undefined);
  const there = waiting.length === 0 ? pods : pods.filter(({ nodeName }) => nodeName !== undefined);
  const repelling = there.filter(({ repels }) => repels.length > 0);
  return {
    room: occupied(emptyRoom(node), there),
    waiting: waiting.length === 0 ? NONE : waiting,
    repelling: repelling.length === 0 ? NONE : repelling,
    of: byNamespace(there),
  };
}

/** Only one namespace is ever asked about, again and again: the workload's. */
function byNamespace(pods: readonly PlacedPod[]): NodeSum["of"] {
  let last: { readonly namespace: string; readonly pods: readonly PlacedPod[] } | undefined;
  return (namespace) => {
    if (last?.namespace === namespace) return last.pods;
    const own = pods.filter((pod) => pod.namespace === namespace);
    last = { namespace, pods: own.length === 0 ? NONE : own };
    return last.pods;
  };
}
