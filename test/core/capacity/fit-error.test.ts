import { describe, expect, test } from "vitest";
import { unschedulable } from "../../../src/core/capacity/fit-error.ts";
import { reasonCodeOf } from "../../../src/core/capacity/reason-id.ts";
import { parseSchedulerMessage } from "../../../src/core/diagnosis/scheduler-message.ts";
import type { PodSpec } from "../../../src/core/model/pod-spec.ts";
import { node, placed, podSpec } from "./builders.ts";
import { isApp, prepared, spread, term, WEB, zoned } from "./views.ts";

const taint = { key: "team", value: "db", effect: "NoSchedule" };
const nodes = [
  ...Array.from({ length: 10 }, (_, index) => node(`full-${index}`, { cpu: "1" })),
  node("small-1", { cpu: "500m" }),
  node("tainted-1", { cpu: "9" }, { taints: [taint] }),
  node("tainted-2", { cpu: "9" }, { taints: [taint] }),
];
const pods = nodes.slice(0, 10).map(({ name }) => placed(name, { cpu: "800m" }));

const said = (minor: number, pod: PodSpec = podSpec({ cpu: "1" }), on = nodes, there = pods): string =>
  unschedulable(prepared(pod, on, there, { minor })).message;

describe("unschedulable() speaks as the scheduler of each version", () => {
  const unhelped = "preemption: 0/13 nodes are available:";
  const taint24 =
    "0/13 nodes are available: 11 Insufficient cpu, 2 node(s) had untolerated taint {team: db}.";
  const taint34 = "0/13 nodes are available: 11 Insufficient cpu, 2 node(s) had untolerated taint(s).";
  const none = "11 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.";
  const since34 =
    "10 No preemption victims found for incoming pod, 3 Preemption is not helpful for scheduling.";
  const texts: Readonly<Record<number, string>> = {
    23: "0/13 nodes are available: 11 Insufficient cpu, 2 node(s) had taint {team: db}, that the pod didn't tolerate.",
    25: `${taint24} ${unhelped} ${none}`,
    26: `${taint24} ${unhelped} ${none}.`,
    28: `${taint24} ${unhelped} ${none}.`,
    29: `${taint24} ${unhelped} ${none}`,
    30: `${taint24} ${unhelped} ${none}`,
    31: `${taint24} ${unhelped} ${none}`,
    32: `${taint24} ${unhelped} ${none}`,
    33: `${taint24} ${unhelped} ${none}`,
    34: `${taint34} no new claims to deallocate, ${unhelped} ${since34}`,
    35: `${taint34} no new claims to deallocate, ${unhelped} ${since34}`,
    36: `${taint34} no new claims to deallocate, ${unhelped} ${since34}`,
  };
  for (const [minor, text] of Object.entries(texts)) {
    test(`unschedulable() of 1.${minor}`, () => expect(said(Number(minor))).toBe(text));
  }
});

test("unschedulable() sorts by the printed text, so ten comes before two", () => {
  const mixed = [
    ...nodes.slice(0, 10),
    ...["x", "y"].map((name) => node(name, { cpu: "9" }, { unschedulable: true })),
  ];
  expect(said(33, podSpec({ cpu: "300m" }), mixed)).toMatch(
    /^0\/12 nodes are available: 10 Insufficient cpu, 2 node\(s\) were unschedulable\. /,
  );
});

test("unschedulable() counts every reason of a node", () => {
  const small = [node("a", { cpu: "1", pods: "1" })];
  expect(said(33, podSpec({ cpu: "1", memory: "1" }), small, [placed("a", { cpu: "1" })])).toMatch(
    /^0\/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory, 1 Too many pods\. /,
  );
});

describe("unschedulable() says why preemption does not help", () => {
  const one = [node("a", { cpu: "1" })];
  const there = [placed("a", { cpu: "100m" }, { priority: -1 }), placed("a", { cpu: "800m" })];
  const further = (pod: PodSpec, on = one, beside = there) =>
    said(33, pod, on, beside).split(" preemption: ")[1];

  test("it names what refuses the pod once the victims are gone", () => {
    expect(further(podSpec({ cpu: "300m" }))).toBe("0/1 nodes are available: 1 Insufficient cpu.");
  });

  test("it names the policy of a pod that must not preempt", () => {
    const never = podSpec({ cpu: "300m" }, { preemptionPolicy: "Never" });
    expect(further(never)).toBe("not eligible due to preemptionPolicy=Never.");
    expect(said(36, never, one, there)).toBe(
      "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.",
    );
  });

  test("it says nothing more where preemption will make room", () => {
    expect(said(36, podSpec({ cpu: "200m" }), one, there)).toBe(
      "0/1 nodes are available: 1 Insufficient cpu.",
    );
  });

  test("it takes anti-affinity for something that victims can resolve, and affinity for something they cannot", () => {
    const zones = [zoned("a1", "a")];
    const db = placed("a1", {}, { labels: { app: "db" } });
    const away = podSpec({}, { podAntiAffinity: [term({ selector: isApp("db") })] });
    const near = podSpec({}, { podAffinity: [term({ selector: isApp("cache") })] });
    expect(further(away, zones, [db])).toBe(
      "0/1 nodes are available: 1 No preemption victims found for incoming pod.",
    );
    expect(further(near, zones, [db])).toBe(
      "0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
    );
  });
});

describe("unschedulable() of a pod that is given up before any node is asked", () => {
  const named = {
    matchExpressions: [],
    matchFields: ["a", "b"].map((name) => ({ key: "metadata.name", operator: "In", values: [name] })),
  };
  const conflict = podSpec({}, { nodeAffinity: [named] });

  test("it names the reason alone, and since 1.34 an error after it", () => {
    const given = "0/13 nodes are available: pod affinity terms conflict.";
    expect(said(33, conflict)).toBe(
      `${given} preemption: 0/13 nodes are available: 13 Preemption is not helpful for scheduling.`,
    );
    expect([said(34, conflict), said(36, conflict)]).toEqual([`${given} not found`, `${given} not found`]);
  });

  test("it says of a gate what the API server says", () => {
    const gated = unschedulable(prepared(podSpec({}, { schedulingGates: ["wait"] }), nodes));
    expect(gated.message).toBe("Scheduling is blocked due to non-empty scheduling gates");
    expect(reasonCodeOf(gated.reasons)).toBe("SchedulingGated");
  });

  test("it has its own words for a cluster without nodes", () => {
    expect(said(36, podSpec({}), [], [])).toBe("no nodes available to schedule pods");
  });
});

describe("unschedulable() of nodes that were left out before the filters", () => {
  const named = {
    matchExpressions: [],
    matchFields: [{ key: "metadata.name", operator: "In", values: ["full-0"] }],
  };
  const only = podSpec({ cpu: "1" }, { nodeAffinity: [named] });

  test("it does not mention them up to 1.31, and counts them since", () => {
    expect(said(31, only)).toMatch(/^0\/13 nodes are available: 1 Insufficient cpu\. /);
    expect(said(36, only)).toBe(
      "0/13 nodes are available: 1 Insufficient cpu, 12 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims to deallocate, preemption: 0/13 nodes are available: 1 No preemption victims found for incoming pod, 12 Preemption is not helpful for scheduling.",
    );
  });
});

test("unschedulable() tells the deadlock of a spread over a domain that the pod cannot enter", () => {
  const zones = [zoned("a1", "a"), zoned("b1", "b", { taints: [taint] })];
  const there = [placed("a1", {}, { labels: WEB })];
  const scheduling = prepared(podSpec({}, { topologySpread: [spread()] }), zones, there, { minor: 33 });
  const { message, reasons } = unschedulable(scheduling);
  expect(message).toBe(
    "0/2 nodes are available: 1 node(s) didn't match pod topology spread constraints, 1 node(s) had untolerated taint {team: db}. preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.",
  );
  expect(reasonCodeOf(reasons)).toBe("TopologySpreadMismatch");
});

test("parseSchedulerMessage() reads back what unschedulable() prints, for every version", () => {
  for (let minor = 18; minor <= 36; minor += 1) {
    const { message, reasons } = unschedulable(prepared(podSpec({ cpu: "1" }), nodes, pods, { minor }));
    const read = parseSchedulerMessage(message);
    expect([read.nodes, read.reasons]).toEqual([13, reasons]);
  }
});
