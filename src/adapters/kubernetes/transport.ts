import { type Dispatcher, interceptors } from "undici";
import { textOf } from "./body.ts";
import { Call } from "./call.ts";
import type { Credentials, Signer } from "./credentials.ts";
import { type ClusterProxy, createDispatcher } from "./dispatcher.ts";
import { Refusal } from "./failure.ts";
import type { Access } from "./kubeconfig.ts";
import { retryAfterOf, retryPolicy } from "./retry.ts";
import { warningsOf } from "./warnings.ts";

/** A request to the API. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Path and query, below the server's address. */
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds for the whole request with its repetitions; for a stream until its first byte. */
  readonly deadlineMs?: number;
  /** Sent once only: the caller has a better plan than a repetition. */
  readonly once?: true;
  /** Writes nothing, whatever its method (a dry run, a review): it is repeated like a read. */
  readonly writesNothing?: true;
}

/** A whole answer with a 2xx status. */
export interface ApiAnswer {
  readonly code: number;
  readonly text: string;
  readonly contentType: string;
  /** Texts of the `Warning` headers. */
  readonly warnings: readonly string[];
}

/** An answer without an end, read as it comes. Leaving the loop over it, or the signal, frees its connection. */
export type ApiStream = AsyncIterable<Uint8Array>;

/** The one way to an API server. Throws `Refusal`, `NoAnswer`, the sign-in's `ActionError`, or the signal's reason. */
export interface Transport {
  send(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer>;
  open(request: ApiRequest, signal: AbortSignal): Promise<ApiStream>;
  /** Ends everything that is under way, at once. */
  close(): Promise<void>;
}

/** What a transport is made of. */
export interface TransportOptions {
  readonly access: Access;
  readonly proxy: ClusterProxy;
  readonly authenticator: Signer;
  readonly userAgent: string;
  /** Takes method, path, status and milliseconds of each request: no query, header or body. */
  readonly debug?: ((line: string) => void) | undefined;
  /** Pause before the first repetition, in milliseconds. */
  readonly firstPauseMs?: number;
}

/** One try of a read waits this long for the head of its answer, and for each next part of its body. */
const TRY_MS = 15_000;
const FIRST_PAUSE_MS = 250;

/** How an answer is wanted: with its end, or as it comes. */
type Manner = "whole" | "stream";

interface Asking {
  readonly request: ApiRequest;
  readonly signal: AbortSignal;
  readonly manner: Manner;
}

type ReadAnswer<T> = (answer: Dispatcher.ResponseData) => Promise<T> | T;

/** Makes the transport over one keep-alive dispatcher; a rotated client certificate makes a new one. */
export const createTransport = (options: TransportOptions): Transport => new HttpTransport(options);

class HttpTransport implements Transport {
  readonly #options: TransportOptions;
  readonly #server: URL;
  readonly #dispatchers: Dispatchers;
  readonly #closing = new AbortController();

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#server = new URL(options.access.cluster.server);
    this.#dispatchers = dispatchersOf(options);
  }

  send(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> {
    return this.#run({ request, signal, manner: "whole" }, answerOf);
  }

  open(request: ApiRequest, signal: AbortSignal): Promise<ApiStream> {
    return this.#run({ request, signal, manner: "stream" }, streamOf);
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error("the connection was closed"));
    await this.#dispatchers.close();
  }

  async #run<T>({ request, signal, manner }: Asking, read: ReadAnswer<T>): Promise<T> {
    signal.throwIfAborted();
    const call = new Call(request, signal, this.#closing.signal);
    let outcome = "failed";
    try {
      const answer = await this.#exchangeSignedIn(call, manner);
      outcome = String(answer.statusCode);
      if (answer.statusCode < 300) return await read(answer);
      const { statusCode, headers } = answer;
      throw new Refusal(statusCode, await textOf(answer), call.asked, retryAfterOf(headers));
    } catch (error) {
      throw call.explain(error);
    } finally {
      call.settle();
      this.#debug(call, `${outcome} ${Math.round(call.elapsed())} ms`);
    }
  }

  /** A refused sign-in is tried once more with fresh credentials: the token may have ended early. */
  async #exchangeSignedIn(call: Call, manner: Manner): Promise<Dispatcher.ResponseData> {
    const credentials = await this.#signIn(call);
    const answer = await this.#exchange(call, manner, credentials);
    if (answer.statusCode !== 401) return answer;
    await answer.body.dump();
    this.#options.authenticator.forget(credentials);
    return this.#exchange(call, manner, await this.#signIn(call));
  }

  #signIn({ signal }: Call): Promise<Credentials> {
    return raced(this.#options.authenticator.credentials(), signal);
  }

  #exchange(call: Call, manner: Manner, credentials: Credentials): Promise<Dispatcher.ResponseData> {
    const { method, path, body, headers } = call.request;
    return this.#dispatcherFor(call, credentials).request({
      origin: this.#server.origin,
      path: this.#server.pathname.replace(/\/$/, "") + path,
      method,
      headers: {
        accept: "application/json",
        "user-agent": this.#options.userAgent,
        ...headers,
        ...credentials.headers,
      },
      body: body ?? null,
      signal: call.signal,
      headersTimeout: method === "GET" ? TRY_MS : 0,
      bodyTimeout: manner === "stream" ? 0 : TRY_MS,
    });
  }

  #dispatcherFor(call: Call, credentials: Credentials): Dispatcher {
    const agent = this.#dispatchers.for(credentials).compose(call.track);
    if (call.request.once) return agent;
    const retry = retryPolicy({
      call,
      firstPauseMs: this.#options.firstPauseMs ?? FIRST_PAUSE_MS,
      random: Math.random,
      say: (text) => this.#debug(call, text),
    });
    return agent.compose(interceptors.retry({ throwOnError: false, retry }));
  }

  #debug({ asked }: Call, text: string): void {
    const watch = asked.query.has("watch") ? " (watch)" : "";
    this.#options.debug?.(`${asked.method} ${asked.path}${watch} ${text}`);
  }
}

async function answerOf(answer: Dispatcher.ResponseData): Promise<ApiAnswer> {
  const { statusCode, headers } = answer;
  return {
    code: statusCode,
    text: await textOf(answer),
    contentType: String(headers["content-type"] ?? ""),
    warnings: warningsOf(headers.warning),
  };
}

const streamOf = ({ body }: Dispatcher.ResponseData): ApiStream => body;

interface Dispatchers {
  for(credentials: Credentials): Dispatcher;
  close(): Promise<void>;
}

/** The dispatcher in use, and its replacement when a client certificate rotates. */
function dispatchersOf({ access, proxy }: TransportOptions): Dispatchers {
  let current: { readonly cert: string; readonly dispatcher: Dispatcher } | undefined;
  return {
    for: (credentials) => {
      const cert = String(credentials.cert ?? "");
      if (current?.cert === cert) return current.dispatcher;
      void current?.dispatcher.close();
      current = { cert, dispatcher: createDispatcher(access, proxy, credentials) };
      return current.dispatcher;
    },
    close: async () => current?.dispatcher.destroy(),
  };
}

/** The promise, or the signal's reason if that comes first. */
function raced<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    // Also when the signal came first: a failure that nobody hears would end the process.
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
