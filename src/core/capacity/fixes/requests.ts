import { formatResource } from "../../quantity.ts";
import { shortages } from "../filters/node-resources-fit.ts";
import type { Model } from "../model.ts";
import { toSchedulerIntegers } from "../requests.ts";
import { smallest } from "../smallest.ts";
import type { JudgedNode } from "../stuck.ts";
import type { Fix } from "../verdict.ts";

/**
 * For each resource that nodes lack, the largest request that would do, as long as it is the only change. LimitRanges
 * may forbid to request that little.
 */
export function smallerRequests(
  model: Model,
  nodes: readonly JudgedNode[],
  completes: (model: Model) => boolean,
): readonly Fix[] {
  const scarce = new Set(
    nodes.flatMap(({ room, refusals }) =>
      refusals.some(({ id }) => id === "insufficient") ? [...shortages(model.pod, room).keys()] : [],
    ),
  );
  return [...scarce].flatMap((name) => {
    const now = model.pod.requests.get(name) ?? 0;
    const step = name === "memory" || name === "ephemeral-storage" ? MEBI : 1;
    const steps = Math.ceil(now / step);
    const fewest = Math.max(1, Math.ceil(floorOf(model, name) / step));
    const less = smallest(1, steps - fewest, (fewer) =>
      completes(requesting(model, name, (steps - fewer) * step)),
    );
    if (less === undefined) return [];
    const value = formatResource(name, (steps - less) * step);
    const text = `requesting at most ${value} of ${name} per pod (now ${formatResource(name, now)}) would do`;
    return [{ kind: "request" as const, text, value }];
  });
}

const MEBI = 2 ** 20;

/** What its class costs a pod comes on top of what its containers request, which is something. */
function floorOf({ pod, leastRequests }: Model, name: string): number {
  const overhead = toSchedulerIntegers(pod.spec.overhead).get(name) ?? 0;
  return overhead + Math.max(1, leastRequests.get(name) ?? 0);
}

/** An old pod that finds a node keeps out the more new ones the smaller these are. */
function requesting(model: Model, name: string, amount: number): Model {
  const { pod, start } = model;
  const times = (pod.requests.get(name) ?? 0) / amount;
  const waiting = { ...start.waiting, takesAtMost: Math.ceil(start.waiting.takesAtMost * times) };
  const requests = new Map(pod.requests).set(name, amount);
  return { ...model, start: { ...start, waiting }, pod: { ...pod, requests } };
}
