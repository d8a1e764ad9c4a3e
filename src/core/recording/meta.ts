import type { Finding } from "../diagnosis/finding.ts";
import type { Inputs } from "../inputs.ts";
import type { Facts } from "../report/facts.ts";
import type { Outcome } from "../report/outcome.ts";
import type { ExpectedVerdict, RecordedInputs, RecordingMeta } from "./recording.ts";

/** What a run knows at its end. */
export interface RunEnd {
  readonly facts: Pick<Facts, "before" | "plan" | "changed" | "autoscaled">;
  readonly outcome: Pick<Outcome, "result" | "reason" | "causes">;
  readonly inputs: Inputs & { readonly logLines: number };
}

/** A replay steps once a second and sees a recording only up to its last event: it may take a little longer. */
const SLACK = 5;

/**
 * Completes what stands beside a recording: what this run decided, the inputs that it was decided by, and how long
 * it took in seconds.
 */
export function metaOf(
  seconds: number,
  known: RecordingMeta,
  { facts, outcome, inputs }: RunEnd,
): RecordingMeta {
  const { before, plan, changed, autoscaled } = facts;
  const logs = logsOf(outcome.causes);
  const verdictAt = known.rollback ?? seconds;
  return {
    expect: { ...verdictOf(outcome), at_most: Math.ceil(verdictAt) + SLACK },
    duration: known.stopped ?? Math.ceil(seconds) + SLACK,
    replicas: (changed ?? before?.workload)?.replicas ?? 0,
    ...known,
    inputs: recordedInputs(inputs),
    autoscaled,
    ...(plan?.changes === false ? { unchanged: true as const } : {}),
    ...(logs === undefined ? {} : { logs }),
  };
}

/** What the watch decided; what a verify command found, or what became of a rollback, no recording can show. */
function verdictOf({ result, reason, causes }: RunEnd["outcome"]): Omit<ExpectedVerdict, "at_most"> {
  const [first] = causes;
  if (result === "succeeded" || result === "unchanged" || first?.reason === "VerifyCommandFailed")
    return { result: "succeeded", reason: [""], container: null };
  if (first !== undefined)
    return { result: "failed", reason: [first.reason], container: first.container ?? null };
  if (result === "superseded") return { result, reason: [reason], container: null };
  return { result: "pending", reason: [""], container: null };
}

function recordedInputs(inputs: RunEnd["inputs"]): RecordedInputs {
  const seconds = (ms: number | "auto"): number | "auto" => (ms === "auto" ? ms : ms / 1000);
  return {
    timeout: inputs.timeoutMs / 1000,
    "stable-for": seconds(inputs.stableForMs),
    "readiness-patience": seconds(inputs.readinessPatienceMs),
    "log-lines": inputs.logLines,
  };
}

/** No log is kept, but the one text in it that a verdict can stand on. */
function logsOf(causes: readonly Finding[]): Readonly<Record<string, string>> | undefined {
  const log = causes.find(({ reason }) => reason === "ExecFormatError")?.log;
  if (log === undefined) return undefined;
  return { [`${log.pod}/${log.container}/${log.previous ? "previous" : "current"}`]: "exec format error" };
}
