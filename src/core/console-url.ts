import type { WorkloadRef } from "./model/workload.ts";

/** A GKE cluster by its names. */
export interface ClusterPlace {
  readonly project: string;
  readonly location: string;
  readonly cluster: string;
}

/** Its console is the only one whose address is known. */
const UNIVERSE = "googleapis.com";

/** The page of a workload in the Google Cloud console; empty in another universe, by the domain of its APIs. */
export function consoleUrl(
  { project, location, cluster }: ClusterPlace,
  ref: WorkloadRef,
  universe: string,
): string {
  if (universe !== UNIVERSE) return "";
  const path = [ref.kind.toLowerCase(), location, cluster, ref.namespace, ref.name].map(encodeURIComponent);
  return `https://console.cloud.google.com/kubernetes/${path.join("/")}/overview?project=${encodeURIComponent(project)}`;
}
