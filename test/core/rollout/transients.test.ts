import { describe, expect, test } from "vitest";
import { type RecordedEvent, readRecording } from "../../../scripts/replay.ts";
import { disturbed } from "../../recordings/transients/noise.ts";
import { type Random, randomOf } from "../../recordings/transients/random.ts";
import { recordingOf } from "../../recordings/transients/rollout.ts";
import { TRANSIENTS } from "../../recordings/transients/stories.ts";
import { type Watched, watchTo } from "../../recordings/transients/watch.ts";
import { endOf } from "./play.ts";

const RUNS = 100;

/** Milliseconds for all runs of one trouble, about one second where nothing else runs. */
const DEADLINE = 60_000;

/** Seeds and ends of the runs that do not succeed. */
function alarmsIn(
  make: (random: Random) => readonly RecordedEvent[],
  watched: (random: Random) => Watched,
  kept: readonly string[] = [],
): readonly string[] {
  const seeds = Array.from({ length: RUNS }, (_, index) => 7_919 * (index + 1));
  const ends = seeds.map((seed) => {
    const random = randomOf(seed);
    const events = disturbed(make(random), random, new Set(kept));
    const { decision, second } = watchTo(events, watched(random));
    return `${seed}: ${endOf({ decision, second, waitedFor: [], asked: [] })}`;
  });
  return ends.filter((end) => !end.includes(": succeeded"));
}

describe("step() lets a trouble pass that heals in time, whatever is late, lost or merged:", () => {
  test.each(TRANSIENTS)(
    "$name",
    ({ story, kept, blind }) => {
      const watched = (random: Random) => (blind === undefined ? {} : { blind: blind(random) });
      expect(alarmsIn((random) => recordingOf(story(random)), watched, kept)).toEqual([]);
    },
    DEADLINE,
  );

  test.each([
    "healthy",
    "crash-twice-then-ok",
    "configmap-late",
    "slow-readiness",
    "slow-start",
    "scaled-mid-rollout",
  ])(
    "the recording %s",
    (name) => {
      const path = new URL(`../../recordings/${name}.jsonl`, import.meta.url).pathname;
      const { events, meta } = readRecording(path);
      expect(
        alarmsIn(
          () => events,
          () => ({ meta }),
        ),
      ).toEqual([]);
    },
    DEADLINE,
  );
});

describe("step() tells of a trouble while it lasts:", () => {
  test.each(TRANSIENTS)("$name", ({ story, tells }) => {
    const said = new Set<string>();
    const runs = Array.from({ length: 5 }, (_, index) => recordingOf(story(randomOf(index + 1))));
    for (const events of runs) {
      watchTo(events, {
        note: (_goal, _observation, decision) => {
          if (decision.kind === "wait") said.add(decision.waitingFor);
          else said.add(JSON.stringify(decision));
        },
      });
    }
    expect([...said].join("\n")).toMatch(tells);
  });
});
