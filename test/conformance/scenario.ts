import type { KubernetesObject, V1NodeSpec, V1PodSpec, V1PodTemplateSpec } from "@kubernetes/client-node";

/*
 * A scenario as plain JSON. Names in it are short (`n0`, `pv1`); those of objects that have no namespace are written
 * `$n0`, `$pv1`, wherever they are used, and `$` becomes a prefix of the scenario's own, so that many can share a
 * control plane. So does `$ns`, the namespace; `$other` is a second one.
 */

/** A node, which nobody changes once the scenario runs. */
export interface NodePlan {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly taints: NonNullable<V1NodeSpec["taints"]>;
  readonly unschedulable: boolean;
}

/**
 * What has become of a pod of others. `leaving`: being deleted, and gone some time after the change; `held`: being
 * deleted for longer than its grace, by a finalizer that nobody removes; `yielding`: running, and once somebody evicts it
 * as slow to go as one that is leaving; `elsewhere`: no scheduler cares for it.
 */
export type PodState =
  | "running"
  | "leaving"
  | "yielding"
  | "held"
  | "succeeded"
  | "failed"
  | "pending"
  | "elsewhere";

/** A pod of others. */
export interface PodPlan {
  readonly name: string;
  readonly namespace: "$ns" | "$other";
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Omit<V1PodSpec, "containers"> & { readonly containers: V1PodSpec["containers"] };
  readonly state: PodState;
}

/** The strategy as the API takes it. */
export type StrategyPlan =
  | { readonly type: "Recreate" }
  | {
      readonly type: "RollingUpdate";
      readonly rollingUpdate: {
        readonly maxSurge: number | string;
        readonly maxUnavailable: number | string;
      };
    };

/** One template of the workload. */
export interface TemplatePlan {
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: V1PodTemplateSpec["spec"] & object;
}

/** All that a run of the oracle needs; the same value makes the same cluster. */
export interface Scenario {
  readonly id: string;
  /** What the generators put in, for the tally. */
  readonly features: readonly string[];
  readonly nodes: readonly NodePlan[];
  readonly pods: readonly PodPlan[];
  readonly namespaceLabels: Readonly<Record<string, string>>;
  /** Made before the workload. */
  readonly before: readonly KubernetesObject[];
  /** Made once the workload stands: what is only to meet the new pods. */
  readonly after: readonly KubernetesObject[];
  readonly replicas: number;
  readonly strategy: StrategyPlan;
  /** The first is rolled out to its end; each of the others as far as it gets. */
  readonly revisions: readonly TemplatePlan[];
  /** Replicas from before the change on, where others than those that it was rolled out with so far. */
  readonly scaledTo?: number;
  readonly change: TemplatePlan;
}

/** Name of the workload of every scenario. */
export const WORKLOAD = "web";

/** The scenario's own prefix and namespaces in place of `$`. */
export function placed<T>(value: T, id: string): T {
  return JSON.parse(
    JSON.stringify(value)
      .replaceAll("$ns", `${id}-ns`)
      .replaceAll("$other", `${id}-other`)
      .replaceAll("$", `${id}-`),
  ) as T;
}
