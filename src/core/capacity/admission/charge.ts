import type { PodSpec } from "../../model/pod-spec.ts";
import type { PodAdmission } from "../../model/quota.ts";
import type { Quantities, Quantity, WrittenQuantities } from "../../model/resources.ts";
import { NANO_PER_UNIT, usualFormat } from "../../quantity.ts";
import { isExtendedResource, podLimits, podRequests } from "../requests.ts";

/** A pod that admission has nothing to read of but its resources. */
export const NO_ADMISSION: PodAdmission = {
  priorityClassName: "",
  runtimeClassName: undefined,
  activeDeadline: false,
  crossNamespace: false,
  formats: new Map(),
};

const ONE = { amount: NANO_PER_UNIT as Quantity, format: "DecimalSI" } as const;

/** Requests that quotas also track under their bare name. */
const NATIVE = ["cpu", "memory", "ephemeral-storage"];
const DEVICE_CLASS = "deviceclass.resource.kubernetes.io/";

/**
 * What a quota charges for a pod, by the names that it tracks.
 * Source: pkg/quota/v1/evaluator/core/pods.go (v1.36.3), `PodUsageFunc`, `podComputeUsageHelper`.
 */
export function chargeOf(spec: PodSpec): WrittenQuantities {
  const usage = usageOf(podRequests(spec), podLimits(spec));
  const { formats } = spec.admission ?? NO_ADMISSION;
  const written = [...usage].map(([name, amount]) => {
    const bare = name.replace(/^(requests|limits)\./, "");
    const key = name.startsWith("limits.") ? name : `requests.${bare}`;
    return [name, { amount, format: formats.get(key) ?? usualFormat(bare) }] as const;
  });
  return new Map([["count/pods", ONE], ["pods", ONE], ...written]);
}

/** The names under which quotas track these amounts; of limits they track three. */
export function usageOf(requests: Quantities, limits: Quantities): Quantities {
  const usage = new Map<string, Quantity>();
  for (const [name, amount] of requests) {
    if (NATIVE.includes(name) || name.startsWith("hugepages-")) usage.set(name, amount);
    if (usage.has(name) || isExtendedResource(name) || name.startsWith(DEVICE_CLASS)) {
      usage.set(`requests.${name}`, amount);
    }
  }
  for (const name of NATIVE) {
    const limit = limits.get(name);
    if (limit !== undefined) usage.set(`limits.${name}`, limit);
  }
  return usage;
}
