import { admissionReasonOf } from "../admission-reason.ts";
import type { Template } from "../model/pod-spec.ts";
import type { Target, Workload } from "../model/workload.ts";
import { type Coexistence, coexistenceOf } from "./coexistence.ts";
import { decide, type Ending } from "./decide.ts";
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
  const doubts = doubtsOf({ snapshot, target, next }, model, ending);
  const verdict = verdictOf(ending, doubts);
  const ours = new Set(target.replicaSets.map(({ uid }) => uid));
  const { nodes, ...explained } = explain(model, coexistence, ending);
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

/** What is not judged can only take room away, so a stall stands unless something puts the stall itself in doubt. */
function verdictOf(ending: Ending, { ofRoom, ofStall }: Doubts): Verdict {
  const sure = ofStall.length === 0 && (ending.kind === "stalls" || ofRoom.length === 0);
  if (!sure) return "UNKNOWN";
  switch (ending.kind) {
    case "completes":
      return "WILL_COMPLETE";
    case "stalls":
      return "WILL_STALL";
    case "depends":
      return "DEPENDS";
  }
  return ending satisfies never;
}

type Explained = Pick<CapacityVerdict, "reasons" | "fixes"> & { readonly nodes: readonly JudgedNode[] };

function explain(model: Model, coexistence: Coexistence, ending: Ending): Explained {
  if (ending.kind === "completes") return { nodes: nodesNow(model), reasons: [], fixes: [] };
  const nodes = nodesWhenStuck(model, coexistence, ending.left);
  const reason = reasonCodeOf(countReasons(nodes)) ?? "Unschedulable";
  return {
    nodes,
    reasons: [{ reason, message: fitError(nodes, model.pod, model.minor) }],
    fixes: fixesOf({ model, coexistence, nodes }),
  };
}
