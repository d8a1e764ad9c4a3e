import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type RecordedEvent, readRecording, replay, toReplayLine } from "../../scripts/replay.ts";

interface Expected {
  readonly result: string;
  readonly reason: readonly string[];
  readonly container: string | null;
  readonly at_most: number;
}

const FOLDER = new URL("../recordings/", import.meta.url).pathname;

const RECORDINGS = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".jsonl"))
  .map((name) => {
    const { events, meta } = readRecording(FOLDER + name);
    const text = readFileSync(FOLDER + name.replace(".jsonl", ".meta.json"), "utf8");
    return { name: name.replace(".jsonl", ""), events, meta, expect: JSON.parse(text).expect as Expected };
  });

const HEALING = RECORDINGS.filter((each) => each.expect.result === "succeeded");

/** What events alone tell: without them the kubelet's status says only that a container ended, or waits. */
const TOLD_BY_EVENTS = new Set([
  "liveness-404",
  "startup-refused",
  "sandbox-network",
  "volume-configmap-missing",
  "volume-key-missing",
]);

function named(name: string): (typeof RECORDINGS)[number] {
  const found = RECORDINGS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no recording ${name}`);
  return found;
}

const isEvent = ({ object }: RecordedEvent): boolean => object.kind === "Event";

/** Delivers every object's changes late, in their order, and never before the change itself. */
function delayed(events: readonly RecordedEvent[], delayOf: () => number): readonly RecordedEvent[] {
  const latest = new Map<string, number>();
  const change = events.findIndex(({ t, object }) => t > 0 && object.kind === "Deployment");
  const late = events.map((event, index) => {
    if (index <= change) return event;
    const { uid } = event.object.metadata as { uid: string };
    const t = Math.max(event.t + delayOf(), latest.get(uid) ?? 0);
    latest.set(uid, t);
    return { ...event, t };
  });
  return late.toSorted((a, b) => a.t - b.t);
}

describe("replay() of real recordings", () => {
  test.each(RECORDINGS)("$name ends as it should, in time", ({ events, meta, expect: expected }) => {
    const verdict = replay(events, meta);
    expect(verdict).toMatchObject({ result: expected.result, container: expected.container });
    expect(expected.reason).toContain(verdict.reason);
    expect(verdict.at).toBeLessThanOrEqual(expected.at_most);
  });

  test.each(RECORDINGS.filter(({ name }) => !TOLD_BY_EVENTS.has(name)))(
    "$name ends the same when every event is lost",
    ({ events, meta, expect: expected }) => {
      const verdict = replay(
        events.filter((event) => !isEvent(event)),
        meta,
      );
      expect(verdict).toMatchObject({ result: expected.result, container: expected.container });
      expect(expected.reason).toContain(verdict.reason);
      expect(verdict.at).toBeLessThanOrEqual(expected.at_most);
    },
  );

  test.each(RECORDINGS)("$name ends the same when everything is delivered twice", (recording) => {
    const twice = recording.events.flatMap((event) => [event, event]);
    expect(replay(twice, recording.meta)).toEqual(replay(recording.events, recording.meta));
  });

  test.each(RECORDINGS)(
    "$name keeps its cause when deliveries are late and some events are lost",
    (recording) => {
      const { events, meta, name } = recording;
      const property = fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (seed) => {
        const random = randomOf(seed);
        const kept = events.filter((event) => !isEvent(event) || TOLD_BY_EVENTS.has(name) || random() < 0.6);
        const verdict = replay(
          delayed(kept, () => random() * 3),
          { ...meta, duration: (meta.duration ?? 0) + 60 },
        );
        expect(verdict.result).toBe(recording.expect.result);
        expect(recording.expect.reason).toContain(verdict.reason);
      });
      fc.assert(property, { numRuns: 4, seed: 7 });
    },
  );

  test.each(HEALING)("$name is never failed, however late things are seen", ({ events, meta }) => {
    const property = fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (seed) => {
      const random = randomOf(seed);
      const verdict = replay(
        delayed(events, () => random() ** 2 * 10),
        { ...meta, duration: 600 },
      );
      expect(verdict.result).toBe("succeeded");
    });
    fc.assert(property, { numRuns: 8, seed: 11 });
  });

  test.each(["exit-1", "sandbox-network", "healthy"])(
    "%s gives the same bytes every time",
    (name) => {
      const { events, meta } = named(name);
      const lines = new Set(Array.from({ length: 100 }, () => toReplayLine(name, replay(events, meta))));
      expect(lines.size).toBe(1);
    },
    60_000,
  );
});

describe("replay() of what is no whole rollout", () => {
  test("stays pending to the end of the recording when nothing is decided", () => {
    const { events, meta } = named("readiness-404");
    expect(replay(events, { ...meta, duration: 60 })).toMatchObject({
      result: "pending",
      reason: "",
      at: 60,
    });
  });

  test("stays pending where the template never changes", () => {
    const { events, meta } = named("healthy");
    const before = events.filter(({ t }) => t < 0);
    expect(replay(before, meta)).toMatchObject({ result: "pending", container: null, pod: null });
  });
});

describe("toReplayLine()", () => {
  test("prints the keys in their order, and the time with three decimals", () => {
    const { events, meta } = named("superseded");
    expect(toReplayLine("a.jsonl", replay(events, meta))).toBe(
      '{"file":"a.jsonl","result":"superseded","reason":"Superseded",' +
        '"message":"somebody else changed the pod template of deployment/web",' +
        '"container":null,"pod":null,"at":8.017}',
    );
  });
});

/** Small and repeatable. Source: Marsaglia, "Xorshift RNGs" (2003). */
function randomOf(seed: number): () => number {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  };
}
