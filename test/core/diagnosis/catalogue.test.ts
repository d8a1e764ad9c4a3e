import { describe, expect, test } from "vitest";
import { replay } from "../../../scripts/replay.ts";
import type { Synthesised } from "../../recordings/synthesised/record.ts";
import type { Expected } from "../../recordings/synthesised/row.ts";
import { ROWS, SYNTHESISED } from "../../recordings/synthesised/rows.ts";

/** What is wrong with the verdict on a recording; empty when nothing is. */
function faultsOf({ events, meta, expect: expected }: Synthesised): string {
  const { result, reason, container, pod, at } = replay(events, meta);
  const told = `${result} ${reason} ${container ?? "-"}`;
  const wanted = `${expected.result} ${expected.reason} ${expected.container ?? "-"}`;
  if (told !== wanted) return `${told} @${at}, not ${wanted}`;
  if (!isInTime(at, expected)) return `${told} @${at}, not within ${expected.from} and ${expected.by}`;
  return expected.container !== null && pod === null ? "names no pod" : "";
}

const isInTime = (at: number, { result, from, by }: Expected): boolean =>
  result === "pending" || (at >= from && at <= by);

const FAILURES = SYNTHESISED.filter(({ expect: expected }) => expected.result === "failed");

describe("the catalogue of failures", () => {
  test.each(SYNTHESISED)("$name", (recording) => {
    expect(faultsOf(recording)).toBe("");
  });

  test("has names of their own, sources, and every number from 1 to 58", () => {
    expect(new Set(SYNTHESISED.map(({ name }) => name)).size).toBe(SYNTHESISED.length);
    expect(SYNTHESISED.every(({ meta }) => meta.synthesised && meta.source !== "")).toBe(true);
    const numbers = new Set(ROWS.map(({ row }) => Number.parseInt(row, 10)));
    const missing = Array.from({ length: 58 }, (_, index) => index + 1).filter((each) => !numbers.has(each));
    expect(missing).toEqual([]);
  });

  test("is named right at least 95 times in 100, and never a timeout", () => {
    const verdicts = FAILURES.map(({ events, meta, expect: expected }) => ({
      ...replay(events, meta),
      expected,
    }));
    const right = verdicts.filter(({ reason, expected }) => reason === expected.reason);
    console.info(`${right.length} of ${verdicts.length} synthesised failures named right`);
    expect(verdicts.length).toBeGreaterThanOrEqual(100);
    expect(right.length / verdicts.length).toBeGreaterThanOrEqual(0.95);
    expect(verdicts.filter(({ reason }) => reason === "Timeout")).toEqual([]);
  });

  test("gives the same bytes whenever it is played", () => {
    for (const { events, meta } of FAILURES.slice(0, 20)) {
      expect(JSON.stringify(replay(events, meta))).toBe(JSON.stringify(replay(events, meta)));
    }
  });
});
