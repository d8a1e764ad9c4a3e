import type { V1PodDisruptionBudget } from "@kubernetes/client-node";
import { mayPreempt } from "../../core/capacity/disruption-budgets.ts";
import type { DisruptionBudget } from "../../core/model/disruption-budget.ts";
import type { PodSpec } from "../../core/model/pod-spec.ts";
import type { PlacedPod } from "../../core/model/room.ts";
import type { Api } from "./api.ts";
import { toLabelSelector } from "./decode-fields.ts";
import { listed } from "./listed.ts";

/** A new pod among the pods that are there. */
interface Preempting {
  readonly pod: PodSpec;
  readonly pods: readonly PlacedPod[];
}

const PLAN = {
  what: "PodDisruptionBudgets",
  path: "/apis/policy/v1/poddisruptionbudgets",
  lost: "which pods the scheduler would rather not evict is not known",
};

/**
 * Reads the budgets of all namespaces where pods may be evicted for the new one. They only make the scheduler prefer
 * some victims to others, and never hold it back, so without them the answer is no less certain.
 */
export async function readDisruptionBudgets(
  api: Api,
  { pod, pods }: Preempting,
  signal: AbortSignal,
): Promise<readonly DisruptionBudget[]> {
  if (!mayPreempt(pod, pods)) return [];
  const { items } = await listed(api, PLAN, toDisruptionBudget, signal);
  return items;
}

/**
 * Reduces a wire PodDisruptionBudget to what preemption minds of it.
 *
 * @internal
 */
export const toDisruptionBudget = ({ metadata, spec, status }: V1PodDisruptionBudget): DisruptionBudget => ({
  namespace: metadata?.namespace ?? "",
  selector: toLabelSelector(spec?.selector),
  disruptionsAllowed: status?.disruptionsAllowed ?? 0,
  disruptedPods: new Set(Object.keys(status?.disruptedPods ?? {})),
});
