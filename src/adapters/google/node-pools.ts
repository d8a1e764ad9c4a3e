import type { GkeScaling, NodePool, Obstacle, SizeLimit } from "../../core/model/autoscaling.ts";
import type { Taint } from "../../core/model/room.ts";
import { toNodeConfig, type WireNodeConfig } from "./node-config.ts";

/** The fields of a cluster that are read. Source: GKE API v1, `Cluster`; what is zero, empty or false is left out. */
interface WireCluster {
  readonly autopilot?: { readonly enabled?: boolean };
  readonly autoscaling?: {
    readonly enableNodeAutoprovisioning?: boolean;
    readonly resourceLimits?: readonly {
      readonly resourceType?: string;
      readonly maximum?: string | number;
    }[];
  };
  readonly locations?: readonly string[];
  readonly nodePools?: readonly WirePool[];
}

interface WirePool {
  readonly name?: string;
  readonly status?: string;
  readonly locations?: readonly string[];
  readonly instanceGroupUrls?: readonly string[];
  readonly autoscaling?: {
    readonly enabled?: boolean;
    readonly maxNodeCount?: number;
    readonly totalMaxNodeCount?: number;
  };
  readonly queuedProvisioning?: { readonly enabled?: boolean };
  readonly updateInfo?: { readonly blueGreenInfo?: { readonly phase?: string } };
  readonly config?: WireNodeConfig & {
    readonly taints?: readonly { readonly key?: string; readonly value?: string; readonly effect?: string }[];
  };
}

/** Reads what a cluster of the Container API tells of its node pools, and of what makes them grow. */
export function toGkeScaling(json: unknown): GkeScaling {
  const { autopilot, autoscaling, locations = [], nodePools = [] }: WireCluster = Object(json);
  const createsPools = autoscaling?.enableNodeAutoprovisioning === true;
  return {
    autopilot: autopilot?.enabled === true,
    createsPools,
    clusterLimits: createsPools ? limitsOf(autoscaling?.resourceLimits) : new Map(),
    pools: nodePools.map((pool) => toNodePool(pool, locations)),
  };
}

/** As the scheduler counts: milli-CPU, and bytes; the API has CPU, and GB. */
const UNITS: Readonly<Record<string, number>> = { cpu: 1_000, memory: 1_000_000_000 };

type WireLimits = NonNullable<WireCluster["autoscaling"]>["resourceLimits"];

function limitsOf(limits: WireLimits = []): ReadonlyMap<string, number> {
  return new Map(
    limits.map(({ resourceType = "", maximum = 0 }) => [
      resourceType,
      Number(maximum) * (UNITS[resourceType] ?? 1),
    ]),
  );
}

function toNodePool(pool: WirePool, clusterLocations: readonly string[]): NodePool {
  const { name = "", locations = clusterLocations, instanceGroupUrls = [] } = pool;
  const groups = instanceGroupUrls.flatMap(toGroup);
  return {
    name,
    limit: limitOf(pool),
    groups: groups.length > 0 ? groups : locations.map((zone) => ({ name, zone })),
    obstacle: obstacleOf(pool),
    config: isSettled(pool) ? toNodeConfig(pool.config) : undefined,
    taints: (pool.config?.taints ?? []).map(toTaint),
  };
}

/** Source: GKE API v1, `NodePoolAutoscaling`: per zone or in total, never both. */
function limitOf({ autoscaling, queuedProvisioning }: WirePool): SizeLimit | undefined {
  // Nodes of such a pool come for a ProvisioningRequest, not for pods that wait.
  if (autoscaling?.enabled !== true || queuedProvisioning?.enabled === true) return undefined;
  const { totalMaxNodeCount = 0, maxNodeCount = 0 } = autoscaling;
  return totalMaxNodeCount > 0 ? { of: "pool", max: totalMaxNodeCount } : { of: "group", max: maxNodeCount };
}

/** `https://…/zones/Z/instanceGroupManagers/gke-CLUSTER-POOL-HASH-grp` */
const GROUP_URL = /\/zones\/([^/]+)\/instanceGroup(?:Manager)?s\/([^/]+)$/;

function toGroup(url: string): NodePool["groups"] {
  const [, zone, name] = GROUP_URL.exec(url) ?? [];
  return zone === undefined || name === undefined ? [] : [{ name, zone }];
}

/** Source: GKE API v1, `NodePool.Status`. */
const GROWS = new Set(["RUNNING", "RUNNING_WITH_ERROR", "RECONCILING"]);

function obstacleOf({ status = "", updateInfo }: WirePool): Obstacle | undefined {
  const phase = updateInfo?.blueGreenInfo?.phase ?? "PHASE_UNSPECIFIED";
  if (phase !== "PHASE_UNSPECIFIED") return { kind: "doubt", text: "a blue-green upgrade is on" };
  if (GROWS.has(status)) return undefined;
  if (status === "ERROR" || status === "STOPPING")
    return { kind: "not-ready", text: `its status is ${status}` };
  return { kind: "doubt", text: `its status is ${status || "unknown"}` };
}

/** Whether its nodes are as its configuration says: while that is rolled out to it, new ones may be as before. */
const isSettled = (pool: WirePool): boolean =>
  obstacleOf(pool) === undefined && pool.status !== "RECONCILING";

const EFFECTS: Readonly<Record<string, string>> = {
  NO_SCHEDULE: "NoSchedule",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
  NO_EXECUTE: "NoExecute",
};

const toTaint = ({
  key = "",
  value = "",
  effect = "",
}: {
  key?: string;
  value?: string;
  effect?: string;
}): Taint => ({
  key,
  value,
  effect: EFFECTS[effect] ?? effect,
});
