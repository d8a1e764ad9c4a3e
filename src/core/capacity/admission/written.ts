import type { Container, PodSpec } from "../../model/pod-spec.ts";
import type { PodAdmission } from "../../model/quota.ts";
import type { Quantities, Quantity, QuantityFormat, WrittenQuantities } from "../../model/resources.ts";
import { usualFormat } from "../../quantity.ts";
import { podLimits, podRequests } from "../requests.ts";

/** A pod that admission has nothing to read of but its resources. */
export const NO_ADMISSION: PodAdmission = {
  priorityClassName: "",
  runtimeClassName: undefined,
  activeDeadline: false,
  crossNamespace: false,
  formats: new Map(),
};

/** Which of the two lists of a pod's or container's resources. */
export type Side = "requests" | "limits";

/** A container's amounts, as the API prints them. */
export function writtenOf(spec: PodSpec, container: Container, side: Side): WrittenQuantities {
  const list = [...container[side]];
  return new Map(
    list.map(([name, amount]) => [name, { amount, format: formatIn(spec, container.name, side, name) }]),
  );
}

/** A pod's totals, as the API prints them. */
export function writtenTotals(
  spec: PodSpec,
  side: Side,
  totals: Quantities = side === "requests" ? podRequests(spec) : podLimits(spec),
): WrittenQuantities {
  return new Map(
    [...totals].map(([name, amount]) => [name, { amount, format: formatOfTotal(spec, side, name) }]),
  );
}

/**
 * A sum prints like the first of its parts that is not zero: app containers are summed first, then sidecars. An
 * init container that needs more than all of these together counts alone.
 */
function formatOfTotal(spec: PodSpec, side: Side, name: string): QuantityFormat {
  const ofPod = side === "requests" ? spec.podRequests : spec.podLimits;
  if (ofPod.has(name)) return formatIn(spec, "", side, name);
  const amountIn = (container: Container): bigint => container[side].get(name) ?? 0n;
  const running = spec.containers.filter(({ role }) => role !== "init");
  const sum = running.reduce((total, container) => total + amountIn(container), 0n);
  const larger = spec.containers.find((container) => container.role === "init" && amountIn(container) > sum);
  const ordered = [...running.filter(({ role }) => role === "app"), ...running];
  const first = larger ?? ordered.find((container) => amountIn(container) !== 0n);
  return first === undefined ? usualFormat(name) : formatIn(spec, first.name, side, name);
}

function formatIn(spec: PodSpec, container: string, side: Side, name: string): QuantityFormat {
  const { formats } = spec.admission ?? NO_ADMISSION;
  return formats.get(`${container}/${side}.${name}`) ?? usualFormat(name);
}

/** The amounts alone. */
export const amountsOf = (written: WrittenQuantities): Quantities =>
  new Map([...written].map(([name, { amount }]): [string, Quantity] => [name, amount]));
