import type { LogExcerpt } from "../../core/diagnosis/finding.ts";
import { type Instant, instant } from "../../core/model/instant.ts";
import type { WorkloadRef } from "../../core/model/workload.ts";
import { ActionError } from "../../core/reason.ts";
import type { LogRequest, Observation } from "../../core/rollout/rollout.ts";
import type { Watch } from "../../ports.ts";
import type { Api } from "./api.ts";
import { Bell, pause } from "./bell.ts";
import { type CachedKind, RolloutCache } from "./cache.ts";
import { toActionError } from "./errors.ts";
import { type Change, Feed, type FeedOptions, type Raw } from "./feed.ts";
import { eventFeed, FOLLOWED, ownedFeeds, workloadFeed } from "./followed.ts";
import { Freshness } from "./freshness.ts";
import { beat } from "./heartbeat.ts";
import { readLog } from "./logs.ts";
import type { Pace } from "./pace.ts";
import { isOlder } from "./resource-version.ts";
import type { Tap } from "./tap.ts";

/** What a watch is made of. */
export interface WatchOptions {
  readonly api: Api;
  readonly ref: WorkloadRef;
  readonly uid: string;
  readonly signal: AbortSignal;
  readonly warn: (text: string) => void;
  readonly pace: Pace;
  readonly tap?: Tap | undefined;
}

/** Observes one workload by four feeds into one cache. Throws `ActionError` when it cannot go on; ends at the signal. */
export class LiveWatch implements Watch {
  readonly #options: WatchOptions;
  readonly #pace: Pace;
  readonly #cache: RolloutCache;
  readonly #fresh = new Freshness();
  readonly #changed = new Bell();
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #feeds: Feed[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #asked = new Set<string>();
  #answers: LogExcerpt[] = [];
  #workload: Raw | undefined;
  #failure: unknown;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#pace = options.pace;
    this.#cache = new RolloutCache(options.ref, options.uid);
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
  }

  ask(requests: readonly LogRequest[], lines: number): void {
    const { api, ref } = this.#options;
    for (const request of requests) {
      const key = `${request.pod}/${request.container}/${request.previous}`;
      if (this.#asked.has(key)) continue;
      this.#asked.add(key);
      const answered = readLog(api, { ref, request, lines }, this.#signal).then((excerpt) => {
        this.#asked.delete(key);
        this.#answers.push(excerpt);
        this.#changed.ring();
      });
      this.#run(answered);
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Observation, void, undefined> {
    try {
      this.#start();
      await this.#firstLists();
      while (!this.#signal.aborted) {
        if (this.#failure !== undefined) throw this.#failure;
        yield this.#observe();
        await pause(this.#pace.restMs, this.#signal);
        await this.#changed.wait(this.#pace.tickMs - this.#pace.restMs, this.#signal);
      }
    } finally {
      this.#stop.abort(new Error("the watch was left"));
      await Promise.allSettled(this.#running);
    }
  }

  #observe(): Observation {
    const logs = this.#answers;
    this.#answers = [];
    return this.#cache.observation(now(), this.#fresh.at, logs);
  }

  /** The workload comes first: its selector tells which ReplicaSets and pods to follow. */
  #start(): void {
    const { api, ref, tap } = this.#options;
    tap?.begin();
    this.#follow(workloadFeed(ref));
    this.#follow(eventFeed(ref));
    // Lists that come again and again prove by themselves that the API is there.
    if (this.#pace.listMs !== undefined) return;
    const [ofWorkload] = this.#feeds;
    this.#run(
      beat({
        api,
        ref,
        silenceMs: this.#pace.silenceMs,
        silence: () => now() - this.#fresh.heardAt,
        seen: () => ofWorkload?.version,
        took: (workload) => this.#takeRead(workload),
        failed: () => this.#fresh.doubt(),
        gone: () => this.#workload && ofWorkload?.reopen("list"),
        distrust: () => {
          for (const feed of this.#feeds) feed.reopen("resume");
        },
        signal: this.#signal,
      }),
    );
  }

  #follow(options: FeedOptions): void {
    const { api, ref } = this.#options;
    const { kind } = options;
    const taker = {
      heard: () => this.#fresh.heard(),
      opened: () => this.#fresh.opened(kind),
      spoke: () => this.#fresh.spoke(kind),
      ended: () => this.#fresh.ended(kind),
      list: (objects: readonly Raw[]) => this.#takeList(kind, objects),
      change: (type: Change, object: Raw) => this.#takeChange(kind, type, object),
    };
    this.#fresh.expect(kind);
    const feed = new Feed(api, options, taker, this.#pace);
    this.#feeds.push(feed);
    const doing = `watch the ${FOLLOWED[kind]} of deployment ${ref.namespace}/${ref.name}`;
    this.#run(
      feed.run(this.#signal).catch((error: unknown) => {
        const told = toActionError(error, doing, api.where);
        if (kind !== "Event" || !(told instanceof ActionError)) throw told;
        this.#options.warn([`${told.message}; the report will lack events`, ...told.detail].join("\n"));
      }),
    );
  }

  #takeList(kind: CachedKind, objects: readonly Raw[]): void {
    this.#fresh.told(kind);
    this.#cache.replace(kind, objects);
    this.#options.tap?.listed(kind, objects);
    if (kind === "Deployment") this.#note(objects[0]);
    this.#changed.ring();
  }

  #takeChange(kind: CachedKind, type: Change, object: Raw): void {
    if (kind === "Deployment") {
      // A read between the streams may have brought a newer one already.
      if (isOlder(object.metadata.resourceVersion, this.#workload?.metadata.resourceVersion)) return;
      this.#note(object);
    }
    this.#cache.apply(type, object);
    this.#options.tap?.told(type, object);
    this.#changed.ring();
  }

  #takeRead(workload: Raw): void {
    this.#fresh.told("Deployment");
    if (isOlder(this.#workload?.metadata.resourceVersion, workload.metadata.resourceVersion)) {
      this.#takeChange("Deployment", "MODIFIED", workload);
    }
  }

  #note(workload: Raw | undefined): void {
    this.#workload = workload;
    if (workload === undefined || this.#feeds.some(({ kind }) => kind === "Pod")) return;
    for (const options of ownedFeeds(this.#options.ref, workload)) this.#follow(options);
  }

  /** Until then an empty cache would look like a workload that was deleted. */
  async #firstLists(): Promise<void> {
    const { api, ref } = this.#options;
    const until = now() + this.#pace.firstMs;
    while (!this.#isComplete() && this.#failure === undefined && !this.#signal.aborted) {
      if (now() > until) {
        const message = `Cannot watch deployment ${ref.namespace}/${ref.name}: ${api.where.endpoint} gave no list of it, its ReplicaSets and pods`;
        throw new ActionError("ApiUnavailable", message);
      }
      await this.#changed.wait(this.#pace.tickMs, this.#signal);
    }
  }

  #isComplete(): boolean {
    const listed = this.#feeds.filter((feed) => feed.listed).map(({ kind }) => kind);
    const owned = listed.includes("ReplicaSet") && listed.includes("Pod");
    return listed.includes("Deployment") && (owned || this.#workload === undefined);
  }

  #run(work: Promise<void>): void {
    const settled = work
      .catch((error: unknown) => {
        this.#failure ??= error;
        this.#changed.ring();
      })
      .finally(() => this.#running.delete(settled));
    this.#running.add(settled);
  }
}

const now = (): Instant => instant(Date.now());
