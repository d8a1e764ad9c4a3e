import { plural } from "../plural.ts";
import type { ReasonCode } from "../reason.ts";
import type { Scaling } from "./autoscaling/room-by-scaling.ts";
import type { Ending, Stop } from "./decide.ts";
import { unschedulable } from "./fit-error.ts";
import { fixesOf } from "./fixes.ts";
import type { Model } from "./model.ts";
import { evictAll } from "./preempting.ts";
import { reasonCodeOf } from "./reason-id.ts";
import { type JudgedNode, judged, schedulingNow, schedulingWhenStuck } from "./stuck.ts";
import type { CapacityVerdict } from "./verdict.ts";

/** What a report says of a verdict, with the nodes that it speaks of. */
export type Explained = Pick<CapacityVerdict, "reasons" | "fixes"> & {
  readonly nodes: readonly JudgedNode[];
};

type Reason = CapacityVerdict["reasons"][number];

/**
 * Explains how a rollout ends: in the words of whoever says no in the position in which it is stuck, with what would
 * help. `hazards`: what is to be said beside it.
 */
export function explained(
  model: Model,
  ending: Ending,
  scaling: Scaling,
  hazards: readonly Reason[],
): Explained {
  const now = judged(schedulingNow(model));
  if (ending.kind === "completes") return { nodes: now, reasons: hazards, fixes: [] };
  const { reasons, nodes = now } =
    hazards.length > 0 && ending.kind === "depends" ? { reasons: [] } : stopped(model, ending);
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
    fixes,
  };
}

function stopped(
  model: Model,
  ending: Stop & Exclude<Ending, { kind: "completes" }>,
): { readonly reasons: readonly Reason[]; readonly nodes?: readonly JudgedNode[] } {
  if (ending.by !== "room") return { reasons: [quotaReason(model, ending)] };
  const standing = ending.standing();
  if (standing === undefined) return { reasons: [sampleReason(ending)] };
  const scheduling = schedulingWhenStuck(model, standing);
  if (ending.kind === "stalls") evictAll(scheduling);
  const { message, reasons } = unschedulable(scheduling);
  const reason = reasonCodeOf(reasons) ?? "Unschedulable";
  return { nodes: judged(scheduling), reasons: [{ reason, message }] };
}

function quotaReason({ quota, start }: Model, { by, left }: Stop): Reason {
  const message = quota.message(by === "pace" ? start.old : left);
  const slow =
    "; it lets them in once pods of before are gone, but a ReplicaSet that was refused may wait for minutes until it tries again";
  return { reason: "QuotaExceeded", message: by === "pace" ? `${message}${slow}` : message };
}

function sampleReason(ending: Exclude<Ending, { kind: "completes" }>): Reason {
  const reason: ReasonCode = "Unschedulable";
  const sample = ending.kind === "depends" ? ending.sample : undefined;
  const played =
    sample === undefined
      ? ""
      : `; ${sample.completed} of ${sample.runs} ${plural(sample.runs, "rollout")} played by lot completed`;
  return { reason, message: `there are too many ways to place the pods to try them all${played}` };
}
