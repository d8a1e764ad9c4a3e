import type { Snapshot } from "./core/capacity/verdict.ts";
import type { PatchOperation } from "./core/change.ts";
import type { Instant } from "./core/model/instant.ts";
import type { Template } from "./core/model/pod-spec.ts";
import type { Target, Workload, WorkloadRef } from "./core/model/workload.ts";
import type { Right } from "./core/rights.ts";
import type { LogRequest, Observation } from "./core/rollout/rollout.ts";

/**
 * Answer to a guarded write. `mismatch`: a `test` failed, nothing was written. `denied`: the API refused the
 * change itself (validation, admission), with its words. `lost`: no answer came; only reading tells.
 */
export type PatchAnswer =
  | { readonly kind: "written"; readonly workload: Workload; readonly warnings: readonly string[] }
  | { readonly kind: "mismatch" }
  | { readonly kind: "denied"; readonly message: string }
  | { readonly kind: "lost"; readonly why: string };

/**
 * What the cluster says of us. `allowed` in the order of what was asked; `user` is `undefined` where the API server
 * does not tell it. `unknown`: it could not be asked.
 */
export type RightsAnswer =
  | { readonly kind: "known"; readonly user: string | undefined; readonly allowed: readonly boolean[] }
  | { readonly kind: "unknown"; readonly why: string };

/**
 * All that the story may do to a cluster. Every method throws `ActionError` (`ClusterUnreachable`,
 * `AuthenticationFailed`, `PermissionDenied`, `WorkloadNotFound`, `ApiUnavailable`) and stops at the signal.
 */
export interface Cluster {
  /** Host that is spoken to, for log and report. */
  readonly endpoint: string;
  /** Namespace of the context, else `default`. */
  readonly namespace: string;
  /** Asks who we are and which of these rights we have; uses none of them. */
  review(rights: readonly Right[], signal: AbortSignal): Promise<RightsAnswer>;
  target(ref: WorkloadRef, signal: AbortSignal): Promise<Target>;
  /** Reads what decides whether pods of `template` find room; what cannot be read becomes a gap. */
  snapshot(request: SnapshotRequest, signal: AbortSignal): Promise<Snapshot>;
  patch(ref: WorkloadRef, patch: readonly PatchOperation[], signal: AbortSignal): Promise<PatchAnswer>;
  /** Observes the workload until the consumer stops; answers `ask`ed logs in later observations. */
  watch(ref: WorkloadRef, uid: string, signal: AbortSignal): Watch;
  /** Ends every request and connection at once; nothing of it keeps the process alive. */
  close(): Promise<void>;
}

/** A running observation of one workload. */
export interface Watch extends AsyncIterable<Observation> {
  /** Has the last `lines` of logs read and put into later observations; each request is answered once. */
  ask(requests: readonly LogRequest[], lines: number): void;
}

/** `next` is the template to be rolled out, `target` what stands now. */
export interface SnapshotRequest {
  readonly target: Target;
  readonly next: Template;
  /** Hears, page by page, how many nodes and pods were read until then. */
  readonly onProgress?: (read: SnapshotProgress) => void;
}

/** How far a snapshot is. */
export interface SnapshotProgress {
  readonly nodes: number;
  readonly pods: number;
}

/** Wall clock. `sleep` rejects as soon as the signal aborts. */
export interface Clock {
  now(): Instant;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** What is said while the work goes on; every text is neutralised before it is printed. */
export interface Log {
  info(text: string): void;
  warning(text: string): void;
  /** Folds what `work` says under a heading. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
}

/** How a `verify-command` ended. `output`: its last lines, hostile like all text from outside. */
export interface VerifyResult {
  readonly kind: "passed" | "failed" | "timed-out" | "not-started";
  readonly exitCode: number | undefined;
  readonly output: readonly string[];
}

/** Runs the user's `verify-command`, without a shell; nothing of it is left running afterwards. */
export interface Verifier {
  run(command: string, timeoutMs: number, signal: AbortSignal): Promise<VerifyResult>;
}

/** All of the world that the story may touch. */
export interface World {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
  readonly verifier: Verifier;
}
