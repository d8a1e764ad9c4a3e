import { plural } from "../plural.ts";
import type { ReasonCode } from "../reason.ts";
import type { Scaling } from "./autoscaling/room-by-scaling.ts";
import type { Ending, Standing, Stop } from "./decide.ts";
import { TELLING_RUNS } from "./explore/simulate.ts";
import { unschedulable } from "./fit-error.ts";
import { fixesOf } from "./fixes.ts";
import type { Model } from "./model.ts";
import { reasonCodeOf } from "./reason-id.ts";
import { type JudgedNode, judged, schedulingNow, schedulingWhenStuck } from "./stuck.ts";
import type { CapacityVerdict } from "./verdict.ts";
import { volumeGapsOf } from "./volume-gaps.ts";

/** What a report says of a verdict, with the nodes that it speaks of. */
export type Explained = Pick<CapacityVerdict, "reasons" | "instead" | "fixes"> & {
  readonly nodes: readonly JudgedNode[];
};

type Reason = CapacityVerdict["reasons"][number];

/** What an explanation is to tell beside the ending. */
interface Beside {
  readonly hazards: readonly Reason[];
  /** Whether it looks at all other ways to get stuck, each of which takes as long as the first. */
  readonly allEnds: boolean;
}

/**
 * Explains how a rollout ends: in the words of whoever says no in the position in which it is stuck, with what would
 * help.
 */
export function explained(
  model: Model,
  ending: Ending,
  scaling: Scaling,
  { hazards, allEnds }: Beside,
): Explained {
  const now = judged(schedulingNow(model));
  if (ending.kind === "completes") return { nodes: now, reasons: hazards, fixes: [] };
  const isSaid = hazards.length > 0 && ending.kind === "depends";
  const {
    reasons,
    instead,
    nodes = now,
  }: Stopped = isSaid ? { reasons: [] } : stopped(model, ending, allEnds);
  const fixes = fixesOf({ model, ending, nodes });
  const own = [...hazards, ...reasons];
  const code = own[0]?.reason ?? "Unschedulable";
  if (scaling.kind === "adds") {
    const others = fixes.filter(({ kind }) => kind !== "nodes");
    return {
      nodes,
      reasons: [{ reason: code, message: scaling.message }, ...own],
      fixes: [scaling.fix, ...others],
    };
  }
  const more = scaling.kind === "adds-none" ? scaling.reasons : [];
  return {
    nodes,
    reasons: [...own, ...more.map((each) => ({ ...each, reason: each.reason ?? code }))],
    ...(hazards.length === 0 && { instead }),
    fixes,
  };
}

interface Stopped {
  readonly reasons: readonly Reason[];
  readonly instead?: readonly string[] | undefined;
  readonly nodes?: readonly JudgedNode[];
}

function stopped(
  model: Model,
  ending: Stop & Exclude<Ending, { kind: "completes" }>,
  allEnds: boolean,
): Stopped {
  if (ending.by !== "room") return quotaStop(model, ending);
  const standing = ending.standing();
  if (standing === undefined) return { reasons: [sampleReason(ending)] };
  const evicting = ending.kind === "stalls";
  const scheduling = schedulingWhenStuck(model, standing, evicting);
  const { message, reasons } = unschedulable(scheduling, true);
  const reason = reasonCodeOf(reasons) ?? "Unschedulable";
  const says = (other: Standing): string =>
    unschedulable(schedulingWhenStuck(model, other, evicting), true).message;
  return {
    nodes: judged(scheduling),
    reasons: [{ reason, message }],
    instead:
      allEnds && ending.others !== undefined && isSettled(model, ending)
        ? othersThan(message, ending.others().map(says))
        : undefined,
  };
}

/**
 * Whether what nodes say is all that can be said: no volume is bound on the way, which would change it, and no quota
 * may keep the pod that they would say it to from being created, as where an old ReplicaSet has yet to create its own.
 */
const isSettled = (model: Model, { left, most }: Stop): boolean =>
  volumeGapsOf(model).length === 0 && model.quota.least(left) > most;

const othersThan = (message: string, messages: readonly string[]): readonly string[] => [
  ...new Set(messages.filter((each) => each !== message)),
];

/** A ReplicaSet that was refused early on may not have tried again since: then that is still what is said. */
function quotaStop({ quota, start }: Model, { by, left, least }: Stop): Stopped {
  const text = quota.message(by === "pace" ? start.old : left);
  const slow =
    "; it lets them in once pods of before are gone, but a ReplicaSet that was refused may wait for minutes until it tries again";
  const message = by === "pace" ? `${text}${slow}` : text;
  const earlier = Array.from({ length: Math.max(0, start.old - left) + 1 }, (_, gone) => start.old - gone);
  // Where an old ReplicaSet does not take what it may, a new pod is created, and waits.
  const mayWait = by === "quota" && quota.most(left) > least;
  return {
    reasons: [{ reason: "QuotaExceeded", message }],
    instead: mayWait ? undefined : othersThan(text, [...new Set(earlier)].flatMap(quota.messages)),
  };
}

function sampleReason(ending: Exclude<Ending, { kind: "completes" }>): Reason {
  const reason: ReasonCode = "Unschedulable";
  const sample = ending.kind === "depends" ? ending.sample : undefined;
  const played =
    sample === undefined || sample.runs < TELLING_RUNS
      ? ""
      : `; ${sample.completed} of ${sample.runs} ${plural(sample.runs, "rollout")} played by lot completed`;
  return { reason, message: `there are too many ways to place the pods to try them all${played}` };
}
