import type { Node } from "../model/room.ts";
import type { ClusterView, Judge, NodeFilter, Refusal } from "./filters/filter.ts";
import { FILTERS } from "./filters/index.ts";
import type { Incoming, Room } from "./room.ts";

/** A filter of either kind, prepared for one pod. */
export interface Asked extends Omit<Judge, "signature" | "further"> {
  readonly further?: ((room: Room) => number) | undefined;
  readonly signature?: ((room: Room, most?: number) => string) | undefined;
}

/** Prepares all filters that have something to say about the pod, in the scheduler's order. */
export function asksOf(pod: Incoming, cluster: ClusterView): readonly Asked[] {
  return FILTERS.flatMap((filter) => {
    if (filter.kind === "node") return [ofNodeFilter(filter, pod, cluster.minor)];
    const judge = filter.prepare(pod, cluster);
    return judge === undefined ? [] : [ofJudge(judge)];
  });
}

function ofNodeFilter(filter: NodeFilter, pod: Incoming, minor: number): Asked {
  const { scope, refusals, further, signature } = filter;
  return {
    scope,
    refusals: (room) => refusals(pod, room, minor),
    further: further === undefined ? undefined : (room) => further(pod, room),
    signature: signature === undefined ? undefined : (room, most) => signature(pod, room, most),
  };
}

function ofJudge({ signature, further, ...judge }: Judge): Asked {
  return {
    ...judge,
    further: further === undefined ? undefined : ({ node }) => further(node),
    signature: signature === undefined ? undefined : ({ node }) => signature(node),
  };
}

/** What the pre-filters say before any node is looked at. */
export interface PreFiltered {
  readonly refusal: Refusal | undefined;
  /** Says of a node whether it is left out; absent where all are asked. */
  readonly leftOut: ((node: Node) => Refusal | undefined) | undefined;
}

/**
 * The first final refusal ends it; of the others, which preemption might still help, the last one counts.
 * Source: pkg/scheduler/framework/runtime/framework.go (v1.36.3), `RunPreFilterPlugins`.
 */
export function preFilter(asks: readonly Asked[], minor: number): PreFiltered {
  const refused = asks.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal]));
  const refusal = refused.find(({ resolvable }) => !resolvable) ?? refused.at(-1);
  const only = asks.map((ask) => ask.only).filter((set) => set !== undefined);
  const [first, ...others] = only.map(({ nodes }) => nodes);
  if (first === undefined) return { refusal, leftOut: undefined };
  const nodes = others.reduce((left, right) => left.intersection(right), first);
  const plugins = only.map(({ plugin }) => plugin).sort();
  if (nodes.size === 0 && refusal === undefined) return { refusal: nothingLeft(plugins), leftOut: undefined };
  const left: Refusal = { id: "node-affinity", text: leftOutText(plugins, minor), resolvable: false };
  return { refusal, leftOut: ({ name }) => (nodes.has(name) ? undefined : left) };
}

const nothingLeft = (plugins: readonly string[]): Refusal => ({
  id: "node-affinity",
  text:
    plugins.length === 1
      ? `node(s) didn't satisfy plugin ${plugins.join()}`
      : `node(s) didn't satisfy plugin(s) [${plugins.join(" ")}] simultaneously`,
  resolvable: false,
});

/** Source: pkg/scheduler/schedule_one.go (v1.27 to v1.36.3), `findNodesThatFitPod`. */
function leftOutText(plugins: readonly string[], minor: number): string {
  if (minor >= 32) return `node(s) didn't satisfy plugin(s) [${plugins.join(" ")}]`;
  return minor === 27 ? "node is filtered out by the prefilter result" : "";
}
