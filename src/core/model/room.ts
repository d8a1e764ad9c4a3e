import type { Instant } from "./instant.ts";
import type { Labels } from "./labels.ts";
import type { HostPort, PodAffinityTerm, PodSpec } from "./pod-spec.ts";
import type { Resources } from "./resources.ts";
import type { PodVolume } from "./storage.ts";

/** A taint of a node. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

/** A node with what it can give. */
export interface Node {
  readonly name: string;
  readonly labels: Labels;
  readonly taints: readonly Taint[];
  readonly unschedulable: boolean;
  readonly allocatable: Resources;
  /** `status.declaredFeatures`; absent where there are none. */
  readonly declaredFeatures?: readonly string[];
}

/** A pod as room taken on a node: what the scheduler counts, nothing more. */
export interface PlacedPod {
  readonly namespace: string;
  readonly name: string;
  /** Empty where no term or constraint that was read could select the pod. */
  readonly labels: Labels;
  readonly ownerUid: string | undefined;
  /** `undefined` while it waits for a node. */
  readonly nodeName: string | undefined;
  readonly nominatedNodeName: string | undefined;
  readonly requests: Resources;
  readonly hostPorts: readonly HostPort[];
  readonly priority: number;
  /** `metadata.deletionTimestamp`, by when it should be gone; it takes its room until it is. */
  readonly deletedAt: Instant | undefined;
  /** Only of a pod that is being deleted: what it is charged for is given back once it is gone. */
  readonly leaving?: PodSpec;
  readonly ready: boolean;
  /** `status.startTime`: of pods with equal priority preemption spares those that started earlier. */
  readonly startedAt?: Instant;
  /** `controller.kubernetes.io/pod-deletion-cost`: of its ReplicaSet's pods those with less go first; 0 when absent. */
  readonly deletionCost?: number;
  /** Belongs to a DaemonSet or to the node itself: a new node of the kind would run one too. */
  readonly daemon: boolean;
  /** Required anti-affinity: pods that it will not share a domain with. Empty for nearly all. */
  readonly repels: readonly PodAffinityTerm[];
  /** Volumes that decide where pods may run; absent where it has none, as most. */
  readonly volumes?: readonly PodVolume[];
}
