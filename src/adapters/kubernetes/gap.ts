import type { Gap } from "../../core/model.ts";
import type { Refusal } from "./failure.ts";
import { missingRule } from "./missing-rule.ts";

/** A missing right as a gap: what it hides, the rule that would show it, and what is lost without. */
export function gapOf(what: string, refusal: Refusal, lost: string): Gap {
  const missing = missingRule(refusal);
  if (missing === undefined) return { what, why: `403 ${refusal.message}; ${lost}` };
  const { user, grant, rule, kind } = missing;
  return { what, why: `403 for ${user}; grant ${grant} (${kind} rule ${rule}); ${lost}` };
}
