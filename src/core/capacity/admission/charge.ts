import type { PodSpec } from "../../model/pod-spec.ts";
import type { Quantity, Written, WrittenQuantities } from "../../model/resources.ts";
import { NANO_PER_UNIT } from "../../quantity.ts";
import { DEVICE_CLASS } from "../devices.ts";
import { isExtendedResource } from "../requests.ts";
import { writtenTotals } from "./written.ts";

const ONE: Written = { amount: NANO_PER_UNIT as Quantity, format: "DecimalSI" };

/** Requests that quotas also track under their bare name, and limits that they track at all. */
const NATIVE = ["cpu", "memory", "ephemeral-storage"];

/**
 * What a quota charges for a pod, by the names that it tracks.
 * Source: pkg/quota/v1/evaluator/core/pods.go (v1.36.3), `PodUsageFunc`.
 */
export function chargeOf(spec: PodSpec): WrittenQuantities {
  const usage = usageOf(writtenTotals(spec, "requests"), writtenTotals(spec, "limits"));
  return new Map([["count/pods", ONE], ["pods", ONE], ...usage]);
}

/**
 * The names under which quotas track amounts of a pod or a container.
 * Source: pkg/quota/v1/evaluator/core/pods.go (v1.36.3), `podComputeUsageHelper`.
 */
export function usageOf<T>(
  requests: ReadonlyMap<string, T>,
  limits: ReadonlyMap<string, T>,
): ReadonlyMap<string, T> {
  const usage = new Map<string, T>();
  for (const [name, amount] of requests) {
    if (NATIVE.includes(name) || name.startsWith("hugepages-")) usage.set(name, amount);
    if (usage.has(name) || isExtendedResource(name) || name.startsWith(DEVICE_CLASS)) {
      usage.set(`requests.${name}`, amount);
    }
  }
  for (const [name, limit] of limits) if (NATIVE.includes(name)) usage.set(`limits.${name}`, limit);
  return usage;
}
