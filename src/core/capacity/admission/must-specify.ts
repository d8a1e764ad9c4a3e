import type { PodSpec } from "../../model/pod-spec.ts";
import { isPodLevel } from "../requests.ts";
import { usageOf } from "./charge.ts";

/** Resources that every container must set itself once a quota tracks them. */
const REQUIRED = ["cpu", "limits.cpu", "limits.memory", "memory", "requests.cpu", "requests.memory"];

/** From this version on, resources of the pod's own level stand in for those of its containers. */
const POD_LEVEL_SINCE = 34;
/** Since then the message tells which container lacks what. */
const CONTAINERS_TOLD_SINCE = 22;

/**
 * What a pod leaves out that a quota of these resources demands, in the API's words; empty when nothing.
 * Source: pkg/quota/v1/evaluator/core/pods.go (v1.36.3), `Constraints`.
 */
export function mustSpecify(tracked: readonly string[], pod: PodSpec, minor: number): string {
  const { podRequests, podLimits, containers } = pod;
  const names = [...podRequests.keys(), ...podLimits.keys()];
  if (minor >= POD_LEVEL_SINCE && names.some(isPodLevel)) return "";
  const missing = REQUIRED.filter((name) => tracked.includes(name)).flatMap((resource) => {
    const lacking = containers.filter(({ requests, limits }) => !usageOf(requests, limits).has(resource));
    return lacking.length === 0 ? [] : [{ resource, lacking: lacking.map(({ name }) => name).toSorted() }];
  });
  if (missing.length === 0) return "";
  return minor < CONTAINERS_TOLD_SINCE
    ? `must specify ${missing.map(({ resource }) => resource).join(",")}`
    : `must specify ${missing.map(({ resource, lacking }) => `${resource} for: ${lacking.join(",")}`).join("; ")}`;
}
