import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";

/** A request that came to a front. */
export interface Asked {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Status that it was answered with; `undefined` while, or because, it never was. */
  status?: number;
}

/** What a front answers. A stream goes on as it comes. */
export interface Answer {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Readable;
}

/** Which requests are meant. All that is given must hold; `{}` is every request. */
export type Match =
  | {
      readonly method?: string;
      /** Matched anywhere in the path, which has no query. */
      readonly path?: RegExp;
      readonly watch?: boolean;
      readonly dryRun?: boolean;
    }
  | ((asked: Asked) => boolean);

/** What goes wrong with one request. */
export type Fault =
  /** An answer that the server behind did not give, and to a question that it did not get. */
  | ({ readonly kind: "answer" } & Answer)
  /** The connection is reset: `before` the request is passed on, or `after`, so that only its answer is lost. */
  | { readonly kind: "reset"; readonly when: "before" | "after" }
  /** Half-open: the connection stays, and no answer comes, ever. */
  | { readonly kind: "silence"; readonly when: "before" | "after" }
  /** The answer begins, and breaks off this long after its head: by a reset, or by silence. */
  | { readonly kind: "cut"; readonly afterMs: number; readonly by: "reset" | "silence" }
  /** Passed on this much later, even when nobody waits for the answer any more. */
  | { readonly kind: "delay"; readonly ms: number };

/** What becomes of connections, whatever is asked on them. */
export type Line =
  | "open"
  /** Nothing listens: connections are refused, those that are open end. */
  | "refused"
  /** Connections are accepted, or stay, and nothing comes back. What was held back goes on when it is opened. */
  | "silent"
  /** Connections are accepted and reset. */
  | "reset"
  /** The server shows a certificate of an authority that nobody knows. */
  | "wrong-certificate"
  /** The server answers, but does not speak TLS. */
  | "garbage";

/** Whether a request is one of those meant. */
export function matches(match: Match, asked: Asked): boolean {
  if (typeof match === "function") return match(asked);
  const { method, path, watch, dryRun } = match;
  return (
    (method === undefined || method === asked.method) &&
    (path === undefined || path.test(asked.path)) &&
    (watch === undefined || watch === isWatch(asked)) &&
    (dryRun === undefined || dryRun === asked.query.has("dryRun"))
  );
}

const isWatch = ({ query }: Asked): boolean => ["true", "1"].includes(query.get("watch") ?? "");

const REASONS: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  410: "Expired",
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServiceUnavailable",
  504: "Timeout",
};

/** An answer as an API server gives it: a `Status` with this code. 429 and 503 may say when to come again. */
export function status(
  code: number,
  more: { readonly message?: string; readonly retryAfter?: number } = {},
): Fault {
  return {
    kind: "answer",
    status: code,
    headers: {
      "content-type": "application/json",
      ...(more.retryAfter !== undefined && { "retry-after": String(more.retryAfter) }),
    },
    body: JSON.stringify(statusOf(code, more.message ?? `injected ${code}`)),
  };
}

/** An answer as a load balancer gives it in the server's stead: no JSON. */
export const html = (code: number): Fault => ({
  kind: "answer",
  status: code,
  headers: { "content-type": "text/html; charset=UTF-8" },
  body: `<html><title>Error ${code}</title></html>`,
});

/** The line with which an API server ends a watch when it has forgotten what that would resume from. */
export const expired = `${JSON.stringify({ type: "ERROR", object: statusOf(410, "too old resource version: 1 (2)") })}\n`;

/** A watch that is answered with 410 in its stream, and nothing else. */
export const expiredWatch: Fault = {
  kind: "answer",
  status: 200,
  headers: { "content-type": "application/json" },
  body: expired,
};

function statusOf(code: number, message: string) {
  const reason = REASONS[code] ?? "";
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code };
}
