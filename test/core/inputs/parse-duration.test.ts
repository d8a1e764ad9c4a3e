import { describe, expect, it } from "vitest";
import { parseDuration } from "../../../src/core/inputs/parse-duration.ts";

/** What Go 1.25 answers, in milliseconds. */
const GO: readonly (readonly [text: string, ms: number])[] = [
  ["0", 0],
  ["-0", 0],
  ["0s", 0],
  ["15m", 900_000],
  ["1h30m", 5_400_000],
  ["1.5h", 5_400_000],
  [".5s", 500],
  ["1.s", 1000],
  ["+5s", 5000],
  ["-1s", -1000],
  ["500ms", 500],
  ["1500us", 2],
  ["2000\u00B5s", 2],
  ["2000\u03BCs", 2],
  ["3000000ns", 3],
  ["1m1ms", 60_001],
  ["30m1h", 5_400_000],
];

const GO_REFUSES = [
  "",
  "90",
  "2d",
  "1w",
  "1h 30m",
  "s",
  ".s",
  "1",
  "1.",
  "--1s",
  "1hh",
  "1S",
  "1s!",
  "15 m",
  "1e3s",
  "\u0661s",
];

describe("parseDuration()", () => {
  it.each(GO)("reads %j as %d ms, as Go does", (text, ms) => {
    expect(parseDuration(text)).toEqual({ kind: "ok", value: ms, warnings: [] });
  });

  it.each(GO_REFUSES)("refuses %j, as Go does", (text) => {
    expect(parseDuration(text).kind).toBe("wrong");
  });

  it("says when only the unit is missing", () => {
    expect(parseDuration("90")).toEqual({ kind: "wrong", why: "it has no unit" });
  });
});
