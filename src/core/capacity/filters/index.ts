import type { Incoming, Room } from "../room.ts";
import type { ClusterFilter, NodeFilter } from "./filter.ts";
import { interPodAffinity } from "./inter-pod-affinity.ts";
import { nodeAffinity, nodeAffinityByName } from "./node-affinity.ts";
import { nodeDeclaredFeatures } from "./node-declared-features.ts";
import { nodeName } from "./node-name.ts";
import { nodePorts } from "./node-ports.ts";
import { nodeResourcesFit } from "./node-resources-fit.ts";
import { nodeUnschedulable } from "./node-unschedulable.ts";
import { nodeVolumeLimits } from "./node-volume-limits.ts";
import { podTopologySpread } from "./pod-topology-spread.ts";
import { schedulingGates } from "./scheduling-gates.ts";
import { taintToleration } from "./taint-toleration.ts";
import { volumeBinding } from "./volume-binding.ts";
import { volumeRestrictions } from "./volume-restrictions.ts";
import { volumeZone } from "./volume-zone.ts";

/**
 * The filters in the order in which the scheduler asks them. A node contributes the reasons of the first one that
 * refuses.
 * Source: pkg/scheduler/apis/config/v1/default_plugins.go (v1.36.3), `getDefaultPlugins`.
 */
export const FILTERS: readonly (NodeFilter | ClusterFilter)[] = [
  schedulingGates,
  nodeAffinityByName,
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  volumeRestrictions,
  nodeVolumeLimits,
  volumeBinding,
  volumeZone,
  podTopologySpread,
  interPodAffinity,
  nodeDeclaredFeatures,
];

const NODE_FILTERS = FILTERS.filter((filter) => filter.kind === "node");

/** How many such pods the room takes, one after the other. */
export function slotsOf(pod: Incoming, room: Room): number {
  let slots = Number.POSITIVE_INFINITY;
  for (const { refusals, further } of NODE_FILTERS) {
    if (slots === 0 || refusals(pod, room, NO_WORDS).length > 0) return 0;
    if (further !== undefined) slots = Math.min(slots, further(pod, room));
  }
  return Math.max(0, slots);
}

/** Whether a node refuses never depends on the version; only the words do. */
const NO_WORDS = 0;
