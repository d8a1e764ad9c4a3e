import { admissionReasonOf } from "../admission-reason.ts";
import type { Template } from "../model/pod-spec.ts";
import type { Target, Workload } from "../model/workload.ts";
import { grown } from "./autoscaling/grown.ts";
import { NO_SCALING, roomByScaling, type Scaling, type Stalled } from "./autoscaling/room-by-scaling.ts";
import { type Coexistence, coexistenceOf } from "./coexistence.ts";
import { decide, deficitOf, type Ending } from "./decide.ts";
import { type Doubts, doubtsOf } from "./doubts.ts";
import { countReasons, fitError } from "./fit-error.ts";
import { fixesOf } from "./fixes.ts";
import { type Model, modelOf } from "./model.ts";
import { nodeRooms } from "./node-rooms.ts";
import { reasonCodeOf } from "./reason-id.ts";
import { type JudgedNode, nodesNow, nodesWhenStuck } from "./stuck.ts";
import type { CapacityVerdict, Snapshot, Verdict } from "./verdict.ts";

/**
 * Answers whether rolling `next` out over what stands will complete, and if not, exactly why and what would help.
 * Assumes that new pods become Ready, that nodes stay, and that no other pod takes the room meanwhile.
 */
export function checkCapacity(snapshot: Snapshot, target: Target, next: Template): CapacityVerdict {
  const { admission } = snapshot;
  const asked = answer(snapshot, target);
  if (next.json === target.workload.template.json) return { ...asked, verdict: "NO_ROLLOUT" };
  if (admission.kind === "denied" && admission.currentPasses) {
    const reasons = [{ reason: admissionReasonOf(admission.message), message: admission.message }];
    return {
      ...asked,
      verdict: "ADMISSION_FAILS",
      reasons,
      completes: { at: 0, most: 0, of: target.workload.replicas },
    };
  }
  const model = modelOf(snapshot, target, next);
  const coexistence = coexistenceOf(model);
  const ending = decide(model.start, coexistence);
  const scaling = scalingOf(model, coexistence, ending, snapshot.autoscaling);
  const doubts = doubtsOf({ snapshot, target, next, scaling }, model, ending);
  const verdict = verdictOf(ending, doubts, scaling);
  const ours = new Set(target.replicaSets.map(({ uid }) => uid));
  const { nodes, ...explained } = explain(model, coexistence, ending, scaling);
  return {
    ...asked,
    ...(verdict === "UNKNOWN" ? {} : explained),
    verdict,
    nodes: nodeRooms(nodes, model.pod, ours),
    completes: {
      at: ending.kind === "completes" ? model.start.replicas : ending.least,
      most: ending.kind === "stalls" ? ending.most : model.start.replicas,
      of: model.start.replicas,
    },
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
function answer({ nodes, pods, gaps }: Snapshot, { workload }: Target): CapacityVerdict {
  return {
    verdict: "UNKNOWN",
    reasons: [],
    nodes: [],
    completes: { at: workload.replicas, most: workload.replicas, of: workload.replicas },
    fixes: [],
    unknown: gaps,
    read: { nodes: nodes.length, pods: pods.length },
  };
}

/** What an autoscaler does about a rollout that does not complete by itself. */
function scalingOf(
  model: Model,
  coexistence: Coexistence,
  ending: Ending,
  autoscaling: Snapshot["autoscaling"],
): Scaling {
  if (ending.kind === "completes") return NO_SCALING;
  const { start, pod, nodes, allowanceFor } = model;
  const { surge, unavailable } = allowanceFor(start.replicas);
  const stalled: Stalled = {
    pod,
    nodes,
    deficit: Math.max(1, deficitOf(start, coexistence)),
    replicas: start.replicas,
    waiting: Math.min(start.replicas - ending.least, surge + unavailable),
    completesWith: (likes) => decide(start, coexistenceOf(grown(model, likes))).kind === "completes",
  };
  return roomByScaling(stalled, autoscaling);
}

/** What is not judged can only take room away, so a stall stands unless something puts the stall itself in doubt. */
function verdictOf(ending: Ending, { ofRoom, ofStall }: Doubts, scaling: Scaling): Verdict {
  const isNo = ending.kind === "stalls" && scaling.kind !== "adds";
  if (ofStall.length > 0 || (ofRoom.length > 0 && !isNo)) return "UNKNOWN";
  if (ending.kind === "completes") return "WILL_COMPLETE";
  if (scaling.kind === "adds") return "NEEDS_NODES";
  return ending.kind === "stalls" ? "WILL_STALL" : "DEPENDS";
}

type Explained = Pick<CapacityVerdict, "reasons" | "fixes"> & { readonly nodes: readonly JudgedNode[] };

function explain(model: Model, coexistence: Coexistence, ending: Ending, scaling: Scaling): Explained {
  if (ending.kind === "completes") return { nodes: nodesNow(model), reasons: [], fixes: [] };
  const nodes = nodesWhenStuck(model, coexistence, ending.left);
  const reason = reasonCodeOf(countReasons(nodes)) ?? "Unschedulable";
  const stall = { reason, message: fitError(nodes, model.pod, model.minor) };
  const fixes = fixesOf({ model, coexistence, nodes });
  if (scaling.kind === "adds") {
    const others = fixes.filter(({ kind }) => kind !== "nodes");
    return { nodes, reasons: [{ reason, message: scaling.message }, stall], fixes: [scaling.fix, ...others] };
  }
  const more = scaling.kind === "adds-none" ? scaling.reasons : [];
  return { nodes, reasons: [stall, ...more.map((own) => ({ ...own, reason: own.reason ?? reason }))], fixes };
}
