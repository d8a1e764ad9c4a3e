import type { NodeRoom } from "../capacity/verdict.ts";
import type { Finding, LogExcerpt } from "../diagnosis/finding.ts";
import type { KubeEvent } from "../model/event.ts";
import type { Instant } from "../model/instant.ts";
import type { Pod } from "../model/pod.ts";
import type { ReplicaSet, Workload, WorkloadRef } from "../model/workload.ts";
import type { ReasonCode } from "../reason.ts";

/** What is being waited for: the template that our write returned, fully available. */
export interface Goal {
  /** `forward`: our change; `back`: our rollback; `unchanged`: nothing was written, only health is awaited. */
  readonly direction: "forward" | "back" | "unchanged";
  readonly ref: WorkloadRef;
  readonly uid: string;
  /** `spec.template` as the API returned it; anything else later is somebody else's change. */
  readonly templateJson: string;
  /** `metadata.generation` as the API returned it. */
  readonly generation: number;
  /** When our write was answered. */
  readonly since: Instant;
  /** `spec.replicas` as last seen before our write; whoever scales it to zero afterwards ends the rollout. */
  readonly replicasBefore: number;
  /** `lastUpdate` of the condition `Progressing` as our write returned it: until then it spoke of other rollouts. */
  readonly progressedAt: Instant | undefined;
  /** Wanted images by container name. */
  readonly images: ReadonlyMap<string, string>;
  readonly timeoutMs: number;
  readonly stableForMs: number | "auto";
  readonly readinessPatienceMs: number | "auto";
  /** Whether logs of failed containers may be read. */
  readonly readLogs: boolean;
  /** Whether an autoscaler is known to be there or promised. */
  readonly autoscaled: boolean;
  /** What the pre-check found on the nodes; empty where it was not asked. */
  readonly room: readonly NodeRoom[];
}

/** All that is known of the workload at one moment, rebuilt whenever something changes, and once a second. */
export interface Observation {
  readonly at: Instant;
  /** When the API last answered or reported anything. */
  readonly freshAt: Instant;
  /** `undefined` once it is deleted. */
  readonly workload: Workload | undefined;
  readonly replicaSets: readonly ReplicaSet[];
  /** Pods of all ReplicaSets of the workload. */
  readonly pods: readonly Pod[];
  /** Events of the workload, its ReplicaSets and its pods. */
  readonly events: readonly KubeEvent[];
  /** Answers to what earlier decisions asked for. */
  readonly logs: readonly LogExcerpt[];
}

/** A log that would settle or illustrate a finding; answered in a later Observation. */
export interface LogRequest {
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
}

/** What to do now. Everything but `wait` ends the watch. */
export type Decision =
  | { readonly kind: "wait"; readonly waitingFor: string; readonly asks: readonly LogRequest[] }
  | { readonly kind: "succeeded"; readonly warnings: readonly string[] }
  /** `causes`: the first cause first, then what else was found. Never empty. */
  | { readonly kind: "failed"; readonly causes: readonly [Finding, ...Finding[]] }
  | { readonly kind: "superseded"; readonly reason: ReasonCode; readonly message: string }
  | { readonly kind: "error"; readonly reason: ReasonCode; readonly message: string };
