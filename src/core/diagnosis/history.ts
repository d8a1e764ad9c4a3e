import type { Instant, KubeEvent, Pod } from "../model.ts";
import { endedInstances } from "./container-ends.ts";
import { isOver, isReady } from "./pod-state.ts";

/**
 * What had happened, when the watch began, to pods that were then ready (they had recovered) or over (they had been
 * replaced): only what comes after counts.
 */
export interface History {
  /** Those pods, by uid. */
  readonly settled: Readonly<Record<string, "ready" | "over">>;
  /** Instances that had ended, by pod uid and container name. */
  readonly exits: Readonly<Record<string, number>>;
  /** Counts of events from then, by event uid. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Nothing happened before. */
export const noHistory: History = { settled: {}, exits: {}, counts: {} };

/** Sets aside what the first observation shows of the pods of the new revision. */
export function beginHistory(pods: readonly Pod[]): History {
  const settled = pods.filter((pod) => isReady(pod) || isOver(pod));
  const exits = settled.flatMap((pod) =>
    pod.containers.map((status) => [`${pod.uid}/${status.name}`, endedInstances(status)] as const),
  );
  return {
    settled: Object.fromEntries(settled.map((pod) => [pod.uid, isOver(pod) ? "over" : "ready"])),
    exits: Object.fromEntries(exits),
    counts: {},
  };
}

/** Sets aside events of settled pods from before `since`; they may be listed later than the pods. */
export function noteOldEvents(history: History, events: readonly KubeEvent[], since: Instant): History {
  const old = events.filter(
    ({ uid, firstSeen, regarding }) =>
      history.settled[regarding.uid] !== undefined && history.counts[uid] === undefined && firstSeen < since,
  );
  if (old.length === 0) return history;
  // Of one that went on meanwhile, only the first is known to be old, and the last to be new.
  const counts = old.map(({ uid, count, lastSeen }) => [uid, lastSeen < since ? count : count - 1] as const);
  return { ...history, counts: { ...history.counts, ...Object.fromEntries(counts) } };
}

/** How often an event was seen since the watch began. */
export const countSince = ({ counts }: History, { uid, count }: KubeEvent): number =>
  count - (counts[uid] ?? 0);

/** Whether an event speaks of what happened before the watch only. */
export const isHistory = (history: History, event: KubeEvent): boolean => countSince(history, event) <= 0;
