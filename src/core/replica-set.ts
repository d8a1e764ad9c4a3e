import type { ReplicaSet } from "./model/workload.ts";

/**
 * The ReplicaSet of a template, serialised as in `Template.json`: of several equal ones the oldest, as the controller
 * has it. Source: pkg/controller/deployment/util/deployment_util.go (v1.36.3), `FindNewReplicaSet`.
 */
export function replicaSetOf(
  templateJson: string,
  replicaSets: readonly ReplicaSet[],
): ReplicaSet | undefined {
  const equal = replicaSets.filter((each) => each.templateJson === templateJson);
  return equal.toSorted((one, other) => one.createdAt - other.createdAt)[0];
}
