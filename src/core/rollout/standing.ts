import { isReady } from "../diagnosis/pod-state.ts";
import { newPodsOf } from "../diagnosis/scene.ts";
import type { Workload } from "../model/workload.ts";
import type { ReasonCode } from "../reason.ts";
import { replicaSetOf } from "../replica-set.ts";
import type { Goal, Observation } from "./rollout.ts";
import type { EngineState } from "./state.ts";

/** Where the rollout stands, by the status alone. */
export type Standing =
  /** No longer ours to judge. */
  | { readonly kind: "superseded"; readonly reason: ReasonCode; readonly message: string }
  | { readonly kind: "progressing"; readonly workload: Workload; readonly waitingFor: string }
  /** Every replica runs our template and is available, and nothing of the old one is left. */
  | { readonly kind: "complete"; readonly workload: Workload };

/**
 * Tells where the rollout stands.
 * Source: kubectl pkg/polymorphichelpers/rollout_status.go (v1.36.3), with availability of every replica.
 */
export function standingOf(goal: Goal, observation: Observation, past: Past): Standing {
  const { workload } = observation;
  if (workload === undefined) return superseded("Superseded", `deployment/${goal.ref.name} was deleted`);
  const overtaken = supersededBy(goal, workload, past);
  if (overtaken !== undefined) return overtaken;
  if (isFromBefore(goal, workload) || workload.observedGeneration < workload.generation) {
    return { kind: "progressing", workload, waitingFor: "the Deployment controller to take up the change" };
  }
  const waitingFor = missingOf(goal, observation, workload);
  return waitingFor === undefined
    ? { kind: "complete", workload }
    : { kind: "progressing", workload, waitingFor };
}

type Past = Pick<EngineState, "wasScaledUp">;

const superseded = (reason: ReasonCode, message: string): Standing => ({
  kind: "superseded",
  reason,
  message,
});

function supersededBy(goal: Goal, workload: Workload, { wasScaledUp }: Past): Standing | undefined {
  const name = `deployment/${goal.ref.name}`;
  if (workload.uid !== goal.uid) return superseded("Superseded", `${name} was deleted and created anew`);
  if (workload.deletedAt !== undefined) return superseded("Superseded", `${name} is being deleted`);
  if (isFromBefore(goal, workload)) return undefined;
  if (workload.template.json !== goal.templateJson) {
    return superseded("Superseded", `somebody else changed the pod template of ${name}`);
  }
  if (workload.paused) return superseded("WorkloadPaused", `somebody paused ${name}`);
  if (workload.replicas === 0 && wasScaledUp) {
    return superseded("NoReplicas", `somebody scaled ${name} to zero`);
  }
  return undefined;
}

/** A cache may still show what stood before our write; generations only grow. */
const isFromBefore = ({ generation }: Goal, workload: Workload): boolean => workload.generation < generation;

function missingOf(goal: Goal, observation: Observation, workload: Workload): string | undefined {
  const { replicas, status } = workload;
  const newPods = newPodsOf(replicaSetOf(goal.templateJson, observation.replicaSets), observation);
  const ready = newPods.filter(isReady).length;
  const available = Math.min(status.availableReplicas, ready);
  if (status.updatedReplicas < replicas) {
    return `new pods: ${status.updatedReplicas} of ${replicas} created, ${Math.min(ready, status.updatedReplicas)} ready`;
  }
  if (available < replicas) return `new pods: ${available} of ${replicas} available`;
  const old = status.replicas - status.updatedReplicas;
  return old > 0 ? `${old} old ${old === 1 ? "pod" : "pods"} to go` : undefined;
}
