import type { Memory } from "../diagnosis/memory.ts";
import type { Workload } from "../model.ts";
import type { Goal } from "./rollout.ts";

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
  const windows = spec.containers.flatMap(({ livenessProbe: probe }) =>
    probe === undefined
      ? []
      : [(probe.initialDelaySeconds + probe.periodSeconds * probe.failureThreshold) * 1_000],
  );
  return Math.min(MOST_MS, Math.max(LEAST_MS, spec.storageLimited ? STORAGE_LIMITED_MS : 0, ...windows));
}

/** Carries the window on; trouble starts it anew. */
export function noteStability(
  before: Stability,
  isComplete: boolean,
  troubles: number,
  now: number,
): Stability {
  const isTroubled = troubles > before.troubles;
  const since = isComplete ? (isTroubled ? now : (before.since ?? now)) : undefined;
  return {
    since,
    troubles: Math.max(troubles, before.troubles),
    wasComplete: before.wasComplete || isComplete,
  };
}

/** All restarts and ends by the node that were seen. */
export function troublesOf(memory: Memory): number {
  const exits = Object.values(memory.containers).reduce((sum, container) => sum + container.exits, 0);
  return exits + Object.keys(memory.ended).length;
}
