import { describe, expect, test } from "vitest";
import { type RecordedEvent, readRecording } from "../../../scripts/replay.ts";
import { toAnnotation } from "../../../src/core/report/annotation.ts";
import {
  emptyJournal,
  mergedEventsOf,
  noteObservation,
  timelineOf,
} from "../../../src/core/report/journal.ts";
import { toJson } from "../../../src/core/report/json.ts";
import { toOutputs } from "../../../src/core/report/outputs.ts";
import { toSummary } from "../../../src/core/report/summary.ts";
import { type Random, randomOf } from "../../recordings/transients/random.ts";
import { watchTo } from "../../recordings/transients/watch.ts";
import { play, STORIES } from "../report/stories.ts";

const NAMES = [
  "exit-1",
  "liveness-404",
  "sandbox-network",
  "quota-exceeded",
  "evicted-emptydir",
  "crash-twice-then-ok",
];

/** Everything that is decided and noted, as text. */
function traceOf(events: readonly RecordedEvent[], meta: ReturnType<typeof readRecording>["meta"]): string {
  let journal = emptyJournal;
  const decisions: string[] = [];
  let since: Parameters<typeof mergedEventsOf>[1] | undefined;
  watchTo(events, {
    meta,
    note: (goal, observation, decision) => {
      since = goal.since;
      journal = noteObservation(journal, goal, observation, decision);
      decisions.push(JSON.stringify(decision));
    },
  });
  const noted = since === undefined ? [] : mergedEventsOf(journal, since);
  return JSON.stringify({ decisions, timeline: timelineOf(journal), noted });
}

/** What happens within a second is seen at its end. */
const bySecond = (events: readonly RecordedEvent[]): readonly RecordedEvent[] => {
  const change = events.findIndex(({ t, object }) => t > 0 && object.kind === "Deployment");
  return events.map((event, index) => (index <= change ? event : { ...event, t: Math.ceil(event.t) }));
};

/** Another order of arrival within each second, each object's own changes in theirs; keys of objects too. */
function shuffled(events: readonly RecordedEvent[], random: Random): readonly RecordedEvent[] {
  const change = events.findIndex(({ t, object }) => t > 0 && object.kind === "Deployment");
  const rest = Map.groupBy(events.slice(change + 1), ({ t }) => t);
  const later = [...rest.values()].flatMap((group) => {
    const byObject = [...Map.groupBy(group, uidOf).values()];
    return byObject
      .map((own) => ({ own, rank: random.between(0, 1) }))
      .toSorted((one, other) => one.rank - other.rank)
      .flatMap(({ own }) => own);
  });
  return [...events.slice(0, change + 1), ...later].map((event) => ({
    ...event,
    object: reversed(event.object) as RecordedEvent["object"],
  }));
}

const uidOf = ({ object }: RecordedEvent): string => (object.metadata as { uid: string }).uid;

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, each]) => [key, reversed(each)]),
  );
}

describe("step() and the journal give the same bytes", () => {
  test.each(NAMES)(
    "a hundred times for %s, in whatever order things come",
    (name) => {
      const { events, meta } = readRecording(
        new URL(`../../recordings/${name}.jsonl`, import.meta.url).pathname,
      );
      const seen = bySecond(events);
      const orders = Array.from({ length: 50 }, (_, seed) => shuffled(seen, randomOf(seed + 1)));
      const again = Array.from({ length: 50 }, () => seen);
      expect(new Set([...again, ...orders].map((each) => traceOf(each, meta))).size).toBe(1);
    },
    60_000,
  );
});

test.each(Object.entries(STORIES))("a report has the same bytes every time: %s", async (_, story) => {
  const bytes = new Set<string>();
  for (let run = 0; run < 3; run += 1) {
    const report = await play(story);
    bytes.add(
      JSON.stringify([
        toSummary(report, { eventLimit: 50 }),
        toJson(report),
        toAnnotation(report),
        toOutputs(report, "/report.json"),
      ]),
    );
  }
  expect(bytes.size).toBe(1);
});
