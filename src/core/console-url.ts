import type { WorkloadRef } from "./model/workload.ts";

/** A GKE cluster by its names. */
export interface ClusterPlace {
  readonly project: string;
  readonly location: string;
  readonly cluster: string;
}

/** The page of a workload in the Google Cloud console. */
export function consoleUrl({ project, location, cluster }: ClusterPlace, ref: WorkloadRef): string {
  const path = [ref.kind.toLowerCase(), location, cluster, ref.namespace, ref.name].map(encodeURIComponent);
  return `https://console.cloud.google.com/kubernetes/${path.join("/")}/overview?project=${encodeURIComponent(project)}`;
}
