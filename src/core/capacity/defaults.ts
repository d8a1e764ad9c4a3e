import type { Gap } from "../model/gap.ts";
import type { LimitRange, LimitRangeItem } from "../model/limit-range.ts";
import type { Container, PodSpec, Toleration } from "../model/pod-spec.ts";
import type { Notation, Quantities, Quantity, WrittenQuantities } from "../model/resources.ts";
import { ceilDivide, isUnusual, NANO_PER_MILLI } from "../quantity.ts";
import { amountsOf, NO_ADMISSION, type Side } from "./admission/written.ts";
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
 * Limits of huge pages of the containers imply the pod's own where it has any resources of its own; pod-level limits
 * imply pod-level requests: what the containers request, else the limit itself (1.34).
 * Source: pkg/apis/core/v1/defaults.go (v1.36.3), `defaultHugePagePodLimits`, `defaultPodRequests`.
 */
function withPodLevel(spec: PodSpec): PodSpec {
  if (spec.podRequests.size + spec.podLimits.size === 0) return spec;
  const pages = [...aggregateRequests(spec.containers, ({ limits }) => limits)].filter(
    ([name]) => name.startsWith("hugepages-") && !spec.podRequests.has(name),
  );
  const podLimits = filledFrom(spec.podLimits, new Map(pages));
  if (podLimits.size === 0) return spec;
  const ofContainers = [...aggregateRequests(spec.containers)].filter(
    ([name]) => isPodLevel(name) && !name.startsWith("hugepages-"),
  );
  const ofLimits = [...podLimits].filter(([name]) => isPodLevel(name));
  return {
    ...spec,
    podLimits,
    podRequests: filledFrom(filledFrom(spec.podRequests, new Map(ofContainers)), new Map(ofLimits)),
  };
}

function withLimitRanges(spec: PodSpec, ranges: readonly LimitRange[]): PodSpec {
  const { containers, admission = NO_ADMISSION } = spec;
  const outcomes = containers.map((container) => {
    const filled = ranges.map(effectiveDefaults).reduce(withRangeDefaults, { container, notations: [] });
    return {
      ...filled,
      notations: filled.notations.map(([key, notation]) => [`${container.name}/${key}`, notation] as const),
    };
  });
  const limited = outcomes.some(({ container }) => container.limits.has("ephemeral-storage"));
  return {
    ...spec,
    containers: outcomes.map(({ container }) => container),
    storageLimited: spec.storageLimited || limited,
    admission: {
      ...admission,
      notations: new Map([...admission.notations, ...outcomes.flatMap(({ notations }) => notations)]),
    },
  };
}

/** What one LimitRange gives to containers that lack it. */
interface RangeDefaults {
  readonly limits: WrittenQuantities;
  readonly requests: WrittenQuantities;
}

/** Within one LimitRange a later item overrides an earlier one. Source: `SetDefaults_LimitRangeItem` (v1.36.2). */
function effectiveDefaults({ items }: LimitRange): RangeDefaults {
  return items
    .filter(({ type }) => type === "Container")
    .reduce<RangeDefaults>(
      (merged, item: LimitRangeItem) => {
        const limits = filledFrom(item.default, item.max);
        const requests = filledFrom(filledFrom(item.defaultRequest, limits), item.min);
        return {
          limits: filledFrom(limits, merged.limits),
          requests: filledFrom(requests, merged.requests),
        };
      },
      { limits: new Map(), requests: new Map() },
    );
}

/** A container, and how amounts print that it got and that are not printed as usual. */
interface Filled {
  readonly container: Container;
  readonly notations: readonly (readonly [string, Notation])[];
}

function withRangeDefaults({ container, notations }: Filled, { limits, requests }: RangeDefaults): Filled {
  const added = (side: Side, defaults: WrittenQuantities) =>
    [...defaults]
      .filter(([name, written]) => !container[side].has(name) && isUnusual(name, written))
      .map(([name, { amount: _, ...notation }]) => [`${side}.${name}`, notation] as const);
  return {
    container: {
      ...container,
      limits: filledFrom(container.limits, amountsOf(limits)),
      requests: filledFrom(container.requests, amountsOf(requests)),
    },
    notations: [...notations, ...added("limits", limits), ...added("requests", requests)],
  };
}

/** `present`, with what it lacks taken from `defaults`; never overwrites. */
function filledFrom<T>(
  present: ReadonlyMap<string, T>,
  defaults: ReadonlyMap<string, T>,
): ReadonlyMap<string, T> {
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
