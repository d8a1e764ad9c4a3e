import type { PlacedPod } from "../model/room.ts";
import { plural } from "../plural.ts";
import { lastingCluster } from "./cluster.ts";
import type { Ending, Stop } from "./decide.ts";
import { BRIEF, endingOf } from "./ending.ts";
import type { Model } from "./model.ts";
import { type NodeOccupancy, toOccupancy } from "./occupancy.ts";
import { openTo } from "./open-to.ts";
import { preemptionOf } from "./preemption.ts";
import { schedulingOf } from "./scheduling.ts";
import { schedulingWhenStuck } from "./stuck.ts";

/** How a rollout ends when the scheduler may evict pods of lower priority for it. */
export interface Preempting {
  readonly ending: Ending;
  /** Pods that the first new one without a node would evict. */
  readonly victims: readonly PlacedPod[];
  /** How many of them against a PodDisruptionBudget. */
  readonly violations: number;
}

const NOBODY = { victims: [], violations: 0 };

/**
 * Reckons with preemption: to the scheduler a pod of lower priority is no lasting obstacle. So a rollout that would
 * complete without all such pods does complete, by evicting some of them.
 * Source: pkg/scheduler/framework/preemption/preemption.go (v1.36.3).
 */
export function preempting(model: Model, alone: Ending): Preempting {
  if (alone.kind === "completes" || alone.by !== "room") return { ending: alone, ...NOBODY };
  const cleared = withoutLower(model);
  if (cleared === undefined) return { ending: alone, ...NOBODY };
  const relaxed = endingOf(cleared.model, BRIEF);
  const standing = alone.standing();
  const evicted = (standing && preemptionOf(schedulingWhenStuck(model, standing))[0]) ?? NOBODY;
  if (relaxed.kind === "completes")
    return isPlain(model) && !cleared.mayWait
      ? { ...evicted, ending: relaxed }
      : { ...evicted, ending: { ...alone, kind: "depends", most: model.start.replicas } };
  const stop: Stop = {
    ...alone,
    // Who gives way, and when, is not played.
    others: undefined,
    least: Math.min(alone.least, relaxed.least),
    most: Math.max(alone.most, relaxed.most),
  };
  const kind = alone.kind === "stalls" && relaxed.kind === "stalls" ? "stalls" : "depends";
  return { ...(kind === "stalls" ? NOBODY : evicted), ending: { ...stop, kind } };
}

/** What is said of a rollout that completes only so. */
export function evictionText(
  { victims, violations }: Omit<Preempting, "ending">,
  ours: ReadonlySet<string>,
): string {
  const own = victims.filter(({ ownerUid = "" }) => ours.has(ownerUid)).length;
  const names = victims.slice(0, LISTED).map(({ namespace, name }) => `${namespace}/${name}`);
  const more = victims.length > LISTED ? ` and ${victims.length - LISTED} more` : "";
  const list = `${names.join(", ")}${more}`;
  const loud = own === 0 ? "" : `; among them ${own} running ${plural(own, "pod")} of this very workload`;
  const against =
    violations === 0
      ? ""
      : `; ${violations} of them against a PodDisruptionBudget, which does not hold the scheduler back`;
  return `finds room only by evicting pods of lower priority: ${list}${loud}${against}`;
}

const LISTED = 5;

/** Where pods mind no one's company, evicting some is nothing to the others. */
const isPlain = ({ pod: { spec } }: Model): boolean =>
  spec.topologySpread.length + spec.podAffinity.length + spec.podAntiAffinity.length === 0;

/** The rollout as if pods of lower priority were not there. */
interface Cleared {
  readonly model: Model;
  /** Whether the scheduler may choose one to give way that should have been gone long ago, and never goes. */
  readonly mayWait: boolean;
}

/** Takes away whoever may be evicted; `undefined` where nobody may. */
function withoutLower(model: Model): Cleared | undefined {
  const { priority, preemptionPolicy } = model.pod.spec;
  if (preemptionPolicy === "Never") return undefined;
  const isLate = ({ deletedAt }: PlacedPod): boolean => deletedAt !== undefined;
  const givesWay = (pod: PlacedPod): boolean => pod.priority < priority && !isLate(pod);
  const hasAny = ({ staying, old }: NodeOccupancy): boolean => staying.some(givesWay) || old.some(givesWay);
  if (!model.nodes.some(hasAny)) return undefined;
  const open = openTo(schedulingOf(model.pod, lastingCluster(model)));
  const reachable = model.nodes.filter((_, index) => open[index]);
  if (!reachable.some(hasAny)) return undefined;
  const stays = (pod: PlacedPod): boolean => !givesWay(pod);
  const nodes = model.nodes.map((occupancy, index) => {
    if (!open[index] || !hasAny(occupancy)) return occupancy;
    const { node, staying, fresh, old, leaving } = occupancy;
    return toOccupancy(node, { staying: staying.filter(stays), fresh, old: old.filter(stays), leaving });
  });
  const mayWait = reachable.some(({ staying }) =>
    staying.some((pod) => pod.priority < priority && isLate(pod)),
  );
  return { model: { ...model, nodes }, mayWait };
}
