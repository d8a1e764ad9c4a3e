import { expect, test } from "vitest";
import { ordinalEnding } from "../../../src/core/capacity/stateful-set.ts";

const given = { replicas: 3, partition: 0, parallel: false, unready: [], fits: () => true };

test("ordinalEnding() completes when each new pod fits in its turn", () => {
  expect(ordinalEnding(given)).toEqual({ kind: "completes" });
});

test("ordinalEnding() stops at the first ordinal, from above, that finds no room", () => {
  const ending = ordinalEnding({ ...given, fits: (ordinal) => ordinal !== 1 });
  expect(ending).toEqual({ kind: "stalls", ordinal: 1, updated: 1 });
});

test("ordinalEnding() does not ask for ordinals below the partition", () => {
  const fits = (ordinal: number) => ordinal >= 2;
  expect(ordinalEnding({ ...given, partition: 2, fits })).toEqual({ kind: "completes" });
  expect(ordinalEnding({ ...given, partition: 1, fits }).kind).toBe("stalls");
});

test("ordinalEnding() is blocked by a pod that is not Ready, unless pods are managed in parallel", () => {
  expect(ordinalEnding({ ...given, unready: [0] })).toEqual({ kind: "stalls", ordinal: 0, updated: 0 });
  expect(ordinalEnding({ ...given, unready: [0], parallel: true })).toEqual({ kind: "completes" });
});
