import type { Gap } from "../../core/model/gap.ts";
import { ActionError, type ReasonCode } from "../../core/reason.ts";
import type { Api } from "./api.ts";
import { toActionError } from "./errors.ts";
import { Refusal } from "./failure.ts";
import { missingRule } from "./missing-rule.ts";

/** Something to read that the answer can do without, though then it is not certain. */
export interface Wanted {
  readonly what: string;
  /** What is not known without it. */
  readonly lost: string;
}

/** Then nothing else can be read either. */
const NO_CLUSTER = new Set<ReasonCode>(["AuthenticationFailed", "ClusterUnreachable", "ClusterNotFound"]);

/**
 * A read that failed as a gap. `doing` completes "Cannot …". Throws `ActionError` when there is no signing in or no
 * API server to be reached, and what is no failure of a read (an abort) as it is.
 */
export function unreadGap({ where }: Api, error: unknown, doing: string, { what, lost }: Wanted): Gap {
  if (error instanceof Refusal && error.code === 403 && error.google === undefined)
    return gapOf(what, error, lost);
  const told = toActionError(error, doing, where);
  if (told === error || !(told instanceof ActionError) || NO_CLUSTER.has(told.reason)) throw told;
  return { what, why: `${told.message}; ${lost}` };
}

/** A missing right as a gap: what it hides, the rule that would show it, and what is lost without. */
export function gapOf(what: string, refusal: Refusal, lost: string): Gap {
  const missing = missingRule(refusal);
  if (missing === undefined) return { what, why: `403 ${refusal.message}; ${lost}` };
  const { user, grant, rule, kind } = missing;
  return { what, why: `403 for ${user}; grant ${grant} (${kind} rule ${rule}); ${lost}` };
}
