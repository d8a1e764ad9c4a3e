import type { Finding } from "../diagnosis/finding.ts";
import type { ReasonCode, Result } from "../reason.ts";

/** How a run ended, and why. A failed rollout is an outcome, not an error. */
export interface Outcome {
  readonly result: Result;
  /** Empty on success. */
  readonly reason: ReasonCode | "";
  /** One line. */
  readonly message: string;
  /** More lines of an error, such as the Role rule to add. */
  readonly detail: readonly string[];
  /** First cause first; empty unless a rollout failed. */
  readonly causes: readonly Finding[];
}

/** An outcome that has nothing to add to its message. */
export const outcome = (result: Result, reason: ReasonCode | "", message: string): Outcome => ({
  result,
  reason,
  message,
  detail: [],
  causes: [],
});

const GOOD: ReadonlySet<Result> = new Set<Result>(["succeeded", "unchanged", "checked"]);

/** Whether the step ends with exit code 0. */
export const isGood = (result: Result): boolean => GOOD.has(result);

/** An outcome of a rollout that failed: the first cause gives the reason, and ends the message after `lead`. */
export const ofCauses = (
  result: Result,
  causes: readonly [Finding, ...Finding[]],
  lead: string,
): Outcome => ({
  result,
  reason: causes[0].reason,
  message: `${lead}${causes[0].summary}`,
  detail: [],
  causes,
});
