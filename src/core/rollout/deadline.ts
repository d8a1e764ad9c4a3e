import type { Scene } from "../diagnosis/scene.ts";
import type { Condition } from "../model/condition.ts";
import type { Workload } from "../model/workload.ts";

/** What the controller says of the progress of a rollout; `undefined` until it says anything. */
export const progressOf = ({ conditions }: Pick<Workload, "conditions">): Condition | undefined =>
  conditions.find(({ type }) => type === "Progressing");

/**
 * The controller's word that the rollout timed out; `undefined` when it has not given it, or of another rollout:
 * the condition of an earlier failure survives a change of the template until the controller gets to it. Times of
 * the cluster are compared with each other only: our clock may differ.
 * Source: pkg/controller/deployment/progress.go (v1.36.3), `syncRolloutStatus`.
 */
export function deadlineExceeded({ goal, workload, replicaSet }: Scene): Condition | undefined {
  if (workload.observedGeneration < goal.generation || replicaSet === undefined) return undefined;
  const progress = progressOf(workload);
  if (progress?.status !== "False" || progress.reason !== "ProgressDeadlineExceeded") return undefined;
  const { lastUpdate, message } = progress;
  const isNewer = lastUpdate !== undefined && lastUpdate > (goal.progressedAt ?? 0);
  return isNewer && message.includes(`"${replicaSet.name}"`) ? progress : undefined;
}
