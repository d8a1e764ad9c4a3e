import { expect, test } from "vitest";
import { goalOf } from "../../../src/core/rollout/goal.ts";
import { aCondition, at, aWorkload } from "./play.ts";

const known = {
  since: at(0),
  replicasBefore: 2,
  autoscaled: true,
  order: { timeoutMs: 1, stableForMs: "auto", readinessPatienceMs: "auto", logLines: 0 },
  images: [],
} as const;

test("goalOf() takes from the answer to our write what the controller had said of progress", () => {
  const progressing = aCondition("Progressing", "True", { lastUpdate: at(-40) });
  const available = aCondition("Available", "True", { lastUpdate: at(-5) });
  const goal = goalOf("back", aWorkload({ conditions: [available, progressing] }), known);
  expect(goal).toMatchObject({
    progressedAt: at(-40),
    replicasBefore: 2,
    autoscaled: true,
    room: [],
    readLogs: false,
  });
});

test("goalOf() knows of no progress where the controller had said nothing", () => {
  expect(goalOf("forward", aWorkload(), known).progressedAt).toBeUndefined();
});
