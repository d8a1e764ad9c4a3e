import { changeOf, type RecordedEvent } from "../../../scripts/replay.ts";
import type { Wire } from "./objects.ts";
import type { Random } from "./random.ts";

const COMBINED = "(combined from similar events): ";

/**
 * What a watch makes of a recording: everything comes late by up to 3 s, and objects overtake each other; events are
 * lost, merged, without times, or 20 s late; a status in between is never seen; things come twice.
 * Events of a reason in `kept` come, for nothing else tells of them.
 */
export function disturbed(
  events: readonly RecordedEvent[],
  random: Random,
  kept: ReadonlySet<string>,
): readonly RecordedEvent[] {
  const change = changeOf(events)?.index ?? 0;
  const passing = passingIn(events);
  const fates = new Map<string, Fate>();
  const latest = new Map<string, number>();
  const most = random.between(0, 3);
  const seen = events.flatMap((event, index): readonly RecordedEvent[] => {
    if (index <= change) return [event];
    const uid = uidOf(event);
    const fate = fates.get(uid) ?? fateOf(random);
    fates.set(uid, fate);
    if (isLost(event, passing.has(event), { fate, random, kept })) return [];
    const t = Math.max(event.t + random.between(0, most) + lateness(event, fate), latest.get(uid) ?? 0);
    latest.set(uid, t);
    const shown = {
      ...event,
      t,
      object: event.object.kind === "Event" ? retold(event.object, fate) : event.object,
    };
    return random.chance(0.1) ? [shown, shown] : [shown];
  });
  return seen.toSorted((one, other) => one.t - other.t);
}

/** What is followed by something else of the same object within 3 s. */
function passingIn(events: readonly RecordedEvent[]): ReadonlySet<RecordedEvent> {
  const byObject = Map.groupBy(events, uidOf).values();
  const next = [...byObject].flatMap((own) => own.map((event, index) => [event, own[index + 1]] as const));
  return new Set(
    next.flatMap(([event, after]) => (after !== undefined && after.t - event.t < 3 ? [event] : [])),
  );
}

/** What befalls one event on its way. */
interface Fate {
  readonly isLost: boolean;
  readonly late: number;
  readonly form: "plain" | "series" | "untimed";
  readonly isCombined: boolean;
}

const fateOf = (random: Random): Fate => ({
  isLost: random.chance(0.3),
  late: random.chance(0.2) ? random.between(0, 20) : 0,
  form: random.pick(["plain", "plain", "series", "untimed"]),
  isCombined: random.chance(0.3),
});

function isLost(
  { type, object }: RecordedEvent,
  isPassing: boolean,
  { fate, random, kept }: { fate: Fate; random: Random; kept: ReadonlySet<string> },
): boolean {
  if (object.kind === "Event") return !kept.has(String(object.reason)) && (fate.isLost || random.chance(0.2));
  return isPassing && type === "MODIFIED" && object.kind === "Pod" && random.chance(0.2);
}

const lateness = ({ object }: RecordedEvent, { late }: Fate): number => (object.kind === "Event" ? late : 0);

/** The same event as another source or an older client writes it. */
function retold(object: RecordedEvent["object"], { form, isCombined }: Fate): RecordedEvent["object"] {
  const { count, firstTimestamp, lastTimestamp, message, ...rest } = object;
  const times = Number(count ?? 1);
  const text = isCombined && times > 1 ? COMBINED + String(message) : message;
  const none: Wire = { firstTimestamp: null, lastTimestamp: null };
  switch (form) {
    case "plain":
      return { ...object, message: text };
    case "series": {
      const series = times > 1 ? { series: { count: times, lastObservedTime: lastTimestamp } } : {};
      return { ...rest, ...none, ...series, message: text, eventTime: firstTimestamp };
    }
    case "untimed":
      return { ...rest, ...none, count, message: text };
    default:
      return form satisfies never;
  }
}

const uidOf = ({ object }: RecordedEvent): string => (object.metadata as { uid: string }).uid;
