import { occurrencesIn } from "../diagnosis/occurrences.ts";
import type { KubeEvent } from "../model/event.ts";
import { type Instant, instant } from "../model/instant.ts";
import type { MergedEvent } from "./report.ts";

/** Most events of one workload that are remembered; routine ones and the oldest give way. */
const MOST_EVENTS = 10_000;

/** Times of events have whole seconds, and a clock of their own; krane allows as much. */
export const CLOCK_SLACK_MS = 5_000;

/** What every healthy pod goes through. */
const ROUTINE: ReadonlySet<string> = new Set([
  "Scheduled",
  "Pulling",
  "Pulled",
  "Created",
  "Started",
  "SuccessfulCreate",
]);

/** Whether an event tells nothing that a healthy rollout would not. */
export const isRoutine = ({ type, reason }: Pick<KubeEvent, "type" | "reason">): boolean =>
  type === "Normal" && ROUTINE.has(reason);

/** Adds the events of the objects in `concerned`; of two versions of one event the later stays. */
export function keepEvents(
  known: ReadonlyMap<string, KubeEvent>,
  seen: readonly KubeEvent[],
  concerned: ReadonlySet<string>,
): ReadonlyMap<string, KubeEvent> {
  const news = seen.filter(
    (event) => concerned.has(event.regarding.uid) && isNewer(event, known.get(event.uid)),
  );
  if (news.length === 0) return known;
  const all = new Map(known);
  for (const event of news) all.set(event.uid, event);
  return all.size <= MOST_EVENTS ? all : withoutLeast(all);
}

/** Merges equal events of several objects that were seen since `since`, oldest first. */
export function mergeEvents(events: readonly KubeEvent[], since: Instant): MergedEvent[] {
  const recent = events.filter(({ lastSeen }) => lastSeen >= since - CLOCK_SLACK_MS);
  return [...Map.groupBy(recent, likeness).values()]
    .map(merged)
    .toSorted((one, other) => one.firstSeen - other.firstSeen || one.lastSeen - other.lastSeen);
}

function isNewer(event: KubeEvent, known: KubeEvent | undefined): boolean {
  return known === undefined || event.lastSeen > known.lastSeen || event.count > known.count;
}

function withoutLeast(events: ReadonlyMap<string, KubeEvent>): ReadonlyMap<string, KubeEvent> {
  const worth = (event: KubeEvent): number => (isRoutine(event) ? 0 : event.lastSeen);
  const best = [...events].toSorted(([, one], [, other]) => worth(other) - worth(one));
  return new Map(best.slice(0, MOST_EVENTS));
}

/** Pods of one revision differ in name, uid, address and how long something took; the message is compared without. */
function likeness({ type, reason, message, regarding }: KubeEvent): string {
  const { kind, name, uid } = regarding;
  const general = message
    .replaceAll(name || "\0", "{}")
    .replaceAll(uid || "\0", "{uid}")
    .replace(/\{\}-[a-z0-9]{5}\b/g, "{}")
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, "{ip}")
    .replace(/\b(?:\d+h)?(?:\d+m)?\d+(?:\.\d+)?m?s\b/g, "{time}");
  return [kind, type, reason, general].join("\0");
}

function merged(group: readonly KubeEvent[]): MergedEvent {
  const newest = group.reduce((best, next) => (next.lastSeen > best.lastSeen ? next : best));
  const objects = new Set(group.map(({ regarding }) => `${regarding.kind.toLowerCase()}/${regarding.name}`));
  return {
    type: newest.type,
    reason: newest.reason,
    message: newest.message,
    objects: [...objects].toSorted(),
    count: occurrencesIn(group),
    firstSeen: instant(Math.min(...group.map(({ firstSeen }) => firstSeen))),
    lastSeen: newest.lastSeen,
  };
}
