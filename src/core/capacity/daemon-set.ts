/** A DaemonSet as its rolling update meets it. */
export interface DaemonRollout {
  /** Nodes that should run a pod of it. */
  readonly nodes: number;
  /** Of these, nodes where the new pod finds no room: without the old one, or with surge beside it. */
  readonly refusing: number;
  /** Pods that may be unavailable at a time, or with surge be there twice. */
  readonly allowed: number;
}

/** How it ends: available new pods when it is stuck, the least and the most. */
export type DaemonEnding =
  | { readonly kind: "completes" }
  | { readonly kind: "stalls"; readonly least: number; readonly most: number };

/**
 * Decides a rolling update of a DaemonSet, which is exact node by node: no pod of it may go elsewhere. Nodes are taken
 * in no certain order. While fewer refuse than may be out at a time all others are updated; else it stops once it has
 * come upon as many that refuse.
 * Source: pkg/controller/daemon/update.go (v1.36.3), `rollingUpdate`.
 */
export function daemonEnding({ nodes, refusing, allowed }: DaemonRollout): DaemonEnding {
  if (refusing === 0) return { kind: "completes" };
  const willing = nodes - refusing;
  return { kind: "stalls", least: refusing < allowed ? willing : 0, most: willing };
}
