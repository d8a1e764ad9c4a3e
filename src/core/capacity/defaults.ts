import type { Gap } from "../model/gap.ts";
import type { Container, PodSpec, Toleration } from "../model/pod-spec.ts";
import type { Quantities, Quantity } from "../model/resources.ts";
import type { ContainerDefaults, LimitRange } from "../model/room.ts";
import { ceilDivide, NANO_PER_MILLI } from "../quantity.ts";
import { aggregateRequests, isPodLevel, sameResources, schedulerRequests } from "./requests.ts";

/** A template's spec as pod creation would leave it, and what could not be told without asking the API. */
export interface Defaulted {
  readonly spec: PodSpec;
  readonly gaps: readonly Gap[];
}

const EVICTING_TAINTS = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

/**
 * Fills in what a template leaves to pod creation, for when no dry run of the pod is possible: requests from
 * limits, then the defaults of LimitRanges, then the tolerations that every pod gets. What webhooks would change is
 * not known here. Several LimitRanges apply in no certain order, so where that matters it is a gap.
 * Source: pkg/apis/core/v1/defaults.go (v1.36.2), `SetDefaults_Pod`;
 * plugin/pkg/admission/limitranger/admission.go (v1.36.2); plugin/pkg/admission/defaulttolerationseconds (v1.36.2).
 */
export function withDefaults(spec: PodSpec, limitRanges: readonly LimitRange[]): Defaulted {
  const created = withPodLevel({
    ...spec,
    containers: spec.containers.map(withRequestsFromLimits),
    tolerations: withEvictionTolerations(spec.tolerations),
  });
  const outcomes = startingWithEach(limitRanges).map((order) => withLimitRanges(created, order));
  const [first = created, ...others] = outcomes;
  const certain = others.every((other) => takesTheSame(first, other));
  return { spec: first, gaps: certain ? [] : [contradiction(limitRanges)] };
}

function contradiction(limitRanges: readonly LimitRange[]): Gap {
  const names = limitRanges.map(({ name }) => name).join(", ");
  return {
    what: "LimitRange defaults",
    why: `${names} differ, and the API applies them in no certain order`,
  };
}

/** Every LimitRange once in front of the others, so that each one's values win once. */
function startingWithEach(ranges: readonly LimitRange[]): readonly (readonly LimitRange[])[] {
  return ranges.map((first) => [first, ...ranges.filter((other) => other !== first)]);
}

function withRequestsFromLimits(container: Container): Container {
  const limits = inMillis(container.limits);
  return { ...container, limits, requests: filledFrom(inMillis(container.requests), limits) };
}

/** The API keeps no more than three decimals, rounded up. Source: `SetDefaults_ResourceList` (v1.36.2). */
function inMillis(quantities: Quantities): Quantities {
  const round = (amount: bigint): Quantity =>
    (ceilDivide(amount, NANO_PER_MILLI) * NANO_PER_MILLI) as Quantity;
  return new Map([...quantities].map(([name, amount]) => [name, round(amount)]));
}

/**
 * Pod-level limits imply pod-level requests: what the containers request, else the limit itself (1.34).
 * Source: pkg/apis/core/v1/defaults.go (v1.36.3), `defaultPodRequests`.
 */
function withPodLevel(spec: PodSpec): PodSpec {
  if (spec.podLimits.size === 0) return spec;
  const ofContainers = [...aggregateRequests(spec.containers)].filter(
    ([name]) => isPodLevel(name) && !name.startsWith("hugepages-"),
  );
  return {
    ...spec,
    podRequests: filledFrom(filledFrom(spec.podRequests, new Map(ofContainers)), spec.podLimits),
  };
}

function withLimitRanges(spec: PodSpec, ranges: readonly LimitRange[]): PodSpec {
  const items = ranges.map(({ containerDefaults }) => effectiveDefaults(containerDefaults));
  const containers = spec.containers.map((container) => items.reduce(withRangeDefaults, container));
  const limited = containers.some(({ limits }) => limits.has("ephemeral-storage"));
  return { ...spec, containers, storageLimited: spec.storageLimited || limited };
}

type RangeDefaults = Pick<ContainerDefaults, "default" | "defaultRequest">;

/** Within one LimitRange a later item overrides an earlier one. Source: `SetDefaults_LimitRangeItem` (v1.36.2). */
function effectiveDefaults(items: readonly ContainerDefaults[]): RangeDefaults {
  return items.reduce<RangeDefaults>(
    (merged, item) => {
      const limits = filledFrom(item.default, item.max);
      const requests = filledFrom(filledFrom(item.defaultRequest, limits), item.min);
      return {
        default: filledFrom(limits, merged.default),
        defaultRequest: filledFrom(requests, merged.defaultRequest),
      };
    },
    { default: new Map(), defaultRequest: new Map() },
  );
}

function withRangeDefaults(container: Container, defaults: RangeDefaults): Container {
  return {
    ...container,
    limits: filledFrom(container.limits, defaults.default),
    requests: filledFrom(container.requests, defaults.defaultRequest),
  };
}

/** `present`, with what it lacks taken from `defaults`; never overwrites. */
function filledFrom(present: Quantities, defaults: Quantities): Quantities {
  return new Map([...defaults, ...present]);
}

function withEvictionTolerations(tolerations: readonly Toleration[]): readonly Toleration[] {
  const missing = EVICTING_TAINTS.filter(
    (taint) =>
      !tolerations.some(
        ({ key, effect }) =>
          (key === undefined || key === taint) && (effect === undefined || effect === "NoExecute"),
      ),
  );
  return [
    ...tolerations,
    ...missing.map((key) => ({ key, operator: "Exists", value: "", effect: "NoExecute" })),
  ];
}

const takesTheSame = (left: PodSpec, right: PodSpec): boolean =>
  sameResources(schedulerRequests(left), schedulerRequests(right));
