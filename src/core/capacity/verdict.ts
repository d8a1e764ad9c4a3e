import type { Autoscaling } from "../model/autoscaling.ts";
import type { Devices } from "../model/devices.ts";
import type { DisruptionBudget } from "../model/disruption-budget.ts";
import type { Gap } from "../model/gap.ts";
import type { HorizontalPodAutoscaler } from "../model/horizontal-pod-autoscaler.ts";
import type { Instant } from "../model/instant.ts";
import type { Labels } from "../model/labels.ts";
import type { PodSpec } from "../model/pod-spec.ts";
import type { ResourceQuota } from "../model/quota.ts";
import type { Resources } from "../model/resources.ts";
import type { Node, PlacedPod } from "../model/room.ts";
import type { Storage } from "../model/storage.ts";
import type { ReasonCode } from "../reason.ts";
import type { AtMaximum } from "./at-maximum.ts";

/** Answer to "will this rolling update complete?". `UNKNOWN` and `DEPENDS` are never a yes. */
export type Verdict =
  | "WILL_COMPLETE"
  | "NEEDS_NODES"
  | "DEPENDS"
  | "UNKNOWN"
  | "WILL_STALL"
  | "ADMISSION_FAILS"
  | "NO_ROLLOUT";

/** The cluster at one moment, as far as it decides whether the new pods find room. */
export interface Snapshot {
  /** Minor version of the API server: 36 for v1.36.3. */
  readonly minor: number;
  /** When it was read. */
  readonly at: Instant;
  /** The pod that the controller will create: as admission would leave it, or the template with local defaults. */
  readonly pod: PodSpec;
  /** Its labels, with a `pod-template-hash` that is the one of an equal ReplicaSet, or of none. */
  readonly labels: Labels;
  readonly admission: Admission;
  /** What the API warned of when it was asked for a dry run of the change. */
  readonly warnings?: readonly string[];
  readonly nodes: readonly Node[];
  /** Every pod that takes room (phase neither Succeeded nor Failed), and those still waiting for a node. */
  readonly pods: readonly PlacedPod[];
  /** Labels of namespaces by name, as far as terms of (anti-)affinity select by them. */
  readonly namespaceLabels: ReadonlyMap<string, Labels>;
  readonly storage: Storage;
  /** Of all namespaces, as far as they were needed: absent where nobody can be evicted for the pod. */
  readonly budgets?: readonly DisruptionBudget[];
  /** What LimitRanges let a pod request at least; absent where there are none, or they may not be read. */
  readonly leastRequests?: Resources;
  /** Of the workload's namespace. */
  readonly quotas: readonly ResourceQuota[];
  readonly autoscaling: Autoscaling;
  /** HorizontalPodAutoscalers of the workload's namespace; absent where there are none, or they may not be read. */
  readonly scalers?: readonly HorizontalPodAutoscaler[];
  /** Absent where no device could stand for what the pod requests. */
  readonly devices?: Devices;
  readonly gaps: readonly Gap[];
}

/**
 * What admission says about the change, by dry run. A pod that only a ResourceQuota refuses counts as admitted: room in
 * a quota comes and goes during a rollout.
 */
export type Admission =
  | { readonly kind: "admitted" }
  | { readonly kind: "not-asked"; readonly why: string }
  /** The new template, or its pod, is denied. `currentPasses`: the current one passes the same dry run. */
  | { readonly kind: "denied"; readonly message: string; readonly currentPasses: boolean };

/**
 * A node as the report shows it: as it is now, or, where the rollout gets stuck, as it is then, with the new pods
 * that found room and without the old pods that went.
 */
export interface NodeRoom {
  readonly name: string;
  /** Reasons in the scheduler's words, empty when one more new pod fits. */
  readonly refusedBy: readonly string[];
  /** What one new pod takes, its pod slot included. */
  readonly requested: Resources;
  /** Of these resources only. */
  readonly used: Resources;
  readonly allocatable: Resources;
  /** How many more new pods fit. */
  readonly fits: number;
  /** Pods that take the most of the scarce resource, largest first. */
  readonly takers: readonly Taker[];
}

/** A pod that takes room on a node. `ours`: it belongs to the workload. */
export interface Taker {
  readonly pod: string;
  readonly requests: Resources;
  readonly ours: boolean;
}

/** A change that makes the rollout complete, checked by the model. `value` is the number or quantity to set. */
export interface Fix {
  readonly kind: "nodes" | "request" | "strategy" | "replicas" | "constraint" | "pods";
  readonly text: string;
  readonly value: string;
}

/** The verdict with all that explains it; the output `capacity` and the report are made from it. */
export interface CapacityVerdict {
  readonly verdict: Verdict;
  readonly reasons: readonly { readonly reason: ReasonCode; readonly message: string }[];
  /**
   * What may be said instead of the first reason, where the rollout may get stuck in several ways, of which that is the
   * likeliest. Empty: the same is said in all of them. Absent: not all of them were looked at.
   */
  readonly instead?: readonly string[] | undefined;
  /** Nodes that explain the verdict, the nearest to fitting first; all of them only in small clusters. */
  readonly nodes: readonly NodeRoom[];
  /** Available new pods when stuck, the least and the most over all placements, of all that are wanted. */
  readonly completes: { readonly at: number; readonly most: number; readonly of: number };
  readonly fixes: readonly Fix[];
  readonly unknown: readonly Gap[];
  /** The API's own warnings about the change, such as what Pod Security would refuse. */
  readonly warnings?: readonly string[];
  /** That there is no room for as many replicas as there may come to be; absent where none is known to be missing. */
  readonly atMaximum?: AtMaximum;
  /** What was read, for the report. */
  readonly read: { readonly nodes: number; readonly pods: number };
}
