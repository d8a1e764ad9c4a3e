import { describe, expect, test } from "vitest";
import { countReasons, fitError } from "../../../src/core/capacity/fit-error.ts";
import { modelOf } from "../../../src/core/capacity/model.ts";
import { nodesNow } from "../../../src/core/capacity/stuck.ts";
import { parseSchedulerMessage } from "../../../src/core/diagnosis/scheduler-message.ts";
import type { PodSpec } from "../../../src/core/model/pod-spec.ts";
import { node, placed, podSpec, scenario } from "./builders.ts";

const taint = { key: "team", value: "db", effect: "NoSchedule" };
const nodes = [
  ...Array.from({ length: 10 }, (_, index) => node(`full-${index}`, { cpu: "1" })),
  node("small-1", { cpu: "500m" }),
  node("tainted-1", { cpu: "9" }, { taints: [taint] }),
  node("tainted-2", { cpu: "9" }, { taints: [taint] }),
];
const pods = nodes.slice(0, 10).map(({ name }) => placed(name, { cpu: "800m" }));

const said = (minor: number, pod: PodSpec = podSpec({ cpu: "1" }), on = nodes, there = pods): string => {
  const model = modelOf(...scenario({ replicas: 1, nodes: on, pods: there, pod, snapshot: { minor } }));
  return fitError(nodesNow(model), model.pod, minor);
};

describe("fitError() speaks as the scheduler of each version", () => {
  const unhelped = "preemption: 0/13 nodes are available:";
  const taint24 =
    "0/13 nodes are available: 11 Insufficient cpu, 2 node(s) had untolerated taint {team: db}.";
  const taint34 = "0/13 nodes are available: 11 Insufficient cpu, 2 node(s) had untolerated taint(s).";
  const none = "11 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.";
  const texts: Readonly<Record<number, string>> = {
    23: "0/13 nodes are available: 11 Insufficient cpu, 2 node(s) had taint {team: db}, that the pod didn't tolerate.",
    25: `${taint24} ${unhelped} ${none}`,
    26: `${taint24} ${unhelped} ${none}.`,
    28: `${taint24} ${unhelped} ${none}.`,
    29: `${taint24} ${unhelped} ${none}`,
    33: `${taint24} ${unhelped} ${none}`,
    34: `${taint34} no new claims to deallocate, ${unhelped} 10 No preemption victims found for incoming pod, 3 Preemption is not helpful for scheduling.`,
    35: `${taint34} no new claims to deallocate, ${unhelped} 10 No preemption victims found for incoming pod, 3 Preemption is not helpful for scheduling.`,
  };
  for (const [minor, text] of Object.entries(texts)) {
    test(`fitError() of 1.${minor}`, () => expect(said(Number(minor))).toBe(text));
  }
});

test("fitError() sorts by the printed text, so ten comes before two", () => {
  const mixed = [
    ...nodes.slice(0, 10),
    ...["x", "y"].map((name) => node(name, { cpu: "9" }, { unschedulable: true })),
  ];
  expect(said(33, podSpec({ cpu: "300m" }), mixed)).toMatch(
    /^0\/12 nodes are available: 10 Insufficient cpu, 2 node\(s\) were unschedulable\. /,
  );
});

test("fitError() says why preemption does not help", () => {
  const one = [node("a", { cpu: "1" })];
  const victim = [placed("a", { cpu: "100m" }, { priority: -1 }), placed("a", { cpu: "800m" })];
  const after = (pod: PodSpec) => said(33, pod, one, victim).split(" preemption: ")[1];
  expect(after(podSpec({ cpu: "300m" }))).toBe("0/1 nodes are available: 1 Insufficient cpu.");
  expect(after(podSpec({ cpu: "300m" }, { preemptionPolicy: "Never" }))).toBe(
    "not eligible due to preemptionPolicy=Never.",
  );
});

test("fitError() has its own words for a cluster without nodes", () => {
  expect(said(36, podSpec({}), [], [])).toBe("no nodes available to schedule pods");
});

test("fitError() says nothing of nodes that were left out before the filters in 1.31", () => {
  const named = {
    matchExpressions: [],
    matchFields: [{ key: "metadata.name", operator: "In", values: ["full-0"] }],
  };
  expect(said(31, podSpec({ cpu: "1" }, { nodeAffinity: [named] }))).toMatch(
    /^0\/13 nodes are available: 1 Insufficient cpu\. /,
  );
});

test("parseSchedulerMessage() reads back what fitError() prints, for every version", () => {
  for (let minor = 18; minor <= 36; minor += 1) {
    const model = modelOf(
      ...scenario({ replicas: 1, nodes, pods, pod: podSpec({ cpu: "1" }), snapshot: { minor } }),
    );
    const judged = nodesNow(model);
    const read = parseSchedulerMessage(fitError(judged, model.pod, minor));
    expect([read.nodes, read.reasons]).toEqual([13, countReasons(judged)]);
  }
});
