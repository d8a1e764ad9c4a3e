import type { Symptom } from "../diagnosis/symptom.ts";
import type { Workload } from "../model/workload.ts";
import { probeBudgetOf } from "../probe.ts";
import type { Goal } from "./rollout.ts";
import type { Standing } from "./standing.ts";

/** How long everything has been well. Times are milliseconds of watched time. */
export interface Stability {
  /** `undefined` while the rollout is not complete. */
  readonly since: number | undefined;
  /** Restarts, kills and evictions so far; one more is trouble. */
  readonly troubles: number;
  /** Whether the rollout was complete at any time. */
  readonly wasComplete: boolean;
}

/** Before the first observation. */
export const notYetStable: Stability = { since: undefined, troubles: 0, wasComplete: false };

const LEAST_MS = 30_000;
const STORAGE_LIMITED_MS = 75_000;
const MOST_MS = 120_000;

/**
 * How long success has to last, in milliseconds. `auto` lets a liveness probe fail its full count, and the kubelet's
 * look at storage limits, every 10 s and slower under load, come around. Only our own change has to prove itself.
 */
export function stableForOf({ direction, stableForMs }: Goal, { template: { spec } }: Workload): number {
  if (direction !== "forward") return 0;
  if (stableForMs !== "auto") return stableForMs;
  const windows = spec.containers.map(({ livenessProbe }) => probeBudgetOf(livenessProbe));
  return Math.min(MOST_MS, Math.max(LEAST_MS, spec.storageLimited ? STORAGE_LIMITED_MS : 0, ...windows));
}

/** Carries the window on; trouble starts it anew. */
export function noteStability(
  before: Stability,
  standing: Standing["kind"],
  symptoms: readonly Symptom[],
  now: number,
): Stability {
  const isComplete = standing === "complete";
  const troubles = troublesIn(symptoms);
  const since = troubles > before.troubles ? now : (before.since ?? now);
  return {
    since: isComplete ? since : undefined,
    troubles,
    wasComplete: before.wasComplete || isComplete,
  };
}

/** All restarts, kills and ends by the node so far: what is counted, whether it is reason to fail or not. */
const troublesIn = (symptoms: readonly Symptom[]): number =>
  symptoms.filter(({ stage }) => stage === undefined).reduce((sum, { seen }) => sum + seen, 0);
