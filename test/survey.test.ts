import { expect, test } from "vitest";
import { instant } from "../src/core/model/instant.ts";
import type { Target } from "../src/core/model/workload.ts";
import type { SnapshotRequest } from "../src/ports.ts";
import type { Rollout } from "../src/rollout.ts";
import { survey } from "../src/survey.ts";
import { node, podSpec, scenario } from "./core/capacity/builders.ts";
import { aTarget, aWorkload } from "./core/workloads.ts";

const [empty, , next] = scenario({
  replicas: 3,
  nodes: [node("n1", { cpu: "4" })],
  pod: podSpec({ cpu: "1" }),
});
const whole = aTarget(aWorkload(), 3);
const of = (workload: Partial<Target["workload"]>): Target => ({
  ...whole,
  workload: { ...whole.workload, ...workload },
});
const scaled = of({ generation: 4, replicas: 5 });
const edited = of({ generation: 4, template: { ...whole.workload.template, json: "theirs" } });

/** Surveys a cluster whose workload reads like this, one after the other; the last one again and again. */
async function surveyed(targets: readonly Target[], pagesAtMs: readonly number[] = []) {
  const asked: Target[] = [];
  const said: string[] = [];
  let reads = 0;
  let now = 0;
  const world = {
    cluster: {
      snapshot: async ({ target, onProgress }: SnapshotRequest) => {
        asked.push(target);
        for (const [index, at] of pagesAtMs.entries()) {
          now = at;
          onProgress?.({ nodes: 1, pods: 500 * (index + 1) });
        }
        return empty;
      },
      target: async () => targets[Math.min(reads++, targets.length - 1)],
    },
    clock: { now: () => instant(now) },
    log: { info: (text: string) => said.push(text) },
  };
  const { signal } = new AbortController();
  const { snapshot, target } = await survey({ world, signal } as unknown as Rollout, whole, next);
  return { gaps: snapshot.gaps, target, asked, said };
}

test("survey() reads once where the workload stands still", async () => {
  const { gaps, asked, target } = await surveyed([whole]);
  expect(gaps).toEqual([]);
  expect(asked).toEqual([whole]);
  expect(target).toBe(whole);
});

test("survey() reads once more where the workload was scaled meanwhile, and judges what stands then", async () => {
  const { gaps, asked, target } = await surveyed([scaled]);
  expect(gaps).toEqual([]);
  expect(asked).toEqual([whole, scaled]);
  expect(target).toBe(scaled);
});

test("survey() is not certain where the workload moves each time", async () => {
  const { gaps, asked } = await surveyed([scaled, of({ generation: 5, replicas: 6 })]);
  expect(asked).toHaveLength(2);
  expect(gaps).toEqual([
    { what: "deployment/web", why: "deployment/web was changed while the cluster was read" },
  ]);
});

test("survey() does not read again for another template, to which the plan does not belong", async () => {
  const { gaps, asked } = await surveyed([edited]);
  expect(asked).toHaveLength(1);
  expect(gaps).toMatchObject([{ what: "deployment/web" }]);
});

test("survey() tells how far it is each time when it takes over two seconds, and not before", async () => {
  const { said } = await surveyed([whole], [100, 1_999, 2_000, 2_500, 4_100]);
  expect(said).toEqual([
    "Reading the cluster: 1 node and 1500 pods so far",
    "Reading the cluster: 1 node and 2500 pods so far",
  ]);
});
