import type { NodeRoom } from "../capacity/verdict.ts";
import { formatResource } from "../quantity.ts";

/** Of how many nodes the numbers are told; the nearest to fitting come first. */
const NODES = 3;

/**
 * What the nodes lack for the pod, as the pre-check computed it: the scheduler's message has no numbers. Empty
 * where the pre-check found room, or was not asked.
 */
export function numbersIn(room: readonly NodeRoom[]): string {
  const texts = room.flatMap((node) => lackOf(node) ?? []);
  const more = texts.length - NODES;
  return [...texts.slice(0, NODES), ...(more > 0 ? [`and ${more} more nodes`] : [])].join("; ");
}

function lackOf({ name, refusedBy, requested, used, allocatable }: NodeRoom): string | undefined {
  const lacking = refusedBy.flatMap((text) => resourceIn(text) ?? []);
  const texts = lacking.flatMap((resource) => {
    const amounts = [requested, used, allocatable].map((each) => each.get(resource));
    const [wanted, taken, all] = amounts.map((each) => each && formatResource(resource, each));
    return wanted === undefined || all === undefined
      ? []
      : [`${resource} requested ${wanted}, used ${taken ?? 0}, of ${all}`];
  });
  return texts.length === 0 ? undefined : `${name}: ${texts.join(", ")}`;
}

/** Source: pkg/scheduler/framework/plugins/noderesources/fit.go (v1.36.3), `Fits`. */
function resourceIn(text: string): string | undefined {
  return text === "Too many pods" ? "pods" : /^Insufficient (\S+)$/.exec(text)?.[1];
}
