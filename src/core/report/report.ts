import type { CapacityVerdict } from "../capacity/verdict.ts";
import type { Finding } from "../diagnosis/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { WorkloadRef } from "../model/workload.ts";
import type { ImageChange } from "../plan.ts";
import type { ReasonCode, Result } from "../reason.ts";

/** The whole run as one value. Summary, annotation, outputs and JSON are four faces of it. */
export interface Report {
  readonly version: string;
  readonly mode: "deploy" | "check";
  readonly result: Result;
  /** Empty when the result is a success. */
  readonly reason: ReasonCode | "";
  /** One line: what happened and why. */
  readonly message: string;
  /** Further lines of an error, such as the Role rule to add. */
  readonly detail: readonly string[];
  /** `undefined` when the inputs did not name one. */
  readonly workload: WorkloadRef | undefined;
  readonly images: readonly ReportedImage[];
  /** Whether this run wrote the template. */
  readonly touched: "no" | "yes" | "unknown";
  /**
   * Whose template stands at the end: as it was `before` us, `ours`, put back by us (`restored`), or somebody
   * else's (`theirs`).
   */
  readonly template: "before" | "ours" | "restored" | "theirs" | "deleted" | "recreated" | "unknown";
  readonly revision: number | undefined;
  readonly previousRevision: number | undefined;
  readonly replicas: Replicas | undefined;
  /** The old template was written back. */
  readonly rolledBack: boolean;
  readonly capacity: CapacityVerdict | undefined;
  /** Logs of containers that failed were read; `log-lines` asks for them. */
  readonly logsRead: boolean;
  /** First cause first. */
  readonly causes: readonly Finding[];
  /** What stands in the cluster now, one sentence each. */
  readonly stands: readonly string[];
  readonly warnings: readonly string[];
  readonly timeline: readonly Moment[];
  /** Events of the new revision and its controllers since the change, merged across pods, oldest first. */
  readonly events: readonly MergedEvent[];
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  /** Server that was spoken to. */
  readonly endpoint: string;
  readonly consoleUrl: string;
  readonly run: Run;
}

/** The image of one container in the course of the run. `now`: as its template has it at the end, where known. */
export interface ReportedImage extends ImageChange {
  readonly now: string | undefined;
}

/** Pods of the workload at the end, and the fewest that were available while the run lasted. */
export interface Replicas {
  /** Available before the change. */
  readonly before: number;
  readonly desired: number;
  readonly available: number;
  readonly leastAvailable: number;
  /** The fewest that the strategy allows. */
  readonly allowedLeast: number;
}

/** A row of the timeline. `subject` is a pod, or the rollout itself. `until` for what lasted. */
export interface Moment {
  readonly at: Instant;
  readonly until: Instant | undefined;
  readonly section: "rollout" | "rollback" | "pod";
  readonly subject: string;
  readonly text: string;
  readonly tone: "normal" | "active" | "good" | "bad";
}

/** Equal events of several pods as one row. `objects` are `kind/name`, sorted; `message` is verbatim, of the newest. */
export interface MergedEvent {
  readonly type: string;
  readonly reason: string;
  readonly objects: readonly string[];
  readonly message: string;
  readonly count: number;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
}

/** The workflow run that this is. Empty strings outside GitHub. */
export interface Run {
  readonly url: string;
  readonly number: string;
  readonly sha: string;
  readonly actor: string;
}
