import type { DisruptionBudget } from "../model/disruption-budget.ts";
import type { PodSpec } from "../model/pod-spec.ts";
import type { PlacedPod } from "../model/room.ts";
import { matchesLabels } from "../selector.ts";

/**
 * Those of some pods of which a budget allows no disruption any more, when all of them go in this order.
 * Source: pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go (v1.36.3),
 * `filterPodsWithPDBViolation`.
 */
export function violatedBy(
  pods: readonly PlacedPod[],
  budgets: readonly DisruptionBudget[],
): ReadonlySet<PlacedPod> {
  const allowed = new Map(budgets.map((budget) => [budget, budget.disruptionsAllowed]));
  const violated = new Set<PlacedPod>();
  for (const pod of budgets.length === 0 ? [] : pods) {
    for (const budget of budgets.filter((each) => covers(each, pod))) {
      const left = (allowed.get(budget) ?? 0) - 1;
      allowed.set(budget, left);
      if (left < 0) violated.add(pod);
    }
  }
  return violated;
}

function covers({ namespace, selector = [], disruptedPods }: DisruptionBudget, pod: PlacedPod): boolean {
  return (
    namespace === pod.namespace &&
    selector.length > 0 &&
    Object.keys(pod.labels).length > 0 &&
    !disruptedPods.has(pod.name) &&
    matchesLabels(selector, pod.labels)
  );
}

/** Whether the scheduler may come to evict any of the pods for a new one. */
export const mayPreempt = (
  { priority, preemptionPolicy }: Pick<PodSpec, "priority" | "preemptionPolicy">,
  pods: readonly Pick<PlacedPod, "nodeName" | "priority">[],
): boolean =>
  preemptionPolicy !== "Never" && pods.some((pod) => pod.nodeName !== undefined && pod.priority < priority);
