/** One line of a recording; `t` in seconds since our change, below zero for the state before it. */
export interface RecordedEvent {
  readonly t: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: { readonly kind?: string; readonly [field: string]: unknown };
}

/** The inputs that the verdict depends on: durations in seconds. */
export interface RecordedInputs {
  readonly timeout: number;
  readonly "stable-for": number | "auto";
  readonly "readiness-patience": number | "auto";
  readonly "log-lines": number;
}

/** What a recording should give when it is replayed. */
export interface ExpectedVerdict {
  readonly result: "succeeded" | "failed" | "superseded" | "pending";
  /** The codes that are right; one empty text where there is none. */
  readonly reason: readonly string[];
  readonly container: string | null;
  /** Latest second of the verdict. */
  readonly at_most: number;
}

/** What stands beside a recording. A run that was killed leaves only what it knew at its last write. */
export interface RecordingMeta {
  readonly expect?: ExpectedVerdict;
  /** Seconds that virtual time runs to. */
  readonly duration?: number;
  readonly replicas?: number;
  /** Version of the API server. */
  readonly server?: string;
  /** Version of the action that recorded. */
  readonly action?: string;
  /** Wall clock at second 0, RFC 3339. */
  readonly start?: string;
  readonly inputs?: RecordedInputs;
  /** The image was there already, so that nothing was changed and only health was awaited. */
  readonly unchanged?: true;
  /** Whether an autoscaler was known to be there. */
  readonly autoscaled?: boolean;
  /** Second at which our own rollback was written: what comes from then on is not the rollout's. */
  readonly rollback?: number;
  /** Second from which on nothing more was recorded, though the run went on. */
  readonly stopped?: number;
  /** By `POD/CONTAINER/previous|current`. */
  readonly logs?: Readonly<Record<string, string>>;
}
