import { plural } from "../plural.ts";
import { freshNode } from "./autoscaling/fresh-node.ts";
import { grown } from "./autoscaling/grown.ts";
import { deficitOf, type Ending } from "./decide.ts";
import { BRIEF, countedRoom, endingOf, RECKONED } from "./ending.ts";
import { liftedConstraints } from "./fixes/constraints.ts";
import { smallerRequests } from "./fixes/requests.ts";
import { smallest } from "./fixes/smallest.ts";
import type { Model, Start } from "./model.ts";
import type { NodeOccupancy } from "./occupancy.ts";
import { schedulingOf } from "./scheduling.ts";
import type { JudgedNode } from "./stuck.ts";
import type { Fix } from "./verdict.ts";

/** What a fix starts from: a rollout that does not complete, and the nodes when it is stuck. */
export interface Stall {
  readonly model: Model;
  readonly ending: Exclude<Ending, { kind: "completes" }>;
  readonly nodes: readonly JudgedNode[];
}

type Completes = (model: Model) => boolean;

interface Tried {
  readonly model: Model;
  readonly completes: Completes;
}

/** Single changes that make a stalling rollout complete, each tried out on the model, the simplest first. */
export function fixesOf({ model, ending, nodes }: Stall): readonly Fix[] {
  const efforts = ending.kind === "depends" && ending.sample !== undefined ? RECKONED : BRIEF;
  const completes = (changed: Model): boolean => endingOf(changed, efforts).kind === "completes";
  const fixes = [
    // No node helps where the API lets no further pod in.
    ...(ending.by === "room"
      ? [moreNodes(model, completes), ...smallerRequests(model, nodes, completes)]
      : []),
    moreUnavailable(model, completes),
    moreSurge(model, completes),
    fewerReplicas(model, completes),
    ...(ending.by === "room" ? liftedConstraints(model, completes) : []),
  ];
  return fixes.filter((fix) => fix !== undefined);
}

/** As many sizes of nodes are tried, those that take the most pods first. */
const TRIED_SIZES = 8;

/** The fewest nodes like one that is there: with its size, labels, taints and daemon pods, and nothing else. */
function moreNodes(model: Model, completes: Completes): Fix | undefined {
  const deficit = Math.max(1, deficitOf(model, countedRoom(model)));
  const tries = sizesOf(model).map(({ like, slots }) => ({
    like,
    count: fewestOf({ model, completes }, like, Math.ceil(deficit / slots)),
  }));
  const best = tries
    .filter(({ count }) => count !== undefined)
    .sort((a, b) => (a.count ?? 0) - (b.count ?? 0))[0];
  if (best?.count === undefined) return undefined;
  const { like, count } = best;
  const which = sizesDiffer(model.nodes) ? `like ${like.node.name}` : "of that size";
  return {
    kind: "nodes",
    text: `${count === 1 ? "one" : count} more ${plural(count, "node")} ${which} would do`,
    value: `${count}`,
  };
}

/**
 * As many as counting asks for may not be enough where pods mind each other's company. A node for each pod is: where
 * old pods wait that are a million times as large, counting asks for a million nodes.
 */
function fewestOf({ model, completes }: Tried, like: NodeOccupancy, counted: number): number | undefined {
  const least = Math.min(counted, model.start.replicas);
  const most = Math.max(least, Math.min(model.start.replicas, least + TRIED_MORE));
  return smallest(least, most, (count) =>
    completes(grown(model, new Array<NodeOccupancy>(count).fill(like))),
  );
}

const TRIED_MORE = 8;

/** Nodes that differ in size or place, and how many new pods an empty one takes. */
function sizesOf(model: Model): readonly { readonly like: NodeOccupancy; readonly slots: number }[] {
  const likes = new Map(model.nodes.map((occupancy) => [sizeOf(occupancy), occupancy]));
  const fresh = [...likes.values()].map((like) => ({ like, node: freshNode(like, `${like.node.name}-new`) }));
  const { minor, namespaceLabels, storage, pod } = model;
  return fresh
    .map(({ like, node }) => {
      const view = { minor, namespaceLabels, storage, nodes: [{ node: node.node, pods: node.staying }] };
      return { like, slots: schedulingOf(pod, view).slots(0) };
    })
    .filter(({ slots }) => slots > 0)
    .sort((left, right) => right.slots - left.slots)
    .slice(0, TRIED_SIZES);
}

const ZONE = "topology.kubernetes.io/zone";

const sizeOf = ({ node }: NodeOccupancy): string =>
  [...[...node.allocatable].sort(), node.labels[ZONE] ?? ""].join();

const sizesDiffer = ([first, ...others]: readonly NodeOccupancy[]): boolean =>
  others.some((other) => first !== undefined && sizeOf(other) !== sizeOf(first));

/** Old pods that go earlier give their room earlier. `Recreate` takes all away already. */
function moreUnavailable(model: Model, completes: Completes): Fix | undefined {
  const { start } = model;
  const unavailable = smallest(start.unavailable + 1, start.replicas, (candidate) =>
    completes({ ...model, start: { ...start, unavailable: candidate } }),
  );
  if (unavailable === undefined) return undefined;
  const kept = start.replicas - unavailable;
  const cost = kept === 0 ? "no pod would stay available meanwhile" : `${kept} would stay available`;
  return {
    kind: "strategy",
    text: `maxUnavailable: ${unavailable} would do (${cost})`,
    value: `${unavailable}`,
  };
}

/** Fewer pods at once: a quota that is tight, or a constraint between pods, may want that. */
function moreSurge(model: Model, completes: Completes): Fix | undefined {
  const { start } = model;
  if (start.surge === 0 || start.unavailable === 0) return undefined;
  if (!completes({ ...model, start: { ...start, surge: 0 } })) return undefined;
  return { kind: "strategy", text: "maxSurge: 0 would do", value: "0" };
}

function fewerReplicas(model: Model, completes: Completes): Fix | undefined {
  const { start, allowanceFor } = model;
  const fewer = smallest(1, start.replicas - 1, (less) => {
    const replicas = start.replicas - less;
    return completes({ ...model, start: scaled(start, replicas, allowanceFor(replicas)) });
  });
  if (fewer === undefined) return undefined;
  const replicas = start.replicas - fewer;
  const text = `${replicas === 1 ? "one" : replicas} ${plural(replicas, "replica")} instead of ${start.replicas} would do`;
  return { kind: "replicas", text, value: `${replicas}` };
}

function scaled(start: Start, replicas: number, allowed: Pick<Start, "surge" | "unavailable">): Start {
  const { surge, unavailable } = allowed;
  const available = Math.min(start.available, replicas);
  return { ...start, replicas, surge, unavailable, available, wanted: Math.min(start.wanted, replicas) };
}
