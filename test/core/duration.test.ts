import { expect, test } from "vitest";
import { formatDuration } from "../../src/core/duration.ts";

test.each([
  [0, "0s"],
  [140, "0.1s"],
  [4_200, "4.2s"],
  [9_949, "9.9s"],
  [9_950, "10s"],
  [59_600, "1m"],
  [180_000, "3m"],
  [3_723_000, "1h2m3s"],
])("formatDuration(%i) is %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
