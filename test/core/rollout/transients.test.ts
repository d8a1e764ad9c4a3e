import { describe, expect, test } from "vitest";
import { disturbed } from "../../recordings/transients/noise.ts";
import { randomOf } from "../../recordings/transients/random.ts";
import { recordingOf } from "../../recordings/transients/rollout.ts";
import { TRANSIENTS, type Transient } from "../../recordings/transients/stories.ts";
import { watchTo } from "../../recordings/transients/watch.ts";
import { endOf } from "./play.ts";

const RUNS = 100;

function endOfRun({ story, kept, blind }: Transient, seed: number): string {
  const random = randomOf(seed);
  const events = disturbed(recordingOf(story(random)), random, new Set(kept));
  const { decision, second } = watchTo(events, blind === undefined ? {} : { blind: blind(random) });
  return endOf({ decision, second, waitedFor: [], asked: [] });
}

describe("step() lets a trouble pass that heals in time, whatever is late, lost or merged:", () => {
  test.each(TRANSIENTS)("$name", (transient) => {
    const seeds = Array.from({ length: RUNS }, (_, index) => 7_919 * (index + 1));
    const alarms = seeds
      .map((seed) => `${seed}: ${endOfRun(transient, seed)}`)
      .filter((end) => !end.includes(": succeeded"));
    expect(alarms).toEqual([]);
  });
});
