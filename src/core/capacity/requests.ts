import type { Container, PodSpec } from "../model/pod-spec.ts";
import type { Quantities, Quantity, Resources } from "../model/resources.ts";
import { ceilDivide, NANO_PER_MILLI, NANO_PER_UNIT } from "../quantity.ts";

/** What a running container's status says it holds, once its resources can be changed in place. */
export interface ReportedResources {
  /** `status.containerStatuses[].resources.requests` */
  readonly requests: Quantities;
  /** `status.containerStatuses[].allocatedResources` */
  readonly allocated: Quantities;
}

/** How the resources of an existing pod were changed in place (Kubernetes 1.33). */
export interface InPlace {
  /** By container name; a container without an entry counts as its spec says. */
  readonly containers: ReadonlyMap<string, ReportedResources>;
  /** The pod's own level (1.36). */
  readonly pod: ReportedResources | undefined;
  /** The kubelet can never grant what the spec asks for, so the spec does not count. */
  readonly infeasible: boolean;
}

const NOTHING: Quantities = new Map();
const ZERO = 0n as Quantity;

/**
 * What the scheduler sets aside for a pod that is still to be placed.
 * Source: pkg/scheduler/framework/plugins/noderesources/fit.go (v1.36.3), `computePodResourceRequest`.
 */
export function schedulerRequests(spec: PodSpec): Resources {
  return toSchedulerIntegers(podRequests(spec));
}

/**
 * What the scheduler counts for a pod that has a node, resources changed in place included.
 * Source: pkg/scheduler/framework/types.go (v1.36.3), `CalculateResource`; determineContainerReqs in
 * component-helpers/resource/helpers.go.
 */
export function placedRequests(spec: PodSpec, inPlace: InPlace): Resources {
  const held = (wanted: Quantities, reported: ReportedResources | undefined): Quantities => {
    if (reported === undefined) return wanted;
    const granted = largest(reported.requests, reported.allocated);
    return inPlace.infeasible ? granted : largest(wanted, granted);
  };
  const ofContainer = (container: Container): Quantities =>
    container.role === "init"
      ? container.requests
      : held(container.requests, inPlace.containers.get(container.name));
  const podHeld = held(spec.podRequests, inPlace.pod);
  // Only names that the spec sets count, and where the kubelet reports none of them, as nothing.
  const ofPod = [...spec.podRequests.keys()].map((name) => [name, podHeld.get(name) ?? ZERO] as const);
  return toSchedulerIntegers(podRequests(spec, ofContainer, new Map(ofPod)));
}

/**
 * Sums containers that run together, takes the peak of init containers (each beside the sidecars started before
 * it), lets requests of the pod's own level replace the sum, and adds the overhead.
 * Source: component-helpers/resource/helpers.go (v1.34.1), `PodRequests`, `AggregateContainerRequests`.
 */
export function podRequests(
  spec: PodSpec,
  ofContainer: (container: Container) => Quantities = (container) => container.requests,
  ofPod: Quantities = spec.podRequests,
): Quantities {
  const total = new Map(aggregateRequests(spec.containers, ofContainer));
  for (const [name, amount] of ofPod) if (isPodLevel(name)) total.set(name, amount);
  return sum(total, spec.overhead);
}

/**
 * Limits of a pod as a whole; its overhead is added to those that are not zero.
 * Source: component-helpers/resource/helpers.go (v1.36.3), `PodLimits`.
 */
export function podLimits(spec: PodSpec): Quantities {
  const total = new Map(aggregateRequests(spec.containers, ({ limits }) => limits));
  for (const [name, amount] of spec.podLimits) if (isPodLevel(name)) total.set(name, amount);
  for (const [name, amount] of spec.overhead) {
    const limit = total.get(name) ?? 0n;
    if (limit !== 0n) total.set(name, (limit + amount) as Quantity);
  }
  return total;
}

/** Requests of all containers together, without what is set for the whole pod. Init containers come first. */
export function aggregateRequests(
  containers: readonly Container[],
  ofContainer: (container: Container) => Quantities = (container) => container.requests,
): Quantities {
  let running = NOTHING;
  let sidecars = NOTHING;
  let peak = NOTHING;
  for (const container of containers) {
    const own = ofContainer(container);
    if (container.role !== "init") running = sum(running, own);
    if (container.role === "sidecar") sidecars = sum(sidecars, own);
    if (container.role === "sidecar") peak = largest(peak, sidecars);
    if (container.role === "init") peak = largest(peak, sum(sidecars, own));
  }
  return largest(running, peak);
}

/**
 * Rounds up to the integers that the scheduler computes with and drops names that it ignores.
 * Source: pkg/scheduler/framework/types.go (v1.36.3), `Resource.SetMaxResource`; util/utils.go `IsScalarResourceName`.
 */
export function toSchedulerIntegers(quantities: Quantities): Resources {
  const resources = new Map<string, number>();
  for (const [name, amount] of quantities) {
    if (!isCounted(name)) continue;
    resources.set(name, Number(ceilDivide(amount, name === "cpu" ? NANO_PER_MILLI : NANO_PER_UNIT)));
  }
  return resources;
}

/** Whether two pods take the same of everything. */
export function sameResources(left: Resources, right: Resources): boolean {
  return left.size === right.size && [...left].every(([name, amount]) => right.get(name) === amount);
}

/** Whether a resource is an extended one: outside the `kubernetes.io` domain, such as `nvidia.com/gpu`. */
export function isExtendedResource(name: string): boolean {
  return name.includes("/") && !name.includes("kubernetes.io/") && !name.startsWith("requests.");
}

/** Whether a pod may request it for all its containers together. Source: `IsSupportedPodLevelResource` (v1.34.1). */
export function isPodLevel(name: string): boolean {
  return name === "cpu" || name === "memory" || name.startsWith("hugepages-");
}

function isCounted(name: string): boolean {
  if (name === "cpu" || name === "memory" || name === "ephemeral-storage") return true;
  if (name.startsWith("hugepages-") || name.startsWith("attachable-volumes-")) return true;
  return name.includes("kubernetes.io/") || isExtendedResource(name);
}

function sum(left: Quantities, right: Quantities): Quantities {
  return merge(left, right, (a, b) => (a + b) as Quantity);
}

function largest(left: Quantities, right: Quantities): Quantities {
  // biome-ignore lint/complexity/useMathMinMax: the operands are bigint
  return merge(left, right, (a, b) => (a > b ? a : b));
}

function merge(
  left: Quantities,
  right: Quantities,
  join: (a: Quantity, b: Quantity) => Quantity,
): Quantities {
  if (right.size === 0) return left;
  if (left.size === 0) return right;
  const merged = new Map(left);
  for (const [name, amount] of right) {
    const present = merged.get(name);
    merged.set(name, present === undefined ? amount : join(present, amount));
  }
  return merged;
}
