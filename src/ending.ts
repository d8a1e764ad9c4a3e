import { ActionError, type ReasonCode } from "./core/reason.ts";
import type { Facts } from "./core/report/facts.ts";
import { type Outcome, outcome } from "./core/report/outcome.ts";

/** What stops us before a change is a refusal; everything else is work that we could not do. */
const REFUSALS: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  "PermissionDenied",
  "UntrustedEvent",
  "Locked",
]);

/** Turns whatever ended the story early into an outcome: a cancellation, an `ActionError`, or a bug of ours. */
export function endingOf(
  error: unknown,
  { changed }: Facts,
  { aborted }: Pick<AbortSignal, "aborted">,
): Outcome {
  if (aborted) return outcome("cancelled", "Cancelled", "The run was cancelled before it was decided");
  if (error instanceof ActionError) {
    const result = changed === undefined && REFUSALS.has(error.reason) ? "refused" : "error";
    return { ...outcome(result, error.reason, error.message), detail: error.detail };
  }
  const what = error instanceof Error ? error.message : String(error);
  return outcome("error", "InternalError", `This is a bug in gke-safe-rollout, please report it: ${what}`);
}
