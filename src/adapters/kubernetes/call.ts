import { performance } from "node:perf_hooks";
import type { Dispatcher } from "undici";
import { ActionError } from "../../core/reason.ts";
import { type Asked, NoAnswer, Refusal } from "./failure.ts";
import type { ApiRequest } from "./transport.ts";
import { tunnelRefusal } from "./tunnel.ts";

/** A read may take this many milliseconds with all its repetitions, a write as long as the API server gives it. */
const READ_MS = 45_000;
const WRITE_MS = 60_000;

/** One request on its way: its deadline, how far it got, and what an error then means. */
export class Call {
  readonly request: ApiRequest;
  readonly asked: Asked;
  /** Aborts at the caller's signal, at the deadline, and when the transport closes. */
  readonly signal: AbortSignal;
  readonly #given: AbortSignal;
  readonly #deadline = new AbortController();
  readonly #ms: number;
  readonly #timer: NodeJS.Timeout;
  readonly #started = performance.now();
  #stage: NoAnswer["stage"] = "sign-in";

  constructor(request: ApiRequest, given: AbortSignal, closing: AbortSignal) {
    const [path = "", query] = request.path.split("?", 2);
    this.request = request;
    this.asked = { method: request.method, path, query: new URLSearchParams(query) };
    this.#given = given;
    this.signal = AbortSignal.any([given, closing, this.#deadline.signal]);
    this.#ms = request.deadlineMs ?? (request.method === "GET" ? READ_MS : WRITE_MS);
    this.#timer = setTimeout(() => this.#deadline.abort(), this.#ms);
  }

  /** Whether it may be repeated, or given up, without a second thought. */
  get reads(): boolean {
    return this.request.method === "GET" || this.request.writesNothing === true;
  }

  /** Milliseconds until the deadline. */
  left(): number {
    return this.#ms - this.elapsed();
  }

  elapsed(): number {
    return performance.now() - this.#started;
  }

  /** Whether the current try reached the server. */
  sent(): boolean {
    return this.#stage === "sent";
  }

  /** The answer is whole, or its head is there and the rest is a stream: the deadline is met. */
  settle(): void {
    clearTimeout(this.#timer);
  }

  /** undici interceptor: knows for each try whether the request went out, or the connection never stood. */
  readonly track: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
    this.#stage = "connect";
    return dispatch(options, {
      onRequestStart: (controller, context) => {
        this.#stage = "sent";
        handler.onRequestStart?.(controller, context);
      },
      onResponseStart: (...args) => handler.onResponseStart?.(...args),
      onResponseData: (...args) => handler.onResponseData?.(...args),
      onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
      onResponseError: (...args) => handler.onResponseError?.(...args),
    });
  };

  /**
   * What a failed exchange means. A write that may have gone through is `NoAnswer` even when the caller's signal
   * ended it: someone has to look. Otherwise the signal's reason comes back as it is.
   */
  explain(error: unknown): unknown {
    if (error instanceof Refusal || error instanceof ActionError) return error;
    const mayBeDone = !this.reads && this.sent();
    if (this.#given.aborted && !mayBeDone) return this.#given.reason;
    if (this.#deadline.signal.aborted) {
      return new NoAnswer(this.#stage, "TIMEOUT", `no answer within ${this.#ms / 1000} s`, this.asked, error);
    }
    return new NoAnswer(this.#stage, codeOf(error), messageOf(error), this.asked, error);
  }
}

/** Node's or undici's code of a failed exchange; `PROXY_503` where a proxy gave no tunnel. */
export function codeOf(error: unknown): string {
  const tunnel = tunnelRefusal(error);
  if (tunnel !== undefined) return `PROXY_${tunnel}`;
  return (error as NodeJS.ErrnoException).code?.toString() ?? "UNKNOWN";
}

/** All addresses of a host that failed share one `AggregateError` without a message. */
function messageOf(error: unknown): string {
  const tunnel = tunnelRefusal(error);
  if (tunnel !== undefined) return `the proxy refused the tunnel with ${tunnel}`;
  const { message, errors } = error as AggregateError;
  return message || (errors ?? []).map(messageOf).join("; ");
}
