import { type Instant, instant } from "../../core/model/instant.ts";
import type { CachedKind } from "./cache.ts";

/** A stream that ends sooner, in milliseconds, and without a word, has proven nothing. */
export const SHORT_MS = 1_000;

interface Standing {
  /** Up to when all that happened to this kind was told. */
  readonly at: Instant;
  /** Since when a stream tells all that happens; `undefined` while none stands, or none is trusted. */
  readonly since: Instant | undefined;
}

/**
 * Up to when the feeds have told all. While its stream stands, a feed that is silent is as fresh as the last word
 * of the API, whoever got it; without one it is as old as the last that it told. Events do not count: no verdict
 * stands on them alone.
 */
export class Freshness {
  #heardAt: Instant = now();
  readonly #standings = new Map<CachedKind, Standing>();

  /** When the API last answered or reported anything. */
  get heardAt(): Instant {
    return this.#heardAt;
  }

  /** Up to when every feed that counts has told all. */
  get at(): Instant {
    const all = [...this.#standings.values()];
    return instant(Math.min(...all.map(({ at, since }) => (since === undefined ? at : this.#heardAt))));
  }

  /** A feed begins; until it has told something, it counts as told at this moment. */
  expect(kind: CachedKind): void {
    if (kind !== "Event") this.#standings.set(kind, { at: now(), since: undefined });
  }

  /** The API answered something, be it only a part. */
  heard(): void {
    this.#heardAt = now();
  }

  /** A list or a read told the state of a kind as it is now. */
  told(kind: CachedKind): void {
    this.heard();
    this.#set(kind, ({ since }) => ({ at: this.#heardAt, since }));
  }

  /** A stream was opened: it will tell all that happens from here on, but has told nothing. */
  opened(kind: CachedKind): void {
    this.heard();
    this.#set(kind, ({ at }) => ({ at, since: this.#heardAt }));
  }

  /** A stream told something, be it only a bookmark. */
  spoke(kind: CachedKind): void {
    this.heard();
    this.#set(kind, () => ({ at: this.#heardAt, since: this.#heardAt }));
  }

  /** A stream is over. Its silence counts if it stood for a while. */
  ended(kind: CachedKind): void {
    this.#set(kind, ({ at, since }) => {
      const stood = since !== undefined && this.#heardAt - since > SHORT_MS;
      return { at: stood ? this.#heardAt : at, since: undefined };
    });
  }

  /** The API did not answer: no stream is trusted until it speaks or is opened anew. */
  doubt(): void {
    for (const kind of this.#standings.keys()) this.ended(kind);
  }

  #set(kind: CachedKind, change: (before: Standing) => Standing): void {
    const before = this.#standings.get(kind);
    if (before !== undefined) this.#standings.set(kind, change(before));
  }
}

const now = (): Instant => instant(Date.now());
