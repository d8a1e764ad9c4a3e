import type { PlacedPod } from "../model/room.ts";
import { plural } from "../plural.ts";
import { lastingCluster } from "./cluster.ts";
import type { Ending } from "./decide.ts";
import { BRIEF, endingOf } from "./ending.ts";
import type { Model } from "./model.ts";
import { toOccupancy } from "./occupancy.ts";
import { openTo } from "./open-to.ts";
import { schedulingOf } from "./scheduling.ts";
import type { CapacityVerdict } from "./verdict.ts";

/** What pods that should have been gone long ago have to do with how a rollout ends. */
export interface Overdue {
  /** The same ending, which also allows for their going after all, where it would be a stall even so. */
  readonly ending: Ending;
  readonly reasons: CapacityVerdict["reasons"];
  readonly fixes: CapacityVerdict["fixes"];
}

/** So many of them are tried one by one, and named. */
const NAMED = 5;

/**
 * A pod that is still there long after its time counts as staying, since nobody knows when whatever holds it lets go.
 * Where the rollout would end otherwise without such pods, these are named.
 */
export function overdue(model: Model, ending: Ending): Overdue {
  const none = { ending, reasons: [], fixes: [] };
  if (ending.kind === "completes") return none;
  const pods = overduePods(model);
  if (pods.length === 0) return none;
  const open = { ...ending, others: undefined };
  const freed = endingOf(without(model, new Set(pods)), BRIEF);
  if (freed.kind === "completes") {
    const [culprit] = pods
      .slice(0, NAMED)
      .filter((pod) => endingOf(without(model, new Set([pod])), BRIEF).kind === "completes");
    return { ...none, ending: open, ...hinted(culprit === undefined ? pods : [culprit]) };
  }
  if (freed.kind === "stalls" && freed.least === ending.least && freed.most <= ending.most) {
    return { ...none, ending: open };
  }
  const { reasons } = hinted(pods);
  if (freed.kind === "depends") return { ending: open, reasons, fixes: [] };
  const most = Math.max(ending.most, freed.most);
  return { ending: { ...open, least: Math.min(ending.least, freed.least), most }, reasons, fixes: [] };
}

/** Those of them that a new pod could ever meet. */
function overduePods(model: Model): readonly PlacedPod[] {
  const late = model.nodes.map(({ staying }) => staying.filter(({ deletedAt }) => deletedAt !== undefined));
  if (late.every(({ length }) => length === 0)) return [];
  const scheduling = schedulingOf(model.pod, lastingCluster(model));
  const open = openTo(scheduling);
  return late.flatMap((pods, index) => (open[index] ? pods : pods.filter(scheduling.reaches)));
}

function without(model: Model, pods: ReadonlySet<PlacedPod>): Model {
  const nodes = model.nodes.map((occupancy) =>
    occupancy.staying.some((pod) => pods.has(pod))
      ? toOccupancy(occupancy.node, {
          staying: occupancy.staying.filter((pod) => !pods.has(pod)),
          fresh: occupancy.fresh,
          old: occupancy.old,
          leaving: occupancy.leaving,
        })
      : occupancy,
  );
  return { ...model, nodes };
}

function hinted(pods: readonly PlacedPod[]): Pick<Overdue, "reasons" | "fixes"> {
  const names = pods.slice(0, NAMED).map(({ namespace, name }) => `${namespace}/${name}`);
  const list = `${names.join(", ")}${pods.length > NAMED ? ` and ${pods.length - NAMED} more` : ""}`;
  const which = `${plural(pods.length, "pod")} ${list}`;
  const message = `${which} should have been gone by now, so ${pods.length === 1 ? "it counts" : "they count"} as staying`;
  const fix = {
    kind: "pods",
    text: `without ${which}, overdue to go, it would do`,
    value: names.join(),
  } as const;
  return { reasons: [{ reason: "Unschedulable", message }], fixes: [fix] };
}
