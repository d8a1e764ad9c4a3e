import type { Gap } from "./gap.ts";
import type { Labels } from "./labels.ts";
import type { Resources } from "./resources.ts";
import type { Taint } from "./room.ts";

/** What may add nodes for pods that find no room. */
export interface Autoscaling {
  /** Whether an autoscaler is at work, as far as that may be read. `autopilot`: GKE adds a node for every pod. */
  readonly kind: "present" | "absent" | "unknown" | "autopilot";
  /** Its node pools, zone by zone. */
  readonly groups: readonly NodeGroup[];
  /** Whether it creates whole node pools too (node auto-provisioning). */
  readonly createsPools: boolean;
  /** The most of each resource that all nodes may have together; empty where nothing is limited. */
  readonly clusterLimits: Resources;
  /** What of it could not be read or understood. */
  readonly gaps: readonly Gap[];
}

/** A node group of the autoscaler: on GKE the managed instance group of one node pool in one zone. */
export interface NodeGroup {
  /** As the autoscaler calls it; of a managed instance group the name alone, without its URL. */
  readonly name: string;
  /** Its node pool, where the Container API tells it. */
  readonly pool: string | undefined;
  readonly zone: string | undefined;
  /** How many nodes were asked for; `undefined` where only the nodes that are there can tell. */
  readonly target: number | undefined;
  readonly limit: SizeLimit;
  readonly obstacle: Obstacle | undefined;
  /** Of its nodes, where the Container API tells them. */
  readonly taints: readonly Taint[];
  /** How its nodes are made, where the Container API tells it. */
  readonly config: NodeConfig | undefined;
}

/** How the nodes of a pool are made, whether there are any or not. Source: GKE API v1, `NodeConfig`. */
export interface NodeConfig {
  readonly machineType: string;
  readonly os: "linux" | "windows" | undefined;
  /** Labels that were asked for, beside GKE's own. */
  readonly labels: Labels;
  readonly provisioning: "standard" | "spot" | "preemptible" | "flex-start";
  /** Types of what is attached to the machine, GPUs above all. */
  readonly accelerators: readonly string[];
}

/** The most nodes: of a group, of all groups of its pool together, or of one of the two, who knows which. */
export interface SizeLimit {
  readonly of: "group" | "pool" | "either";
  readonly max: number;
}

/**
 * Why a group would get no node at the moment: the autoscaler waits after a failure, or finds the group unfit; or
 * (`doubt`) it may get one or not.
 */
export interface Obstacle {
  readonly kind: "backoff" | "not-ready" | "doubt";
  readonly text: string;
}

/** The node pools of a GKE cluster as the Container API tells them. */
export interface GkeScaling {
  readonly autopilot: boolean;
  /** Whether node auto-provisioning is on. */
  readonly createsPools: boolean;
  readonly clusterLimits: Resources;
  readonly pools: readonly NodePool[];
}

/** A node pool. */
export interface NodePool {
  readonly name: string;
  /** `undefined` where the autoscaler lets it be. */
  readonly limit: SizeLimit | undefined;
  /** Its managed instance groups, one a zone; two while a blue-green upgrade is on. */
  readonly groups: readonly { readonly name: string; readonly zone: string }[];
  readonly obstacle: Obstacle | undefined;
  readonly taints: readonly Taint[];
  /** `undefined` while it is being changed: who knows what nodes it would get. */
  readonly config: NodeConfig | undefined;
}

/** Nothing is known to add nodes. */
export const NO_AUTOSCALING: Autoscaling = {
  kind: "absent",
  groups: [],
  createsPools: false,
  clusterLimits: new Map(),
  gaps: [],
};
