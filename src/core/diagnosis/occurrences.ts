import type { KubeEvent } from "../model/event.ts";

/** How often what these events tell has happened, in all. */
export const occurrencesIn = (events: readonly Pick<KubeEvent, "count">[]): number =>
  events.reduce((sum, { count }) => sum + count, 0);
