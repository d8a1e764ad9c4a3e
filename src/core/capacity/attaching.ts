import { clusterWith, lastingCluster } from "./cluster.ts";
import type { Ending } from "./decide.ts";
import type { Model } from "./model.ts";
import { schedulingOf } from "./scheduling.ts";
import { multiAttachError, type VolumeHazard, volumeHazards } from "./volume-hazard.ts";

/**
 * What a volume that one node can have at a time may do to a rollout that finds room: the scheduler may put a new pod
 * on another node, where it waits for the volume while an old pod, which waits for the new one, keeps it. `undefined`
 * where that cannot happen.
 */
export function attaching(
  model: Model,
  ending: Ending,
): { readonly ending: Ending; readonly message: string } | undefined {
  if (ending.kind !== "completes") return undefined;
  const { start, nodes, pod } = model;
  const kept = model.recreates
    ? 0
    : Math.min(start.old, Math.max(0, start.replicas - start.unavailable - start.available));
  const view = clusterWith(model, ({ old }) => old);
  const scheduling = schedulingOf(pod, lastingCluster(model));
  const takers = nodes
    .filter((_, index) => scheduling.refusals(index).length === 0)
    .map(({ node }) => node.name);
  const mayPart = ({ users }: VolumeHazard): boolean =>
    users.size === 0 || kept === 0
      ? start.replicas > 1 && takers.length > 1
      : takers.some((name) => !users.has(name) || users.size > 1);
  const hazard = volumeHazards(pod, view).find(mayPart);
  if (hazard === undefined) return undefined;
  const { available: least, replicas: most, old: left } = start;
  const where = hazard.users.size === 0 ? "" : `: ${multiAttachError(hazard)}`;
  return {
    ending: { kind: "depends", least, most, left, by: "room", standing: () => undefined },
    message: `${hazard.what} can be attached to one node at a time, and a pod on another node would wait for it${where}`,
  };
}
