import type { KubeEvent } from "../model/event.ts";

/** How often what these events tell has happened, in all. */
export const occurrencesIn = (events: readonly Pick<KubeEvent, "count">[]): number =>
  events.reduce((sum, { count }) => sum + count, 0);

/** How long after the first of these events the last one came, in milliseconds of their clock. */
export function spanOf(events: readonly Pick<KubeEvent, "firstSeen" | "lastSeen">[]): number {
  const first = Math.min(...events.map(({ firstSeen }) => firstSeen));
  const last = Math.max(...events.map(({ lastSeen }) => lastSeen));
  return events.length === 0 ? 0 : last - first;
}
