import type { Autoscaling, GkeScaling, NodeGroup, NodePool } from "../../model/autoscaling.ts";

/**
 * Joins what the autoscaler says of itself with what the Container API tells of the node pools. The API has the last
 * word on who scales and how far; only the autoscaler knows how many nodes it asked for, and where it backs off.
 */
export function withNodePools(status: Autoscaling, gke: GkeScaling | undefined): Autoscaling {
  if (gke === undefined) return status;
  const { createsPools, clusterLimits } = gke;
  if (gke.autopilot) return { kind: "autopilot", groups: [], createsPools, clusterLimits, gaps: [] };
  const known = new Set(gke.pools.flatMap(({ groups }) => groups.map(keyOf)));
  const groups = [
    ...gke.pools.flatMap((pool) => groupsOf(pool, status.groups)),
    // A pool that came to be since the API was asked.
    ...status.groups.filter((group) => !known.has(keyOf(group))),
  ];
  const isScaled = createsPools || groups.length > 0;
  if (!isScaled) return { kind: "absent", groups, createsPools, clusterLimits, gaps: [] };
  // That the status may not be read is no matter: nodes can be counted.
  return {
    kind: "present",
    groups,
    createsPools,
    clusterLimits,
    gaps: status.kind === "present" ? status.gaps : [],
  };
}

const keyOf = ({ name, zone }: { readonly name: string; readonly zone: string | undefined }): string =>
  `${zone}/${name}`;

function groupsOf(pool: NodePool, told: readonly NodeGroup[]): readonly NodeGroup[] {
  const { limit, name: poolName, taints, config } = pool;
  if (limit === undefined) return [];
  return pool.groups.map(({ name, zone }) => {
    const own = told.find((group) => keyOf(group) === keyOf({ name, zone }));
    return {
      name,
      pool: poolName,
      zone,
      target: own?.target,
      limit,
      obstacle: pool.obstacle ?? own?.obstacle,
      taints,
      config,
    };
  });
}
