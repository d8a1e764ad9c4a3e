import type { Instant } from "../model/instant.ts";
import type { Goal, Observation } from "./rollout.ts";

/**
 * The one clock of the engine: only time in which the cluster answered counts, so that an outage of the API server
 * ripens no verdict.
 */
export interface WatchedTime {
  readonly at: Instant;
  readonly freshAt: Instant;
  /** Milliseconds that counted since our write was answered. */
  readonly now: number;
  /** Milliseconds that did not. */
  readonly blind: number;
}

/** A read that is older than this, in milliseconds, says nothing of the present. */
const FRESH_MS = 5_000;

/** Starts at our write. */
export const startWatching = ({ since }: Pick<Goal, "since">): WatchedTime => ({
  at: since,
  freshAt: since,
  now: 0,
  blind: 0,
});

/** Advances to an observation. A clock that was set back stands still. */
export function advance(
  before: WatchedTime,
  { at, freshAt }: Pick<Observation, "at" | "freshAt">,
): WatchedTime {
  const until = later(at, before.at);
  const fresh = later(freshAt, before.freshAt);
  const blind =
    overlap(before.at, until, before.freshAt + FRESH_MS, fresh) +
    overlap(before.at, until, fresh + FRESH_MS, until);
  const passed = until - before.at;
  return { at: until, freshAt: fresh, now: before.now + passed - blind, blind: before.blind + blind };
}

/** Whether the cluster has not answered for so long that time stands still. */
export const isBlind = ({ at, freshAt }: WatchedTime): boolean => at - freshAt > FRESH_MS;

const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);

const overlap = (from: number, to: number, start: number, end: number): number =>
  Math.max(0, Math.min(to, end) - Math.max(from, start));
