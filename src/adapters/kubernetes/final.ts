import { ActionError } from "../../core/reason.ts";
import { Refusal } from "./failure.ts";

/** A refusal must stand this often to be believed: an authoriser may fail for a moment. */
const BELIEVED_AFTER = 5;

/**
 * Whether no further try would change the failure of a feed, so many in a row: refusals count when they stand, a fault
 * of our own code at once, and what is only away never.
 */
export function isFinal(error: unknown, failures: number): boolean {
  if (error instanceof TypeError) return true;
  const isRefused =
    error instanceof Refusal
      ? isRefusal(error)
      : error instanceof ActionError && error.reason !== "ApiUnavailable";
  return isRefused && failures >= BELIEVED_AFTER;
}

/** A page of something in between says that the API is away; so may Google, of a cluster that lost its way to it. */
function isRefusal({ code, status, google }: Refusal): boolean {
  if (google !== undefined) return [401, 403, 404].includes(code);
  return status.reason !== undefined && [400, 401, 403, 404, 405, 422].includes(code);
}
