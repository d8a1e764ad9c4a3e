import type { Condition } from "./condition.ts";
import type { Instant } from "./instant.ts";
import type { LabelSelector, Labels } from "./labels.ts";
import type { Pod } from "./pod.ts";
import type { Template } from "./pod-spec.ts";

/*
 * The Kubernetes objects as the core sees them: only fields that a rule reads, nothing optional that the API
 * always answers. `adapters/kubernetes/decode` makes them from wire JSON.
 */

/** An absolute number of pods, or a share of `spec.replicas` in percent. */
export type IntOrPercent =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "percent"; readonly value: number };

/** How a Deployment replaces its pods. */
export type Strategy =
  | { readonly kind: "Recreate" }
  | {
      readonly kind: "RollingUpdate";
      readonly maxSurge: IntOrPercent;
      readonly maxUnavailable: IntOrPercent;
    };

/** Which workload: kind as in the API, namespace, name. */
export interface WorkloadRef {
  readonly kind: "Deployment";
  readonly namespace: string;
  readonly name: string;
}

/** The Deployment. Counts are zero where the API leaves them out. */
export interface Workload extends WorkloadRef {
  readonly uid: string;
  readonly resourceVersion: string;
  /** Set while a deletion waits for pods, or for finalizers. */
  readonly deletedAt: Instant | undefined;
  readonly generation: number;
  readonly observedGeneration: number;
  readonly annotations: Labels;
  /** `deployment.kubernetes.io/revision`, once the controller wrote it. */
  readonly revision: number | undefined;
  readonly replicas: number;
  readonly paused: boolean;
  readonly strategy: Strategy;
  readonly minReadySeconds: number;
  readonly selector: LabelSelector;
  readonly template: Template;
  readonly status: {
    readonly replicas: number;
    readonly updatedReplicas: number;
    readonly availableReplicas: number;
  };
  readonly conditions: readonly Condition[];
}

/** A ReplicaSet of the workload. `template.json` is without the `pod-template-hash` label. */
export interface ReplicaSet {
  readonly name: string;
  readonly uid: string;
  readonly revision: number | undefined;
  readonly templateJson: string;
  readonly replicas: number;
  readonly availableReplicas: number;
  readonly statusReplicas: number;
  readonly conditions: readonly Condition[];
  readonly createdAt: Instant;
}

/** The workload with what it controls. */
export interface Target {
  readonly workload: Workload;
  readonly replicaSets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
}
