import type { KubeEvent } from "../model/event.ts";
import type { Instant } from "../model/instant.ts";
import type { ContainerState, ContainerStatus, Pod } from "../model/pod.ts";
import type { Goal } from "../rollout/rollout.ts";
import { endedInstances } from "./container-ends.ts";
import { isOver, isReady } from "./pod-state.ts";

/**
 * What had happened, when the watch began, to pods that were then ready (they had recovered) or over (they had been
 * replaced), and to containers that ran where nothing new has to prove itself: only what comes after counts.
 */
export interface History {
  /** The pods that were over, by uid. */
  readonly over: Readonly<Record<string, true>>;
  /** Instances that had ended, by pod uid and container name. */
  readonly exits: Readonly<Record<string, number>>;
  /**
   * The latest time in the pod's status, by pod uid and container name, and by pod uid alone for what is said of a
   * pod as a whole. Its events are as old or newer by the same clock, the node's; ours may differ.
   */
  readonly until: Readonly<Record<string, Instant>>;
  /** Counts of events from then, by event uid. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Nothing happened before. */
export const noHistory: History = { over: {}, exits: {}, until: {}, counts: {} };

/** Sets aside what the first observation shows of the pods of the revision that is awaited. */
export function beginHistory(pods: readonly Pod[], { direction }: Pick<Goal, "direction">): History {
  const isPast = ({ state }: ContainerStatus): boolean => direction !== "forward" && state.kind === "running";
  const settled = pods.filter((pod) => isReady(pod) || isOver(pod));
  const containers = pods.flatMap((pod) =>
    pod.containers
      .filter((status) => settled.includes(pod) || isPast(status))
      .map((status) => ({ key: keyOf(pod.uid, status.name), status, until: latestIn(pod) })),
  );
  return {
    over: Object.fromEntries(pods.filter(isOver).map(({ uid }) => [uid, true as const])),
    exits: Object.fromEntries(containers.map(({ key, status }) => [key, endedInstances(status)])),
    until: Object.fromEntries([
      ...settled.map((pod) => [keyOf(pod.uid), latestIn(pod)] as const),
      ...containers.map(({ key, until }) => [key, until] as const),
    ]),
    counts: {},
  };
}

/** Sets aside the old events of what was set aside; they may be listed later than the pods. */
export function noteOldEvents(history: History, events: readonly KubeEvent[]): History {
  const counts = events.flatMap(({ uid, regarding, container, count, firstSeen, lastSeen }) => {
    const until = history.until[keyOf(regarding.uid, container)];
    if (until === undefined || history.counts[uid] !== undefined || firstSeen > until) return [];
    // Of one that went on since, only the first is known to be old, and the last to be new.
    return [[uid, lastSeen <= until ? count : count - 1] as const];
  });
  return counts.length === 0
    ? history
    : { ...history, counts: { ...history.counts, ...Object.fromEntries(counts) } };
}

/** How often an event was seen since the watch began. */
export const countSince = ({ counts }: History, { uid, count }: KubeEvent): number =>
  count - (counts[uid] ?? 0);

/** Whether an event speaks of what happened before the watch only. */
export const isHistory = (history: History, event: KubeEvent): boolean => countSince(history, event) <= 0;

const keyOf = (podUid: string, container = ""): string => `${podUid}/${container}`;

function latestIn({ createdAt, conditions, containers }: Pod): Instant {
  const changes = [
    ...conditions.map(({ lastTransition }) => lastTransition),
    ...containers.flatMap(({ state, lastState }) => [state, lastState].map(changedAt)),
  ];
  return changes.reduce<Instant>((latest, at) => (at !== undefined && at > latest ? at : latest), createdAt);
}

function changedAt(state: ContainerState | undefined): Instant | undefined {
  if (state?.kind === "running") return state.startedAt;
  return state?.kind === "terminated" ? state.finishedAt : undefined;
}
