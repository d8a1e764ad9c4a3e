import type { Api } from "./api.ts";
import { Refusal } from "./failure.ts";
import { attributesOf } from "./request-info.ts";
import { isAllowed } from "./rights.ts";

/**
 * Tells a 403 of the authoriser (the right is missing) from one of admission (the change is denied): both come
 * with the same code and shape, so the API server is asked what we may do. Every signed-in user may ask.
 */
export async function lacksRight(api: Api, failure: unknown, signal: AbortSignal): Promise<boolean> {
  if (!(failure instanceof Refusal) || failure.code !== 403) return false;
  const right = attributesOf(failure.asked);
  if (right === undefined) return true;
  try {
    return !(await isAllowed(api, right, signal));
  } catch {
    signal.throwIfAborted();
    // Then the more common of the two.
    return true;
  }
}
