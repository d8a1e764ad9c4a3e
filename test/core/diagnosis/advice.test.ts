import { expect, test } from "vitest";
import { RolloutCache } from "../../../src/adapters/kubernetes/cache.ts";
import { CAUSES } from "../../../src/core/diagnosis/causes/index.ts";
import { emptyMemory, remember } from "../../../src/core/diagnosis/memory.ts";
import { newPodsOf, sceneOf } from "../../../src/core/diagnosis/scene.ts";
import type { Symptom } from "../../../src/core/diagnosis/symptom.ts";
import { instant } from "../../../src/core/model/instant.ts";
import { replicaSetOf } from "../../../src/core/replica-set.ts";
import { goalOf } from "../../../src/core/rollout/goal.ts";
import type { Synthesised } from "../../recordings/synthesised/record.ts";
import { SYNTHESISED } from "../../recordings/synthesised/rows.ts";

/** All symptoms that the end of a recording shows to a watch that begins there. */
function symptomsAtTheEndOf({ events }: Synthesised): readonly Symptom[] {
  const cache = new RolloutCache({ kind: "Deployment", namespace: "shop", name: "web" }, undefined);
  for (const { type, object } of events) cache.apply(type, object);
  const observation = cache.observation(instant(0), instant(0), []);
  const { workload, replicaSets } = observation;
  if (workload === undefined) return [];
  const goal = goalOf("forward", workload, {
    since: instant(0),
    replicasBefore: 1,
    autoscaled: false,
    order: { timeoutMs: 1, stableForMs: "auto", readinessPatienceMs: "auto", logLines: 0 },
    images: [],
  });
  const pods = newPodsOf(replicaSetOf(goal.templateJson, replicaSets), observation);
  const memory = remember(emptyMemory, pods, observation, 0);
  const scene = sceneOf({ goal, observation, workload, memory, logs: new Map(), now: 0 });
  return CAUSES.flatMap((cause) => cause.detect(scene));
}

test("every symptom of the catalogue says what to do, where and in whose words, each in one sentence", () => {
  const symptoms = SYNTHESISED.flatMap(symptomsAtTheEndOf);
  expect(symptoms.length).toBeGreaterThan(150);
  for (const { reason, summary, message, next } of symptoms) {
    expect(next.length, reason).toBeGreaterThan(0);
    expect(
      next.every(({ text }) => /^[A-Z`].*[^.]$/.test(text)),
      reason,
    ).toBe(true);
    expect(summary, reason).toMatch(/[^.]$/);
    expect(message, reason).not.toBe("");
  }
});

test("every code that a cause may give is shown by some recording", () => {
  const shown = new Set(SYNTHESISED.flatMap(symptomsAtTheEndOf).map(({ reason }) => reason));
  const promised = new Set(CAUSES.flatMap(({ reasons }) => reasons));
  expect([...promised].filter((reason) => !shown.has(reason))).toEqual([]);
});
