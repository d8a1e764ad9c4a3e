/** What may add nodes for pods that find no room. */
export interface Autoscaling {
  /** Whether an autoscaler is at work, as far as that may be read. */
  readonly kind: "present" | "absent" | "unknown" | "autopilot";
  /** Its node pools, zone by zone. */
  readonly groups: readonly NodeGroup[];
}

/** A managed instance group: the nodes of one node pool in one zone. */
export interface NodeGroup {
  /** Name of the node pool, `cloud.google.com/gke-nodepool` on its nodes. */
  readonly pool: string;
  readonly zone: string | undefined;
  /** How many more nodes the autoscaler may add here, and in the whole pool. */
  readonly headroom: number;
  readonly poolHeadroom: number;
  /** Why it would add none at the moment, in the autoscaler's words; `undefined` when nothing is in the way. */
  readonly blocked: string | undefined;
}

/** Nothing is known to add nodes. */
export const NO_AUTOSCALING: Autoscaling = { kind: "absent", groups: [] };
