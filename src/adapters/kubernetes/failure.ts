import type { V1Status } from "@kubernetes/client-node";
import { type GoogleError, toGoogleError } from "./google-error.ts";

/** What was asked of the API: enough to explain a failure, nothing secret. `path` is without the query. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

/**
 * The API answered, and not with a success. `status` is its own account, empty when the body was none; `google` is
 * Google's, where one of its APIs answered: by itself, or in front of the API server.
 */
export class Refusal extends Error {
  readonly code: number;
  readonly status: Pick<V1Status, "reason" | "message" | "details">;
  readonly google: GoogleError | undefined;
  readonly asked: Asked;
  /** `Retry-After` in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(code: number, body: string, asked: Asked, retryAfterMs?: number) {
    const json = parsed(body);
    const google = isStatus(json) ? undefined : toGoogleError(json);
    const status = isStatus(json) ? json : pageOf(body);
    super(google?.message ?? status.message ?? `HTTP ${code}`);
    this.name = "Refusal";
    this.code = code;
    this.status = status;
    this.google = google;
    this.asked = asked;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Whether an admission webhook that has to agree could not be asked, which the API server tells in its text alone.
 * Source: apiserver/pkg/admission/plugin/webhook/{mutating,validating}/dispatcher.go (v0.36.3), `ErrCallingWebhook`.
 */
export const isWebhookSilent = ({ code, message }: Refusal): boolean =>
  code === 500 && message.includes("failed calling webhook");

/**
 * Whether an admission webhook itself said no; it chooses the code.
 * Source: apiserver/pkg/admission/plugin/webhook/errors/statuserror.go (v0.36.3), `ToStatusErr`.
 */
export const fromWebhook = ({ message }: Refusal): boolean =>
  /^admission webhook ".+" denied the request/.test(message);

/**
 * No (whole) answer came. `stage` tells how far it got: before `sent` nothing reached the server, so nothing was
 * done; after `sent` only reading tells. `code` is Node's or undici's, `TIMEOUT` for our own deadline,
 * `PROXY_503` for a proxy that gave no tunnel.
 */
export class NoAnswer extends Error {
  readonly stage: "sign-in" | "connect" | "sent";
  readonly code: string;
  readonly asked: Asked;

  constructor(stage: NoAnswer["stage"], code: string, message: string, asked: Asked, cause?: unknown) {
    super(message, { cause });
    this.name = "NoAnswer";
    this.stage = stage;
    this.code = code;
    this.asked = asked;
  }
}

/** Longest text of a body that is no `Status` (a proxy's page) that is kept for the message. */
const PAGE_TEXT = 200;

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Something in between answered, not an API.
    return;
  }
}

function pageOf(body: string): Pick<V1Status, "message"> {
  const text = body
    .replaceAll(/<[^>]*>|\s+/g, " ")
    .trim()
    .slice(0, PAGE_TEXT);
  return text === "" ? {} : { message: text };
}

const isStatus = (json: unknown): json is V1Status =>
  typeof json === "object" && json !== null && "kind" in json && json.kind === "Status";
