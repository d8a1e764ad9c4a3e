import { admissionReasonOf } from "../admission-reason.ts";
import type { Template } from "../model/pod-spec.ts";
import type { Target, Workload } from "../model/workload.ts";
import { atMaximum } from "./at-maximum.ts";
import { attaching } from "./attaching.ts";
import type { Scaling } from "./autoscaling/room-by-scaling.ts";
import type { Ending } from "./decide.ts";
import { type Doubts, doubtsOf } from "./doubts.ts";
import { endingOf } from "./ending.ts";
import { explained } from "./explain.ts";
import { type Model, modelOf } from "./model.ts";
import { nodeRooms } from "./node-rooms.ts";
import { overdue } from "./overdue.ts";
import { evictionText, preempting } from "./preempting.ts";
import { scalingOf } from "./scaling.ts";
import type { CapacityVerdict, Snapshot, Verdict } from "./verdict.ts";

/**
 * Answers whether rolling `next` out over what stands will complete, and if not, exactly why and what would help.
 * Assumes that new pods become Ready, that nodes stay, and that no other pod takes the room meanwhile.
 *
 * @param allEnds whether to tell what may be said instead of the first reason, which no report needs
 */
export function checkCapacity(
  snapshot: Snapshot,
  target: Target,
  next: Template,
  { allEnds = false }: { readonly allEnds?: boolean } = {},
): CapacityVerdict {
  const { admission } = snapshot;
  const asked = answer(snapshot, target);
  if (next.json === target.workload.template.json) return { ...asked, verdict: "NO_ROLLOUT" };
  if (admission.kind === "denied" && admission.currentPasses) {
    const reasons = [{ reason: admissionReasonOf(admission.message), message: admission.message }];
    // Pods of the template that are there from before may yet become available; no other comes.
    const { start } = modelOf(snapshot, target, next);
    return {
      ...asked,
      verdict: "ADMISSION_FAILS",
      reasons,
      completes: { at: start.available, most: start.wanted, of: start.replicas },
    };
  }
  const model = modelOf(snapshot, target, next);
  const ours = new Set(target.replicaSets.map(({ uid }) => uid));
  const { hazards, ...hazardous } = endingWithHazards(model, ours);
  const { ending, ...late } = overdue(model, hazardous.ending);
  const scaling = scalingOf(model, ending, snapshot.autoscaling);
  const doubts = doubtsOf({ snapshot, scaling }, model, ending);
  const verdict = verdictOf(ending, doubts, scaling);
  const { nodes, reasons, fixes, ...rest } = explained(model, ending, scaling, { hazards, allEnds });
  const explanation = { ...rest, reasons: [...reasons, ...late.reasons], fixes: [...late.fixes, ...fixes] };
  const isYes = verdict === "WILL_COMPLETE" || verdict === "NEEDS_NODES";
  const tooMany = isYes ? atMaximum(snapshot, target.workload, model) : undefined;
  return {
    ...asked,
    ...(verdict === "UNKNOWN" ? {} : explanation),
    ...(tooMany && { atMaximum: tooMany }),
    verdict,
    nodes: nodeRooms(nodes, model.pod, ours),
    completes: completesOf(model, ending),
    unknown: [...doubts.ofRoom, ...doubts.ofStall],
  };
}

/** The verdict where the images are there already: nothing was read, and nothing needs room. */
export const noRollout = ({ replicas }: Pick<Workload, "replicas">): CapacityVerdict => ({
  verdict: "NO_ROLLOUT",
  reasons: [],
  nodes: [],
  completes: { at: replicas, most: replicas, of: replicas },
  fixes: [],
  unknown: [],
  read: { nodes: 0, pods: 0 },
});

/** What was read, before anything stands in the way. */
function answer({ nodes, pods, gaps, warnings = [] }: Snapshot, { workload }: Target): CapacityVerdict {
  return {
    verdict: "UNKNOWN",
    reasons: [],
    nodes: [],
    completes: { at: workload.replicas, most: workload.replicas, of: workload.replicas },
    fixes: [],
    unknown: gaps,
    ...(warnings.length > 0 && { warnings }),
    read: { nodes: nodes.length, pods: pods.length },
  };
}

interface Hazardous {
  readonly ending: Ending;
  readonly hazards: CapacityVerdict["reasons"];
}

/** How it ends, preemption and volumes that one node holds included, with what is to be said of these. */
function endingWithHazards(model: Model, ours: ReadonlySet<string>): Hazardous {
  const alone = endingOf(model);
  const attached = attaching(model, alone);
  if (attached !== undefined) {
    return {
      ending: attached.ending,
      hazards: [{ reason: "VolumeAttachFailed", message: attached.message }],
    };
  }
  const { ending, ...evicted } = preempting(model, alone);
  if (evicted.victims.length === 0) return { ending, hazards: [] };
  return { ending, hazards: [{ reason: "Unschedulable", message: evictionText(evicted, ours) }] };
}

function completesOf({ start: { replicas } }: Model, ending: Ending): CapacityVerdict["completes"] {
  if (ending.kind === "completes") return { at: replicas, most: replicas, of: replicas };
  return { at: ending.least, most: ending.most, of: replicas };
}

/** What is not judged can only take room away, so a stall stands unless something puts the stall itself in doubt. */
function verdictOf(ending: Ending, { ofRoom, ofStall }: Doubts, scaling: Scaling): Verdict {
  const isNo = ending.kind === "stalls" && scaling.kind !== "adds";
  if (ofStall.length > 0 || (ofRoom.length > 0 && !isNo)) return "UNKNOWN";
  if (ending.kind === "completes") return "WILL_COMPLETE";
  if (scaling.kind === "adds") return "NEEDS_NODES";
  return ending.kind === "stalls" ? "WILL_STALL" : "DEPENDS";
}
