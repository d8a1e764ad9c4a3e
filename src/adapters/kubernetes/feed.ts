import { performance } from "node:perf_hooks";
import type { V1Status } from "@kubernetes/client-node";
import { type Api, pages, pathOf, type Query } from "./api.ts";
import { backOff } from "./back-off.ts";
import { Bell } from "./bell.ts";
import type { CachedKind } from "./cache.ts";
import { Refusal } from "./failure.ts";
import { isFinal } from "./final.ts";
import { SHORT_MS } from "./freshness.ts";
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
  /** The API answered a part of a list. */
  heard(): void;
  /** A stream stands. */
  opened(): void;
  /** A stream told something, be it only a bookmark. */
  spoke(): void;
  /** The stream, if there was one, is over. */
  ended(): void;
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
const LIST_MS = 30_000;
const OPEN_MS = 15_000;
/** One list, then one watch after another, each from where the last one ended; or one list after another. */
export class Feed {
  readonly #api: Api;
  readonly #options: FeedOptions;
  readonly #taker: FeedTaker;
  readonly #pace: FeedPace;
  #version: string | undefined;
  #listed = false;
  #mustList = true;
  #stream = new AbortController();
  /** When the current stream was opened, `undefined` before. */
  #openedAt: number | undefined;
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
      const startedAt = performance.now();
      this.#openedAt = undefined;
      const failure = await this.#turn(signal);
      if (signal.aborted) return;
      failures = this.#stood(failure) ? 0 : failures + 1;
      if (isFinal(failure, failures)) throw failure;
      const rest = failures === 0 ? this.#restSince(startedAt) : this.#pauseAfter(failures, failure);
      await this.#reopened.wait(rest, signal);
    }
  }

  /** Reads the list where that is needed, then one stream to its end. Resolves to what broke it, if anything did. */
  async #turn(signal: AbortSignal): Promise<unknown> {
    try {
      if (this.#mustList || this.#listsOnly) await this.#list(signal);
      if (!this.#listsOnly) await this.#follow(signal);
      return;
    } catch (error) {
      if (error instanceof Refusal && error.code === 410) this.#mustList = true;
      return error;
    } finally {
      this.#taker.ended();
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
      this.#taker.heard();
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
    this.#openedAt = performance.now();
    this.#taker.opened();
    for await (const line of jsonLines(body)) this.#take(line as WatchEvent);
  }

  #take(event: WatchEvent): void {
    if (event.type === "ERROR")
      throw new Refusal(event.object.code ?? 500, JSON.stringify(event.object), NOTHING);
    this.#taker.spoke();
    if (event.type !== "BOOKMARK") this.#taker.change(event.type, event.object);
    this.#version = event.object.metadata.resourceVersion ?? this.#version;
  }

  get #listsOnly(): boolean {
    return this.#pace.listMs !== undefined;
  }

  /** A stream that ends soon, be it without a failure, is no success: the next one waits as after a failure. */
  #stood(failure: unknown): boolean {
    if (this.#listsOnly) return failure === undefined;
    return this.#openedAt !== undefined && performance.now() - this.#openedAt > SHORT_MS;
  }

  /** The next stream begins at once, the next list in its time. */
  #restSince(startedAt: number): number {
    return Math.max(0, startedAt + (this.#pace.listMs ?? 0) - performance.now());
  }

  /** A server that wants a longer pause than we take is asked too soon rather than lost from sight. */
  #pauseAfter(failures: number, failure: unknown): number {
    const wanted = failure instanceof Refusal ? (failure.retryAfterMs ?? 0) : 0;
    const own = backOff(failures, this.#pace, Math.random());
    return Math.max(own, Math.min(wanted, this.#pace.longestPauseMs));
  }
}

const NOTHING = { method: "GET", path: "", query: new URLSearchParams() };
