import type { Answer, Asked } from "../faults/fault.ts";
import type { Serve } from "../faults/front.ts";
import {
  disabled,
  exhausted,
  notFound,
  scopeInsufficient,
  unauthenticated,
  userProjectDenied,
} from "./problem.ts";
import { CLOUD_PLATFORM } from "./tokens.ts";
import type { World } from "./world.ts";

/** A call of an API: which paths, and what it answers for the parts that the pattern captures. */
export interface Call {
  readonly method?: "GET" | "POST";
  readonly path: RegExp;
  answer(parts: readonly string[], asked: Asked): Answer;
}

/** One of Google's APIs: a living token with the scope, a project that may use it, then one of its calls. */
export const googleApi =
  (world: World, service: string, calls: readonly Call[]): Serve =>
  (asked) =>
    refusal(world, service, asked) ?? answerOf(calls, asked);

/** Why a request of a Google API is refused before anything is looked at. */
export function refusal(
  { tokens, trouble, facts }: World,
  service: string,
  { headers }: Asked,
): Answer | undefined {
  const grant = tokens.check(headers.authorization);
  if (!grant) return unauthenticated();
  if (!grant.scopes.includes(CLOUD_PLATFORM)) return scopeInsufficient(service);
  const charged = headers["x-goog-user-project"];
  if (charged !== undefined && trouble.denied.has("serviceusage.services.use")) {
    return userProjectDenied(String(charged), service);
  }
  if (trouble.disabled.has(service)) return disabled(service, facts);
  return trouble.exhausted.has(service) ? exhausted(service, facts) : undefined;
}

function answerOf(calls: readonly Call[], asked: Asked): Answer {
  for (const { method = "GET", path, answer } of calls) {
    const found = method === asked.method && path.exec(asked.path);
    if (found) return answer(found.slice(1).map(decodeURIComponent), asked);
  }
  return notFound(`The requested URL ${asked.path} was not found on this server.`);
}
