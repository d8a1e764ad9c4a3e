import type { Resources } from "../../model/resources.ts";
import type { NodeOccupancy } from "../occupancy.ts";
import type { Plan } from "./plan.ts";

/**
 * What a machine has is more than its node can give to pods: at most this many times as much. GKE reserves 25 % of the
 * first 4 GiB, and of a shared core half.
 */
const MACHINE_OF_NODE = 2;

/** Says which limit of the whole cluster these nodes may run into; `undefined` where they stay below all for sure. */
export function clusterLimitOf(
  plan: Plan,
  nodes: readonly NodeOccupancy[],
  limits: Resources,
): string | undefined {
  const all = [...nodes, ...plan.map(({ like }) => like)];
  const reached = [...limits].find(([name, most]) => given(all, name) * MACHINE_OF_NODE > most);
  return reached && `the cluster's limit of ${reached[0]} for its autoscaler may be in the way`;
}

/** What nodes can give of a resource together. */
export const given = (nodes: readonly NodeOccupancy[], name: string): number =>
  nodes.reduce((sum, { node }) => sum + (node.allocatable.get(name) ?? 0), 0);
