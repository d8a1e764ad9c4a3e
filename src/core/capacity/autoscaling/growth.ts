import type { NodeGroup } from "../../model/autoscaling.ts";
import type { Node } from "../../model/room.ts";
import type { NodeOccupancy } from "../occupancy.ts";
import { isStarting, isSteady } from "./fresh-node.ts";

/** A node group as far as it may grow. */
export interface Growth {
  readonly group: NodeGroup;
  /** Its node pool; where nobody tells, what the autoscaler calls the group. */
  readonly pool: string;
  /** Nodes that are there; those asked for included, where they count. */
  readonly size: number;
  /** Nodes that were asked for and do not count. */
  readonly awaited: number;
  /** Those of its nodes that a new one can be told from: ready and schedulable. */
  readonly models: readonly NodeOccupancy[];
  /** How many more nodes its own limit allows. */
  readonly room: number;
}

/** Label of a node with the name of its node pool. */
const POOL = "cloud.google.com/gke-nodepool";
const ZONE = "topology.kubernetes.io/zone";

/**
 * Finds the nodes of each group, and with them its pool and how many more it may have. `counting`: whether nodes that
 * were asked for count, or only those that are there and do not only just start, so that the others are among those that
 * may come.
 */
export function growthsOf(
  groups: readonly NodeGroup[],
  nodes: readonly NodeOccupancy[],
  counting: "asked-for" | "there" = "asked-for",
): readonly Growth[] {
  const growths = groups.map((group) => {
    const own = nodes.filter(({ node }) => isOf(group, node));
    const asked = Math.max(group.target ?? 0, own.length);
    const size = counting === "there" ? own.filter(({ node }) => !isStarting(node)).length : asked;
    return {
      group,
      pool: group.pool ?? own[0]?.node.labels[POOL] ?? group.name,
      size,
      awaited: asked - size,
      models: own.filter(({ node }) => isSteady(node)),
      room: Math.max(0, group.limit.max - size),
    };
  });
  return growths.map((growth) => ({ ...growth, room: roomOf(growth, growths) }));
}

/** What keeps a group from growing need not keep from coming what it asked for before. */
function roomOf(growth: Growth, growths: readonly Growth[]): number {
  const { group, awaited } = growth;
  const room = group.limit.of === "pool" ? poolRoom(siblingsOf(growth, growths)).sure : growth.room;
  return isKept(group) && awaited > 0 ? Math.min(room, awaited) : room;
}

const isKept = ({ obstacle }: NodeGroup): boolean => obstacle !== undefined && obstacle.kind !== "doubt";

/** Whether the group gets no node for now. */
export const isHeld = ({ group, awaited }: Growth): boolean => isKept(group) && awaited === 0;

/** A node has the name of its managed instance group, `gke-CLUSTER-POOL-HASH-grp`, with its own end instead of `grp`. */
function isOf({ pool, zone, name }: NodeGroup, { labels, name: nodeName }: Node): boolean {
  if (zone !== undefined && labels[ZONE] !== zone) return false;
  if (pool !== undefined) return labels[POOL] === pool;
  return nodeName.slice(0, nodeName.lastIndexOf("-")) === name.replace(/-grp$/, "");
}

/** The groups of the same pool, itself included. */
export const siblingsOf = ({ pool }: Growth, growths: readonly Growth[]): readonly Growth[] =>
  growths.filter((other) => other.pool === pool);

/**
 * How many more nodes the groups of one pool may have together: for sure, and at most. The autoscaler's own status
 * gives each group a maximum without saying whether the pool has one: GKE then tells for each group what the others
 * leave it, older ones tell the pool's for each.
 * Source: GoogleCloudPlatform/cluster-autoscaler, pkg/cloudprovider/gke/gke_cloud_provider_impl.go (7d25050),
 * `GkeMig.MaxSize`.
 */
export function poolRoom(growths: readonly Growth[]): { readonly sure: number; readonly most: number } {
  const rooms = growths.map(({ room }) => room);
  const all = sum(rooms);
  const size = sum(growths.map((growth) => growth.size));
  const maxima = new Set(growths.map(({ group }) => group.limit.max));
  const left = Math.max(0, Math.max(0, ...maxima) - size);
  const of = growths[0]?.group.limit.of;
  switch (of) {
    case undefined:
      return { sure: 0, most: 0 };
    case "group":
      return { sure: all, most: all };
    case "pool":
      return { sure: left, most: left };
    case "either": {
      if (growths.length === 1) return { sure: all, most: all };
      if (maxima.size === 1) return { sure: left, most: all };
      const [least, largest] = [Math.min(...rooms), Math.max(...rooms)];
      return { sure: least, most: least === largest ? least : all };
    }
  }
  return of satisfies never;
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
