import type { RetryHandler } from "undici";
import { backOff } from "./back-off.ts";
import { type Call, codeOf } from "./call.ts";

const MAX_RETRIES = 4;
const LONGEST_PAUSE_MS = 5_000;

/** Answers that pass by themselves. After 429 nothing was done, so that it may be tried again even for writes. */
const PASSING = new Set([429, 500, 502, 503, 504]);

/** Failures that no second try changes: a certificate, and a proxy that lets us not through, or not to there. */
const FINAL = /^(ERR_TLS_|ERR_SSL_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|PROXY_40[37])/;

/** What decides whether a request may be sent once more. */
export interface Attempt {
  readonly call: Pick<Call, "reads" | "left" | "sent" | "signal">;
  readonly firstPauseMs: number;
  readonly say: (text: string) => void;
  /** A number from 0 to 1, for the jitter. */
  readonly random: () => number;
}

/** What undici tells of a failed try; `statusCode` when there was an answer. */
interface Failure {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * Policy for undici's retry handler: reads are repeated after passing answers and broken connections, writes
 * only where the server has surely done nothing. Waits as `Retry-After` says, else twice as long each time, half
 * of it random. A wait that would outlast the deadline is none: the last answer stands.
 */
export function retryPolicy(attempt: Attempt): RetryHandler.RetryCallback {
  return (error, { state }, done) => {
    const pause = pauseAfter(error as Failure, state.counter, attempt);
    if (pause === undefined) return done(error);
    const { statusCode } = error as Failure;
    attempt.say(`${statusCode ?? codeOf(error)}, next try in ${Math.round(pause)} ms`);
    // undici clears the timer that is returned when the request is aborted.
    return setTimeout(() => done(null), pause);
  };
}

function pauseAfter(failure: Failure, tries: number, attempt: Attempt): number | undefined {
  if (tries > MAX_RETRIES || !mayRepeat(failure, attempt)) return;
  const pace = { firstPauseMs: attempt.firstPauseMs, longestPauseMs: LONGEST_PAUSE_MS };
  const pause = retryAfterOf(failure.headers) ?? backOff(tries, pace, attempt.random());
  return pause < attempt.call.left() ? pause : undefined;
}

function mayRepeat(failure: Failure, { call }: Attempt): boolean {
  if (call.signal.aborted) return false;
  const { statusCode } = failure;
  if (statusCode !== undefined) return statusCode === 429 || (call.reads && PASSING.has(statusCode));
  if (FINAL.test(codeOf(failure))) return false;
  return call.reads || !call.sent();
}

/** `Retry-After` in milliseconds. The API server sends seconds; a date is passed over. */
export function retryAfterOf(headers: Failure["headers"]): number | undefined {
  const seconds = Number(headers?.["retry-after"] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
