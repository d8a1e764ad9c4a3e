import type { BackOff } from "./back-off.ts";

/** Times of a feed. */
export interface FeedPace extends BackOff {
  /** Life of a stream, after which the server ends it: one that fell silent is not trusted for longer. */
  readonly streamSeconds: number;
  /** So often, in milliseconds, a list is read instead of a stream; `undefined` where streams do. */
  readonly listMs?: number;
}

/** Times of a watch in milliseconds. */
export interface Pace extends FeedPace {
  /** Least time between two Observations, and the longest. */
  readonly restMs: number;
  readonly tickMs: number;
  /** Silence after which the workload is read, to know that the API is there. */
  readonly silenceMs: number;
  /** Longest wait for the first lists. */
  readonly firstMs: number;
}

/** At most 3 requests a second, when all streams fail too. */
export const PACE: Pace = {
  restMs: 250,
  tickMs: 1_000,
  silenceMs: 2_000,
  firstMs: 300_000,
  streamSeconds: 30,
  firstPauseMs: 500,
  longestPauseMs: 8_000,
};

/** Instead of streams: a list is there before the last one is 5 s old, at which age it would say nothing any more. */
export const LISTS: Pace = { ...PACE, listMs: 4_000 };
