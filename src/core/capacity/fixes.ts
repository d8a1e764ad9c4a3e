import { plural } from "../plural.ts";
import { formatResource } from "../quantity.ts";
import { emptySlots } from "./autoscaling/candidate.ts";
import { grown } from "./autoscaling/grown.ts";
import { type Coexistence, coexistenceOf } from "./coexistence.ts";
import { decide, deficitOf } from "./decide.ts";
import { shortages } from "./filters/node-resources-fit.ts";
import type { Model, Start } from "./model.ts";
import type { NodeOccupancy } from "./occupancy.ts";
import type { JudgedNode } from "./stuck.ts";
import type { Fix } from "./verdict.ts";

/** What a fix starts from: a rollout that does not complete, and the nodes when it is stuck. */
export interface Stall {
  readonly model: Model;
  readonly coexistence: Coexistence;
  readonly nodes: readonly JudgedNode[];
}

/** Single changes that make a stalling rollout complete, each tried out on the model, the simplest first. */
export function fixesOf(stall: Stall): readonly Fix[] {
  return [moreNodes(stall), ...smallerRequests(stall), moreUnavailable(stall), fewerReplicas(stall)].filter(
    (fix) => fix !== undefined,
  );
}

/** The fewest nodes like one that is there: with its size, labels, taints and daemon pods, and nothing else. */
function moreNodes({ model, coexistence }: Stall): Fix | undefined {
  const deficit = deficitOf(model.start, coexistence);
  const sizes = new Map<string, { readonly like: NodeOccupancy; readonly slots: number }>();
  for (const occupancy of model.nodes) {
    const slots = emptySlots(model.pod, occupancy);
    const size = [...occupancy.node.allocatable].join();
    if (slots > (sizes.get(size)?.slots ?? 0)) sizes.set(size, { like: occupancy, slots });
  }
  const best = [...sizes.values()].sort((left, right) => right.slots - left.slots)[0];
  if (best === undefined) return undefined;
  const count = Math.ceil(deficit / best.slots);
  if (!completes(grown(model, new Array<NodeOccupancy>(count).fill(best.like)))) return undefined;
  const which = differInSize(model.nodes) ? `of the size of ${best.like.node.name}` : "of that size";
  return {
    kind: "nodes",
    text: `${count === 1 ? "one" : count} more ${plural(count, "node")} ${which} would do`,
    value: `${count}`,
  };
}

function differInSize([first, ...others]: readonly NodeOccupancy[]): boolean {
  const size = (occupancy: NodeOccupancy | undefined): string =>
    [...(occupancy?.node.allocatable ?? [])].sort().join();
  return others.some((other) => size(other) !== size(first));
}

/** For each resource that nodes lack, the largest request that would do, as long as it is the only change. */
function smallerRequests({ model, nodes }: Stall): readonly Fix[] {
  const scarce = new Set(
    nodes.flatMap(({ room, refusals }) =>
      refusals.some(({ id }) => id === "insufficient") ? [...shortages(model.pod, room).keys()] : [],
    ),
  );
  return [...scarce].flatMap((name) => {
    const now = model.pod.requests.get(name) ?? 0;
    const step = name === "memory" || name === "ephemeral-storage" ? MEBI : 1;
    const steps = Math.ceil(now / step);
    const less = smallest(1, steps - 1, (fewer) =>
      completes(requesting(model, name, (steps - fewer) * step)),
    );
    if (less === undefined) return [];
    const value = formatResource(name, (steps - less) * step);
    const text = `requesting at most ${value} of ${name} per pod (now ${formatResource(name, now)}) would do`;
    return [{ kind: "request" as const, text, value }];
  });
}

const MEBI = 2 ** 20;

function requesting(model: Model, name: string, amount: number): Model {
  const requests = new Map(model.pod.requests).set(name, amount);
  return { ...model, pod: { ...model.pod, requests } };
}

/** Old pods that go earlier give their room earlier. `Recreate` takes all away already. */
function moreUnavailable({ model: { start }, coexistence }: Stall): Fix | undefined {
  const unavailable = smallest(
    start.unavailable + 1,
    start.replicas,
    (candidate) => decide({ ...start, unavailable: candidate }, coexistence).kind === "completes",
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

function fewerReplicas({ model: { start, allowanceFor }, coexistence }: Stall): Fix | undefined {
  const fewer = smallest(1, start.replicas - 1, (less) => {
    const replicas = start.replicas - less;
    return decide(scaled(start, replicas, allowanceFor(replicas)), coexistence).kind === "completes";
  });
  if (fewer === undefined) return undefined;
  const replicas = start.replicas - fewer;
  const text = `${replicas === 1 ? "one" : replicas} ${plural(replicas, "replica")} instead of ${start.replicas} would do`;
  return { kind: "replicas", text, value: `${replicas}` };
}

function scaled(start: Start, replicas: number, { unavailable }: { readonly unavailable: number }): Start {
  return { ...start, replicas, unavailable, available: Math.min(start.available, replicas) };
}

function completes(model: Model): boolean {
  return decide(model.start, coexistenceOf(model)).kind === "completes";
}

/** The smallest number of a range that does; what does then does for all larger ones. */
function smallest(from: number, to: number, does: (candidate: number) => boolean): number | undefined {
  if (from > to || !does(to)) return undefined;
  let [low, high] = [from, to];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (does(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
