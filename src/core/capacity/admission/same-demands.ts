import type { PodSpec } from "../../model/pod-spec.ts";

/**
 * Whether two pods ask the same of the cluster, whatever they run: then what admission did to the one it would do to
 * the other.
 */
export function sameDemands(left: PodSpec, right: PodSpec): boolean {
  return demandsOf(left) === demandsOf(right);
}

function demandsOf(spec: PodSpec): string {
  const { podRequests, podLimits, overhead, nodeSelector, nodeAffinity, tolerations, schedulerName } = spec;
  const containers = spec.containers.map(({ name, role, requests, limits, hostPorts }) => ({
    name,
    role,
    requests,
    limits,
    hostPorts,
  }));
  const { podAffinity, podAntiAffinity, topologySpread, priority, preemptionPolicy } = spec;
  const resources = { containers, podRequests, podLimits, overhead };
  const places = { nodeSelector, nodeAffinity, podAffinity, podAntiAffinity, topologySpread };
  const others = { tolerations: tolerations.map((each) => JSON.stringify(each)).toSorted(), schedulerName };
  return JSON.stringify({ ...resources, ...places, ...others, priority, preemptionPolicy }, sorted);
}

/** Maps and objects by their keys in order, amounts as text. */
function sorted(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${value}`;
  if (value instanceof Map) return [...value].toSorted(byKey);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(byKey));
}

const byKey = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number =>
  left < right ? -1 : 1;
