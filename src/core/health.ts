import type { Target } from "./model/workload.ts";
import { replicaSetOf } from "./replica-set.ts";

/** How the workload fared before us; it decides whether there is anything worth putting back. */
export interface Health {
  /** The template that stands now has at least one available pod. */
  readonly wasAvailable: boolean;
  /** To be said before the change; `undefined` for a healthy workload. */
  readonly warning: string | undefined;
}

/** Judges the workload before the change: by the pods of the template that it has now, not of older ones. */
export function healthOf({ workload, replicaSets }: Target): Health {
  const { name, replicas, status, template } = workload;
  const current = replicaSetOf(template.json, replicaSets);
  const available = current?.availableReplicas ?? 0;
  if (replicas > 0 && available === 0) {
    return {
      wasAvailable: false,
      warning:
        `deployment/${name} has no available pod on its present template (0 of ${replicas}) before this change; ` +
        "if the new version fails too, nothing will be put back and it needs a fix forward",
    };
  }
  if (status.availableReplicas >= replicas && available >= replicas)
    return { wasAvailable: true, warning: undefined };
  return {
    wasAvailable: available > 0,
    warning: `deployment/${name} is not fully available before this change: ${available} of ${replicas} pods of its present template are available`,
  };
}

/** Whether a reference can name another image tomorrow: it has no digest. */
export const isMovable = (image: string): boolean => !image.includes("@");
