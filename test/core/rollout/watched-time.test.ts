import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { advance, startWatching, type WatchedTime } from "../../../src/core/rollout/watched-time.ts";
import { at } from "./play.ts";

const started = startWatching({ since: at(0) });

/** Observes at pairs of second and second of the last read. */
const observing = (...observed: readonly (readonly [second: number, fresh: number])[]): WatchedTime =>
  observed.reduce((time, [second, fresh]) => advance(time, { at: at(second), freshAt: at(fresh) }), started);

describe("advance()", () => {
  test.each([
    [
      "all of it while reads come",
      [
        [3, 3],
        [6, 6],
      ],
      6_000,
      0,
    ],
    [
      "5 s after the last read, and no more",
      [
        [3, 3],
        [20, 3],
      ],
      8_000,
      12_000,
    ],
    [
      "again once a read comes",
      [
        [3, 3],
        [20, 3],
        [21, 21],
        [22, 22],
      ],
      9_000,
      13_000,
    ],
    [
      "nothing of a gap that nobody watched either",
      [
        [3, 3],
        [100, 100],
      ],
      8_000,
      92_000,
    ],
    [
      "nothing when the clock is set back",
      [
        [4, 4],
        [2, 2],
        [6, 6],
      ],
      6_000,
      0,
    ],
  ] as const)("counts %s", (_, observed, now, blind) => {
    expect(observing(...observed)).toMatchObject({ now, blind });
  });

  test("splits all time into watched and blind", () => {
    const seconds = fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { maxLength: 30 });
    fc.assert(
      fc.property(seconds, (steps) => {
        let second = 0;
        const observed = steps.map(([pause, age]) => {
          second += pause;
          return [second, Math.max(0, second - age)] as const;
        });
        const { now, blind } = observing(...observed);
        expect(now + blind).toBe(second * 1000);
        expect(Math.min(now, blind)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
