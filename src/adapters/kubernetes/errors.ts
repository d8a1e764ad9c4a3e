import { ActionError } from "../../core/reason.ts";
import { NoAnswer, Refusal } from "./failure.ts";
import { missingRule } from "./missing-rule.ts";
import { unreachable } from "./unreachable.ts";

/** Whom we speak to and as whom, as a message names them. */
export interface Where {
  /** Host and port of the API server. */
  readonly endpoint: string;
  /** Host and port of the proxy, if there is one. */
  readonly proxy: string | undefined;
  /** The kubeconfig, with its path. */
  readonly from: string;
  /** User of the kubeconfig, `undefined` for anonymous access. */
  readonly user: string | undefined;
}

/**
 * Turns a failure of the transport into the `ActionError` that a user can act on; anything else (an abort, an
 * `ActionError`) comes back as it is. `doing` completes "Cannot …": `read deployment shop/web`.
 */
export function toActionError(error: unknown, doing: string, where: Where): unknown {
  if (error instanceof NoAnswer) return noAnswer(error, doing, where);
  if (error instanceof Refusal) return refusal(error, doing, where);
  return error;
}

function noAnswer(error: NoAnswer, doing: string, where: Where): ActionError {
  const { endpoint, from, user } = where;
  switch (error.stage) {
    case "sign-in": {
      const message = `Cannot sign in as user "${user}" of ${from}: its credential plugin gave ${error.message}`;
      return new ActionError("AuthenticationFailed", message, { cause: error });
    }
    case "connect":
      return new ActionError("ClusterUnreachable", unreachable(error, where), { cause: error });
    case "sent": {
      const message = `Cannot ${doing}: ${endpoint} broke off (${error.code}: ${error.message}), also when tried again`;
      return new ActionError("ApiUnavailable", message, { cause: error });
    }
  }
  return error.stage satisfies never;
}

function refusal(error: Refusal, doing: string, where: Where): ActionError {
  const { code, status } = error;
  if (code === 401) return notSignedIn(error, doing, where);
  if (code === 429 || code >= 500) {
    const message = `Cannot ${doing}: ${where.endpoint} answered ${code} (${error.message}), also when tried again`;
    return new ActionError("ApiUnavailable", message, { cause: error });
  }
  if (status.reason === undefined) {
    const message = `Cannot ${doing}: ${where.endpoint} answered ${code}, but not as a Kubernetes API server does; check the server in ${where.from}`;
    return new ActionError("ClusterUnreachable", message, { detail: [error.message], cause: error });
  }
  if (code === 403) return forbidden(error, doing);
  const reason = code === 409 ? "Conflict" : code === 404 ? "WorkloadNotFound" : "InternalError";
  return new ActionError(reason, `Cannot ${doing}: ${code} ${error.message}`, { cause: error });
}

function notSignedIn(error: Refusal, doing: string, { endpoint, from, user }: Where): ActionError {
  const who = user === undefined ? `${from} names no user` : `the credentials of user "${user}" in ${from}`;
  const what = user === undefined ? "a user is needed" : "have expired, or are for another cluster";
  return new ActionError(
    "AuthenticationFailed",
    `Cannot ${doing}: ${endpoint} answered 401: ${who} ${what}`,
    {
      cause: error,
    },
  );
}

function forbidden(error: Refusal, doing: string): ActionError {
  const missing = missingRule(error);
  if (missing === undefined) {
    return new ActionError("PermissionDenied", `Cannot ${doing}: 403 ${error.message}`, { cause: error });
  }
  return new ActionError(
    "PermissionDenied",
    `Cannot ${doing}: 403 for ${missing.user}; grant ${missing.grant}`,
    {
      detail: [...missing.lines, `The API server says: ${error.message}`],
      cause: error,
    },
  );
}
