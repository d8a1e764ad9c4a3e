import type { IntOrPercent, Workload } from "../model/workload.ts";

/** How many pods a rollout may add above, and take away from, `spec.replicas`. */
export interface Allowance {
  readonly surge: number;
  readonly unavailable: number;
}

/**
 * Resolves `maxSurge` (rounded up) and `maxUnavailable` (rounded down) for a workload; when both come to zero,
 * one pod may be unavailable. `Recreate` takes all away and adds none.
 * Source: pkg/controller/deployment/util/deployment_util.go (v1.36.2), `ResolveFenceposts`, `MaxUnavailable`.
 */
export function allowance({ strategy, replicas }: Pick<Workload, "strategy" | "replicas">): Allowance {
  if (strategy.kind === "Recreate") return { surge: 0, unavailable: replicas };
  const surge = Math.ceil(share(strategy.maxSurge, replicas));
  const unavailable = Math.min(Math.floor(share(strategy.maxUnavailable, replicas)), replicas);
  return surge === 0 && unavailable === 0
    ? { surge, unavailable: Math.min(1, replicas) }
    : { surge, unavailable };
}

function share(amount: IntOrPercent, replicas: number): number {
  return amount.kind === "int" ? amount.value : (amount.value * replicas) / 100;
}
