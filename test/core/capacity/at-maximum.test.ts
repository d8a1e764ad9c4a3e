import { expect, test } from "vitest";
import { checkCapacity } from "../../../src/core/capacity/check.ts";
import type { CapacityVerdict } from "../../../src/core/capacity/verdict.ts";
import { cautionsOf } from "../../../src/core/capacity/words.ts";
import { NO_AUTOSCALING } from "../../../src/core/model/autoscaling.ts";
import type { HorizontalPodAutoscaler } from "../../../src/core/model/horizontal-pod-autoscaler.ts";
import { quota } from "./admission/builders.ts";
import { groupOf, poolNode, present } from "./autoscaling/clusters.ts";
import { node, olds, placed, podSpec, rolling, type Scenario, scenario } from "./builders.ts";

const web = { group: "apps", kind: "Deployment", name: "web" };
const to = (maxReplicas: number, extra: Partial<HorizontalPodAutoscaler> = {}): HorizontalPodAutoscaler => ({
  name: "web-scaler",
  target: web,
  maxReplicas,
  scalesUp: true,
  ...extra,
});

/** Two replicas on nodes with room for six pods in all. */
const six: Scenario = {
  replicas: 2,
  nodes: [node("a", { cpu: "3" }), node("b", { cpu: "3" })],
  pods: olds("a", 2, { cpu: "1" }),
  pod: podSpec({ cpu: "1" }),
};

const check = (
  scalers: readonly HorizontalPodAutoscaler[],
  { snapshot, ...more }: Partial<Scenario> = {},
): CapacityVerdict => checkCapacity(...scenario({ ...six, ...more, snapshot: { scalers, ...snapshot } }));

test("checkCapacity() warns where the nodes have no room for as many replicas as there may come to be", () => {
  const verdict = check([to(10)]);
  expect(verdict).toMatchObject({
    verdict: "WILL_COMPLETE",
    completes: { at: 2, of: 2 },
    atMaximum: { scaler: "web-scaler", replicas: 10, lacking: "nodes", most: 6 },
  });
  expect(cautionsOf(verdict)).toEqual([
    "Pre-check: HorizontalPodAutoscaler web-scaler may scale to 10 replicas, but the nodes of today have room for 6 new pods at most",
  ]);
});

test("checkCapacity() takes a maximum that is as good as none, the largest that the API has", () => {
  expect(check([to(2 ** 31 - 1)])).toMatchObject({
    atMaximum: { replicas: 2 ** 31 - 1, lacking: "nodes", most: 6 },
  });
});

test("checkCapacity() warns where only old pods would be in the way", () => {
  const verdict = check([to(6)], { strategy: rolling(1, 0) });
  expect(verdict).toMatchObject({
    verdict: "WILL_COMPLETE",
    atMaximum: { replicas: 6, lacking: "old pods", most: 4 },
  });
  expect(cautionsOf(verdict)).toEqual([
    "Pre-check: HorizontalPodAutoscaler web-scaler may scale to 6 replicas; if it does before the old pods are gone, the rollout may stop at 4 of 6 new pods",
  ]);
});

test("checkCapacity() warns where quotas do not let as many pods exist", () => {
  const quotas = [quota("pods", { pods: "9" }, { pods: "4" })];
  const verdict = check([to(6)], { snapshot: { quotas } });
  expect(verdict).toMatchObject({ verdict: "WILL_COMPLETE", atMaximum: { lacking: "quotas", most: 5 } });
  expect(cautionsOf(verdict)).toEqual([
    expect.stringContaining("the quotas of the namespace let 5 new pods exist"),
  ]);
});

test("checkCapacity() takes percentages of the replicas that there may come to be", () => {
  // Of six, one may be missing; of two, none, and then the old pods would be in the way.
  expect(check([to(6)], { strategy: rolling(1, "17%") })).not.toHaveProperty("atMaximum");
  expect(check([to(6)], { strategy: rolling(1, "16%") })).toHaveProperty("atMaximum.most", 4);
});

test.each<[string, readonly HorizontalPodAutoscaler[]]>([
  ["there is room for all", [to(5)]],
  ["the maximum is what there is", [to(2)]],
  ["another workload is scaled", [to(10, { target: { ...web, name: "web-2" } })]],
  ["a StatefulSet of that name is scaled", [to(10, { target: { ...web, kind: "StatefulSet" } })]],
  ["another API's Deployment is scaled", [to(10, { target: { ...web, group: "example.com" } })]],
  ["it may not scale up", [to(10, { scalesUp: false })]],
  ["two would scale it, so that none does", [to(10), to(20)]],
  ["there is none", []],
])("checkCapacity() does not warn where %s", (_, scalers) => {
  expect(check(scalers)).not.toHaveProperty("atMaximum");
});

test("checkCapacity() does not warn of replicas where there are none now: none is scaled from zero", () => {
  expect(check([to(10)], { replicas: 0, pods: [] })).not.toHaveProperty("atMaximum");
});

test("checkCapacity() does not warn where pods of lower priority would give way", () => {
  const pods = [...olds("a", 2, { cpu: "1" }), placed("b", { cpu: "2" }, { priority: -1 })];
  expect(check([to(6)], { pods, strategy: rolling(0, 1) })).not.toHaveProperty("atMaximum");
  const equals = pods.map((pod) => ({ ...pod, priority: 0 }));
  expect(check([to(6)], { pods: equals, strategy: rolling(0, 1) })).toHaveProperty("atMaximum.most", 4);
});

test("checkCapacity() does not warn where admission, which was not asked, may let pods onto more nodes", () => {
  const taints = [{ key: "dedicated", value: "web", effect: "NoSchedule" }] as const;
  const nodes = [node("a", { cpu: "4" }), node("b", { cpu: "8" }, { taints })];
  const admission = { kind: "not-asked", why: "403" } as const;
  expect(check([to(10)], { nodes, snapshot: { admission } })).not.toHaveProperty("atMaximum");
  expect(check([to(10)], { nodes })).toHaveProperty("atMaximum.most", 4);
});

test("checkCapacity() does not warn of a rollout that stalls for the replicas of now", () => {
  const stalled = check([to(10)], { nodes: [node("a", { cpu: "2" })], strategy: rolling(1, 0) });
  expect(stalled.verdict).toBe("WILL_STALL");
  expect(stalled).not.toHaveProperty("atMaximum");
});

/** One node of a pool that may have more, with room for two pods. */
const pool: Partial<Scenario> = {
  nodes: [poolNode("gke-prod-web-1-aaaa", "web", "b")],
  pods: olds("gke-prod-web-1-aaaa", 2, { cpu: "1" }),
};
const grows = (max: number) => ({
  autoscaling: present([groupOf("web", "b", { limit: { of: "group", max } })]),
});

test("checkCapacity() warns where an autoscaler cannot add nodes enough, and not where it can, or may", () => {
  const strategy = rolling(1, 1);
  expect(check([to(10)], { ...pool, strategy, snapshot: grows(5) })).not.toHaveProperty("atMaximum");
  expect(check([to(10)], { ...pool, strategy, snapshot: grows(4) })).toMatchObject({
    verdict: "WILL_COMPLETE",
    atMaximum: { lacking: "nodes", most: 2 },
  });
  const unknown = {
    ...NO_AUTOSCALING,
    kind: "unknown",
    gaps: [{ what: "cluster autoscaler", why: "403" }],
  } as const;
  expect(check([to(10)], { ...pool, strategy, snapshot: { autoscaling: unknown } })).not.toHaveProperty(
    "atMaximum",
  );
  const autopilot = { ...NO_AUTOSCALING, kind: "autopilot" } as const;
  expect(check([to(10)], { ...pool, strategy, snapshot: { autoscaling: autopilot } })).not.toHaveProperty(
    "atMaximum",
  );
});

test("checkCapacity() warns beside the nodes that it needs for the replicas of now", () => {
  expect(check([to(10)], { ...pool, strategy: rolling(1, 0), snapshot: grows(3) })).toMatchObject({
    verdict: "NEEDS_NODES",
    atMaximum: { lacking: "nodes", most: 2 },
  });
});
