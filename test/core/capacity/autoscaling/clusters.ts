import type { Autoscaling, NodeConfig, NodeGroup } from "../../../../src/core/model/autoscaling.ts";
import { NO_AUTOSCALING } from "../../../../src/core/model/autoscaling.ts";
import type { Node } from "../../../../src/core/model/room.ts";
import { node } from "../builders.ts";

/** A node of a GKE node pool. */
export const poolNode = (name: string, pool: string, zone: string, extra: Partial<Node> = {}): Node => {
  const labels = {
    "kubernetes.io/hostname": name,
    "cloud.google.com/gke-nodepool": pool,
    "topology.kubernetes.io/zone": zone,
  };
  return node(name, { cpu: "2", memory: "4Gi" }, { labels, ...extra });
};

/** The group of a pool in a zone, as the Container API and the autoscaler together tell it. */
export const groupOf = (pool: string, zone: string, extra: Partial<NodeGroup> = {}): NodeGroup => ({
  name: `gke-prod-${pool}-${zone}-grp`,
  pool,
  zone,
  target: undefined,
  limit: { of: "group", max: 3 },
  obstacle: undefined,
  taints: [],
  config: undefined,
  ...extra,
});

/** One that may have the one node that it has. */
export const fullGroup = (pool: string, zone: string): NodeGroup =>
  groupOf(pool, zone, { limit: { of: "group", max: 1 } });

/** As only the autoscaler's own status tells it. */
export const toldGroup = (name: string, zone: string, target: number, max: number): NodeGroup =>
  groupOf("", zone, { name: `${name}-grp`, pool: undefined, target, limit: { of: "either", max } });

export const present = (groups: readonly NodeGroup[], extra: Partial<Autoscaling> = {}): Autoscaling => ({
  ...NO_AUTOSCALING,
  kind: "present",
  groups,
  ...extra,
});

/** How the nodes of a pool are made: four vCPU and 16 GiB. */
export const nodeConfig = (extra: Partial<NodeConfig> = {}): NodeConfig => ({
  machineType: "e2-standard-4",
  os: "linux",
  labels: {},
  provisioning: "standard",
  accelerators: [],
  ...extra,
});
