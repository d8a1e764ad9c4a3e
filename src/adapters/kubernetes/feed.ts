import { performance } from "node:perf_hooks";
import type { V1Status } from "@kubernetes/client-node";
import { ActionError } from "../../core/reason.ts";
import { type Api, pages, pathOf, type Query } from "./api.ts";
import { backOff } from "./back-off.ts";
import { Bell } from "./bell.ts";
import type { CachedKind } from "./cache.ts";
import { Refusal } from "./failure.ts";
import { jsonLines } from "./json-lines.ts";
import type { FeedPace } from "./pace.ts";

/** A raw object, as far as a feed looks at it. */
export interface Raw {
  readonly metadata: { readonly name?: string; readonly resourceVersion?: string };
}

/** What a watch says of an object. */
export type Change = "ADDED" | "MODIFIED" | "DELETED";

/** What a feed tells as it goes. */
export interface FeedTaker {
  /** Takes a whole list: what is not in it is gone. */
  list(objects: readonly Raw[]): void;
  change(type: Change, object: Raw): void;
  /** The API answered or reported something, be it only a bookmark. */
  fresh(): void;
}

/** Which objects a feed follows. */
export interface FeedOptions {
  readonly kind: CachedKind;
  readonly path: string;
  readonly query: Query;
  /** What not to keep of a long list. */
  readonly keep?: (object: Raw) => boolean;
}

type WatchEvent =
  | { readonly type: Change | "BOOKMARK"; readonly object: Raw }
  | { readonly type: "ERROR"; readonly object: V1Status };

/** A stream that outlives its time by this much is dead, though its connection may seem to stand. */
const OVERDUE_MS = 10_000;
/** A stream that ends sooner, without a word, is no success: it is opened again with the pause of a failure. */
const SHORT_MS = 1_000;
const LIST_MS = 30_000;
const OPEN_MS = 15_000;
/** A refusal (401, 403, 404) of a feed that has worked before must stand this often to be believed. */
const BELIEVED_AFTER = 5;

/** One list, then one watch after another, each from where the last one ended. */
export class Feed {
  readonly #api: Api;
  readonly #options: FeedOptions;
  readonly #taker: FeedTaker;
  readonly #pace: FeedPace;
  #version: string | undefined;
  #listed = false;
  #mustList = true;
  #stream = new AbortController();
  readonly #reopened = new Bell();

  constructor(api: Api, options: FeedOptions, taker: FeedTaker, pace: FeedPace) {
    this.#api = api;
    this.#options = options;
    this.#taker = taker;
    this.#pace = pace;
  }

  get kind(): CachedKind {
    return this.#options.kind;
  }

  /** Whether the first list is there. */
  get listed(): boolean {
    return this.#listed;
  }

  /** Version up to which this feed has seen everything. */
  get version(): string | undefined {
    return this.#version;
  }

  /** Gives up the current stream, or the pause before the next, for a new one; `list` first reads all again. */
  reopen(how: "resume" | "list"): void {
    if (how === "list") this.#mustList = true;
    this.#stream.abort();
    this.#reopened.ring();
  }

  /** Follows until the signal aborts. Rejects with the failure that no further try would change. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const started = performance.now();
      const failure = await this.#turn(signal);
      if (signal.aborted) return;
      if (performance.now() - started > SHORT_MS) failures = 0;
      else failures += 1;
      if (this.#isFinal(failure, failures)) throw failure;
      const wanted = failure instanceof Refusal ? (failure.retryAfterMs ?? 0) : 0;
      await this.#reopened.wait(Math.max(wanted, this.#pauseAfter(failures)), signal);
    }
  }

  /** Reads the list where that is needed, then one stream to its end. Resolves to what broke it, if anything did. */
  async #turn(signal: AbortSignal): Promise<unknown> {
    try {
      if (this.#mustList) await this.#list(signal);
      await this.#follow(signal);
      return;
    } catch (error) {
      if (error instanceof Refusal && error.code === 410) this.#mustList = true;
      return error;
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const objects: Raw[] = [];
    const { path, query, keep = () => true } = this.#options;
    let version: string | undefined;
    for await (const page of pages<Raw>(
      this.#api,
      { path, query, once: true, deadlineMs: LIST_MS },
      signal,
    )) {
      for (const object of page.items) if (keep(object)) objects.push(object);
      version = page.metadata.resourceVersion;
      this.#taker.fresh();
    }
    this.#version = version;
    this.#listed = true;
    this.#mustList = false;
    this.#taker.list(objects);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { path, query } = this.#options;
    const { streamSeconds } = this.#pace;
    this.#stream = new AbortController();
    const overdue = AbortSignal.timeout(streamSeconds * 1000 + OVERDUE_MS);
    const watch = pathOf(path, {
      ...query,
      watch: "true",
      allowWatchBookmarks: "true",
      resourceVersion: this.#version,
      timeoutSeconds: streamSeconds,
    });
    const body = await this.#api.transport.open(
      { method: "GET", path: watch, once: true, deadlineMs: OPEN_MS },
      AbortSignal.any([signal, this.#stream.signal, overdue]),
    );
    this.#taker.fresh();
    for await (const line of jsonLines(body)) this.#take(line as WatchEvent);
  }

  #take(event: WatchEvent): void {
    if (event.type === "ERROR")
      throw new Refusal(event.object.code ?? 500, JSON.stringify(event.object), NOTHING);
    this.#taker.fresh();
    if (event.type !== "BOOKMARK") this.#taker.change(event.type, event.object);
    this.#version = event.object.metadata.resourceVersion ?? this.#version;
  }

  /** Refusals count when they stand, or when nothing was ever read; a fault of our own code at once. */
  #isFinal(error: unknown, failures: number): boolean {
    if (error instanceof TypeError) return true;
    const refused =
      error instanceof ActionError ||
      (error instanceof Refusal && [400, 401, 403, 404, 405, 422].includes(error.code));
    return refused && (!this.#listed || failures >= BELIEVED_AFTER);
  }

  #pauseAfter(failures: number): number {
    return failures === 0 ? 0 : backOff(failures, this.#pace, Math.random());
  }
}

const NOTHING = { method: "GET", path: "", query: new URLSearchParams() };
