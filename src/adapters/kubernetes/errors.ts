import { ActionError, type ReasonCode } from "../../core/reason.ts";
import type { Authenticator } from "./credentials.ts";
import { NoAnswer, Refusal } from "./failure.ts";
import type { GoogleError } from "./google-error.ts";
import { missingRule } from "./missing-rule.ts";
import { unreachable } from "./unreachable.ts";

/** Whom we speak to and as whom, as a message names them. */
export interface Where extends Pick<Authenticator, "as" | "refused"> {
  /** Host and port of the API server. */
  readonly endpoint: string;
  /** Host and port of the proxy, if there is one. */
  readonly proxy: string | undefined;
  /** The kubeconfig, with its path, or whatever else told of the cluster. */
  readonly from: string;
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
  const { endpoint, as } = where;
  switch (error.stage) {
    case "sign-in": {
      // Whoever signs in throws `ActionError` where no second try would help.
      const message = `Cannot sign in as ${as}: ${error.message}`;
      return new ActionError("ApiUnavailable", message, { cause: error });
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
  const { code, status, google } = error;
  if (code === 401) return notSignedIn(error, doing, where);
  if (code === 429 || code >= 500) {
    const message = `Cannot ${doing}: ${where.endpoint} answered ${code} (${error.message}), also when tried again`;
    return new ActionError("ApiUnavailable", message, { cause: error });
  }
  if (google !== undefined) return googleRefusal(error, google, doing, where);
  if (status.reason === undefined) {
    const message = `Cannot ${doing}: ${where.endpoint} answered ${code}, but not as a Kubernetes API server does; check the server in ${where.from}`;
    return new ActionError("ClusterUnreachable", message, { detail: [error.message], cause: error });
  }
  if (code === 403) return forbidden(error, doing);
  const reason = code === 409 ? "Conflict" : code === 404 ? "WorkloadNotFound" : "InternalError";
  return new ActionError(reason, `Cannot ${doing}: ${code} ${error.message}`, { cause: error });
}

function notSignedIn(error: Refusal, doing: string, { endpoint, refused }: Where): ActionError {
  const message = `Cannot ${doing}: ${endpoint} answered 401: ${refused}`;
  return new ActionError("AuthenticationFailed", message, { detail: saidBy(error), cause: error });
}

/** Google's own words; those of an API server say no more than the code. */
const saidBy = ({ google }: Refusal): readonly string[] =>
  google === undefined ? [] : [`Google says: ${google.message}`];

/** Google refused before the API server was asked: in front of a DNS endpoint, or of the Connect Gateway. */
function googleRefusal(error: Refusal, google: GoogleError, doing: string, where: Where): ActionError {
  const permission = google.metadata.permission ?? PERMISSION.exec(google.message)?.[1];
  const grant = permission?.startsWith("gkehub.gateway.") ? `; grant it ${GATEWAY_ROLE}` : "";
  const lacking =
    permission === undefined ? "" : `; ${where.as} lacks the IAM permission ${permission}${grant}`;
  const message = `Cannot ${doing}: ${where.endpoint} answered ${error.code} before the cluster was asked (${google.message})${lacking}`;
  return new ActionError(GOOGLE_REASONS[error.code] ?? "ClusterUnreachable", message, { cause: error });
}

/** `Permission 'gkehub.gateway.get' denied on resource …`, where no fact beside the text names it. */
const PERMISSION = /\bpermission ['"]?(\w+(?:\.\w+){2,})/i;

/** Holds what the Connect Gateway asks for each method; its reader may send no review, nor write. */
const GATEWAY_ROLE = "roles/gkehub.gatewayEditor";

/** A 404 is for the cluster, or its membership: the objects in it are not Google's. */
const GOOGLE_REASONS: Readonly<Record<number, ReasonCode>> = {
  403: "PermissionDenied",
  404: "ClusterNotFound",
};

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
