import type { LimitRange } from "../../model/limit-range.ts";
import type { Container, PodSpec } from "../../model/pod-spec.ts";
import type { Quantity, Resources } from "../../model/resources.ts";
import { ceilDivide, NANO_PER_UNIT } from "../../quantity.ts";
import { toSchedulerIntegers } from "../requests.ts";

/**
 * The least that a pod may request of each resource that a LimitRange bounds from below: its minima, and the ratio
 * that a limit may have to its request. Each container that runs counts; those of init containers bound nothing here.
 * Source: plugin/pkg/admission/limitranger/admission.go (v1.36.3), `PodValidateLimitFunc`.
 */
export function leastRequests({ containers }: PodSpec, ranges: readonly LimitRange[]): Resources {
  const running = containers.filter(({ role }) => role !== "init");
  const least = new Map<string, Quantity>();
  const raise = (name: string, amount: bigint): void => {
    if (amount > (least.get(name) ?? 0n)) least.set(name, amount as Quantity);
  };
  for (const { type, min, maxLimitRequestRatio } of ranges.flatMap(({ items }) => items)) {
    if (type === "Pod") for (const [name, { amount }] of min) raise(name, amount);
    if (type !== "Container") continue;
    for (const [name, { amount }] of min) raise(name, amount * BigInt(running.length));
    for (const [name, { amount }] of maxLimitRequestRatio) raise(name, byRatio(running, name, amount));
  }
  return toSchedulerIntegers(least);
}

function byRatio(running: readonly Container[], name: string, ratio: bigint): bigint {
  const limits = running.map(({ limits }): bigint => limits.get(name) ?? 0n);
  return limits.reduce((sum, limit) => sum + ceilDivide(limit * NANO_PER_UNIT, ratio), 0n);
}
