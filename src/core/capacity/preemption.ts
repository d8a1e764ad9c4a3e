import type { PlacedPod } from "../model/room.ts";
import { violatedBy } from "./disruption-budgets.ts";
import type { Refusal } from "./filters/filter.ts";
import type { Scheduling } from "./scheduling.ts";

/** Whom the scheduler would evict from one node. */
interface Victims {
  readonly victims: readonly PlacedPod[];
  /** How many of them are evicted against a PodDisruptionBudget. */
  readonly violations: number;
}

/** What removing pods of lower priority from one node would do for the pod. */
export type Clearing =
  /** Nothing on the node is in its way, or the scheduler does not try. */
  | { readonly kind: "unhelpful" }
  /** Nothing there gives way. */
  | { readonly kind: "no-victims" }
  /** Even with all of them gone the node refuses. */
  | { readonly kind: "refused"; readonly refusals: readonly Refusal[] }
  /** The fewest that must go, the most important first. */
  | ({ readonly kind: "victims" } & Victims);

/** A node on which the scheduler can make room for the pod, and whom it would evict. */
export interface Candidate extends Victims {
  readonly index: number;
}

/** Whether one of the victims is being deleted already: what is there for good then is so in spite of that. */
export const isInVain = ({ victims }: Candidate): boolean =>
  victims.some(({ deletedAt }) => deletedAt !== undefined);

/**
 * Every node on which preemption would make room for the pod; the one that the scheduler takes comes first; of equals it
 * takes any.
 * Empty where the pod may not preempt, or where some node takes it as it is.
 * Source: pkg/scheduler/framework/preemption/preemption.go (v1.36.3), `pickOneNodeForPreemption`.
 */
export function preemptionOf(scheduling: Scheduling): readonly Candidate[] {
  const { pod, refusal } = scheduling;
  if (pod.spec.preemptionPolicy === "Never" || refusal?.resolvable === false) return [];
  const candidates: Candidate[] = [];
  for (let index = 0; index < scheduling.size; index += 1) {
    if (scheduling.refusals(index).length === 0) return [];
    const clearing = clearingOf(scheduling, index);
    if (clearing.kind !== "victims") continue;
    const { victims, violations } = clearing;
    candidates.push({ index, victims, violations });
  }
  return candidates.sort(byPreference);
}

/**
 * Takes all pods of lower priority off a node that refuses, and gives back as many as still leave room, those
 * that a budget protects before the rest, and the most important first. The node is left as it was.
 * Source: pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go (v1.36.3), `SelectVictimsOnNode`.
 */
export function clearingOf(scheduling: Scheduling, index: number): Clearing {
  if (scheduling.refusals(index).some(({ resolvable }) => !resolvable)) return { kind: "unhelpful" };
  const { priority } = scheduling.pod.spec;
  const lower = scheduling.pods(index).filter((pod) => pod.priority < priority);
  if (lower.length === 0) return { kind: "no-victims" };
  for (const pod of lower) scheduling.remove(index, pod);
  const refusals = scheduling.refusals(index);
  if (refusals.length > 0) {
    for (const pod of lower) scheduling.add(index, pod);
    return { kind: "refused", refusals };
  }
  const byRank = lower.sort(byImportance);
  const violated = violatedBy(byRank, scheduling.budgets);
  const turns = [...byRank.filter((pod) => violated.has(pod)), ...byRank.filter((pod) => !violated.has(pod))];
  const gone = new Set(turns.filter((pod) => mustGo(scheduling, index, pod)));
  const victims = byRank.filter((pod) => gone.has(pod));
  for (const pod of victims) scheduling.add(index, pod);
  return { kind: "victims", victims, violations: victims.filter((pod) => violated.has(pod)).length };
}

/** Puts the pod back, unless it is in the way. */
function mustGo(scheduling: Scheduling, index: number, pod: PlacedPod): boolean {
  scheduling.add(index, pod);
  if (scheduling.refusals(index).length === 0) return false;
  scheduling.remove(index, pod);
  return true;
}

/** Source: pkg/scheduler/util/utils.go (v1.36.3), `MoreImportantPod`: of higher priority, else longer there. */
const byImportance = (left: PlacedPod, right: PlacedPod): number =>
  right.priority - left.priority || startOf(left) - startOf(right);

/**
 * Below zero where the scheduler would rather take the first, zero where it takes either.
 *
 * @internal
 */
export function byPreference(one: Candidate, other: Candidate): number {
  const [left, right] = [one.victims, other.victims];
  const worth = (victims: readonly PlacedPod[]): number =>
    victims.reduce((sum, { priority }) => sum + priority + 2 ** 31, 0);
  return (
    one.violations - other.violations ||
    highest(left) - highest(right) ||
    worth(left) - worth(right) ||
    left.length - right.length ||
    earliest(right) - earliest(left)
  );
}

const highest = (victims: readonly PlacedPod[]): number => victims[0]?.priority ?? 0;

/** When the first of the most important ones started. Source: `GetEarliestPodStartTime`. */
const earliest = (victims: readonly PlacedPod[]): number =>
  Math.min(...victims.filter(({ priority }) => priority === highest(victims)).map(startOf));

/** A pod that has not started counts as one that starts now. */
const startOf = ({ startedAt }: PlacedPod): number => startedAt ?? Number.MAX_SAFE_INTEGER;
