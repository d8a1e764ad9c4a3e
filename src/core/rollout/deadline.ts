import type { Scene } from "../diagnosis/scene.ts";
import type { Condition } from "../model.ts";

/**
 * The controller's word that the rollout timed out; `undefined` when it has not given it, or of another rollout:
 * the condition of an earlier failure survives a change of the template until the controller gets to it.
 * Source: pkg/controller/deployment/progress.go (v1.36.3), `syncRolloutStatus`.
 */
export function deadlineExceeded({ goal, workload, replicaSet }: Scene): Condition | undefined {
  if (workload.observedGeneration < goal.generation || replicaSet === undefined) return undefined;
  const progressing = workload.conditions.find(({ type }) => type === "Progressing");
  if (progressing?.status !== "False" || progressing.reason !== "ProgressDeadlineExceeded") return undefined;
  const written = progressing.lastUpdate ?? progressing.lastTransition;
  const isNewer = written !== undefined && written > goal.since;
  return isNewer && progressing.message.includes(`"${replicaSet.name}"`) ? progressing : undefined;
}
