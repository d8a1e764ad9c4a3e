import { formatDuration } from "../duration.ts";
import type { Instant } from "../model/instant.ts";

/** The most that ECMAScript's calendar knows, in milliseconds. */
const LAST = 8_640_000_000_000_000;

/** ISO 8601 in UTC with milliseconds: `2026-11-24T21:03:07.120Z`. What no calendar knows becomes its nearest end. */
export function toIso(at: Instant): string {
  const ms = Number.isFinite(at) ? Math.trunc(Math.min(LAST, Math.max(-LAST, at))) : 0;
  // biome-ignore lint/style/noRestrictedGlobals: formats a given time, reads no clock
  return new Date(ms).toISOString();
}

/** Time on the clock in UTC, to the second: `2026-11-24 21:03:07 UTC`. */
export function toClock(at: Instant): string {
  return `${toIso(at)
    .replace("T", " ")
    .replace(/\.\d+Z$/, "")} UTC`;
}

/** Time since `base`: `+12s`. Clocks differ by less than a second, so that much before `base` is `+0s`. */
export function toOffset(at: Instant, base: Instant): string {
  const ms = at - base;
  return ms <= -1_000 ? `−${formatDuration(-ms)}` : `+${formatDuration(ms)}`;
}
