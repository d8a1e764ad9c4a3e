import type { V1PodSpec, V1Volume } from "@kubernetes/client-node";

/** The default scheduler, and the one that GKE's profile `optimize-utilization` runs with the same filters. */
const KNOWN_SCHEDULERS = new Set(["default-scheduler", "gke.io/optimize-utilization-scheduler"]);

/** Disks of other clouds, some of which count for the limits of CSI drivers. */
const PLACED_VOLUMES = [
  "azureDisk",
  "cinder",
  "vsphereVolume",
  "portworxVolume",
] as const satisfies readonly (keyof V1Volume)[];

/**
 * Names every scheduling feature that a spec uses and that no filter of ours judges, in the API's words, sorted.
 * Soft preferences are no such feature: they never refuse a node.
 */
export function unmodelledFeatures(spec: V1PodSpec): readonly string[] {
  const named = [...volumeFeatures(spec), ...otherFeatures(spec)];
  return [...new Set([...named, ...unresolvedClasses(spec)])].sort();
}

function volumeFeatures(spec: V1PodSpec): readonly string[] {
  return (spec.volumes ?? []).flatMap((volume) =>
    PLACED_VOLUMES.filter((source) => volume[source] !== undefined).map((source) => `volumes.${source}`),
  );
}

function otherFeatures(spec: V1PodSpec): readonly string[] {
  const found: string[] = [];
  if (spec.resourceClaims?.length) found.push("resourceClaims");
  if (spec.schedulingGates?.length) found.push("schedulingGates");
  if (spec.schedulingGroup !== undefined) found.push("schedulingGroup");
  if (spec.schedulerName && !KNOWN_SCHEDULERS.has(spec.schedulerName)) found.push("schedulerName");
  return found;
}

/** Admission resolves both classes into the pod and always sets `priority`; a template still lacks them. */
function unresolvedClasses(spec: V1PodSpec): readonly string[] {
  if (spec.priority !== undefined) return [];
  const found: string[] = [];
  if (spec.priorityClassName) found.push("priorityClassName");
  if (spec.runtimeClassName && spec.overhead === undefined) found.push("runtimeClassName");
  return found;
}
