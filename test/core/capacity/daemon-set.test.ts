import { expect, test } from "vitest";
import { daemonEnding } from "../../../src/core/capacity/daemon-set.ts";

test("daemonEnding() completes when no node refuses", () => {
  expect(daemonEnding({ nodes: 5, refusing: 0, allowed: 1 })).toEqual({ kind: "completes" });
});

test("daemonEnding() updates all willing nodes while fewer refuse than may be out", () => {
  expect(daemonEnding({ nodes: 5, refusing: 1, allowed: 2 })).toEqual({ kind: "stalls", least: 4, most: 4 });
});

test("daemonEnding() may stop at any point once as many refuse as may be out", () => {
  expect(daemonEnding({ nodes: 5, refusing: 2, allowed: 2 })).toEqual({ kind: "stalls", least: 0, most: 3 });
});
