import type { Container, PodSpec } from "../../model/pod-spec.ts";
import type { PodAdmission } from "../../model/quota.ts";
import type { Notation, Quantities, Quantity, WrittenQuantities } from "../../model/resources.ts";
import { usualFormat } from "../../quantity.ts";
import { podLimits, podRequests } from "../requests.ts";

/** A pod that admission has nothing to read of but its resources. */
export const NO_ADMISSION: PodAdmission = {
  priorityClassName: "",
  runtimeClassName: undefined,
  activeDeadline: false,
  crossNamespace: false,
  notations: new Map(),
};

/** Which of the two lists of a pod's or container's resources. */
export type Side = "requests" | "limits";

/** A container's amounts, as the API prints them. */
export function writtenOf(spec: PodSpec, container: Container, side: Side): WrittenQuantities {
  const list = [...container[side]];
  return new Map(
    list.map(([name, amount]) => [name, { ...notationIn(spec, container.name, side, name), amount }]),
  );
}

/** A pod's totals, as the API prints them. */
export function writtenTotals(
  spec: PodSpec,
  side: Side,
  totals: Quantities = side === "requests" ? podRequests(spec) : podLimits(spec),
): WrittenQuantities {
  return new Map(
    [...totals].map(([name, amount]) => [name, { ...notationOfTotal(spec, side, name), amount }]),
  );
}

/**
 * A sum prints like the first of its parts that is not zero: app containers are summed first, then sidecars. An
 * init container that needs more than all of these together counts alone. Only what is no sum keeps its text.
 */
function notationOfTotal(spec: PodSpec, side: Side, name: string): Notation {
  const ofPod = side === "requests" ? spec.podRequests : spec.podLimits;
  const kept = (notation: Notation): Notation => (spec.overhead.has(name) ? withoutText(notation) : notation);
  if (ofPod.has(name)) return kept(notationIn(spec, "", side, name));
  const amountIn = (container: Container): bigint => container[side].get(name) ?? 0n;
  const running = spec.containers.filter(({ role }) => role !== "init");
  const sum = running.reduce((total, container) => total + amountIn(container), 0n);
  const larger = spec.containers.find((container) => container.role === "init" && amountIn(container) > sum);
  const ordered = [...running.filter(({ role }) => role === "app"), ...running];
  const first = larger ?? ordered.find((container) => amountIn(container) !== 0n);
  if (first === undefined) return { format: usualFormat(name) };
  const parts = [first, ...running].filter((container) => container[side].has(name));
  const notation = notationIn(spec, first.name, side, name);
  return new Set(parts).size > 1 ? withoutText(notation) : kept(notation);
}

const withoutText = ({ format }: Notation): Notation => ({ format });

function notationIn(spec: PodSpec, container: string, side: Side, name: string): Notation {
  const { notations } = spec.admission ?? NO_ADMISSION;
  return notations.get(`${container}/${side}.${name}`) ?? { format: usualFormat(name) };
}

/** The amounts alone. */
export const amountsOf = (written: WrittenQuantities): Quantities =>
  new Map([...written].map(([name, { amount }]): [string, Quantity] => [name, amount]));
