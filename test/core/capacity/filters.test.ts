import { describe, expect, test } from "vitest";
import type { HostPort, PodSpec, Toleration } from "../../../src/core/model/pod-spec.ts";
import type { Node, Taint } from "../../../src/core/model/room.ts";
import { container, node, placed, podSpec } from "./builders.ts";
import { prepared } from "./views.ts";

const big = node("a", { cpu: "4", memory: "8Gi" });

const textsOf = (spec: PodSpec, on: Node = big, minor = 36, pods: ReturnType<typeof placed>[] = []) =>
  prepared(spec, [on], pods, { minor })
    .refusals(0)
    .map(({ text }) => text);

describe("NodeUnschedulable", () => {
  const cordoned = { ...big, unschedulable: true };
  const cordon: Toleration = {
    key: "node.kubernetes.io/unschedulable",
    operator: "Exists",
    value: "",
    effect: "NoSchedule",
  };

  test("refusals() keeps pods off cordoned nodes, unless they tolerate it", () => {
    expect(textsOf(podSpec({}), cordoned)).toEqual(["node(s) were unschedulable"]);
    expect(textsOf(podSpec({}, { tolerations: [cordon] }), cordoned)).toEqual([]);
    expect(
      textsOf(podSpec({}, { tolerations: [{ ...cordon, effect: "NoExecute" }] }), cordoned),
    ).toHaveLength(1);
  });
});

test("refusals() admits a pod that names its node there only", () => {
  expect(textsOf(podSpec({}, { nodeName: "b" }))).toEqual(["node(s) didn't match the requested node name"]);
  expect(textsOf(podSpec({}, { nodeName: "a" }))).toEqual([]);
});

describe("TaintToleration", () => {
  const taint: Taint = { key: "team", value: "db", effect: "NoSchedule" };
  const toleration: Toleration = { key: "team", operator: "Equal", value: "db", effect: undefined };
  const tainted = (...taints: Taint[]): Node => ({ ...big, taints });

  test("refusals() names the first untolerated taint in the words of the version", () => {
    const second = { ...taint, key: "other" };
    const said = (minor: number) =>
      textsOf(podSpec({}, { tolerations: [toleration] }), tainted(taint, second), minor)[0];
    expect([said(23), said(24), said(33), said(34)]).toEqual([
      "node(s) had taint {other: db}, that the pod didn't tolerate",
      "node(s) had untolerated taint {other: db}",
      "node(s) had untolerated taint {other: db}",
      "node(s) had untolerated taint(s)",
    ]);
  });

  const cases: readonly (readonly [string, Partial<Toleration>, boolean])[] = [
    ["the same value", {}, true],
    ["another value", { value: "web" }, false],
    ["another key", { key: "x" }, false],
    ["any value", { operator: "Exists", value: "" }, true],
    ["every key", { key: undefined, operator: "Exists", value: "" }, true],
    ["the same effect", { effect: "NoSchedule" }, true],
    ["another effect", { effect: "NoExecute" }, false],
    ["a comparison, which is off by default", { operator: "Gt", value: "1" }, false],
  ];
  for (const [what, change, tolerated] of cases) {
    test(`refusals() lets a toleration of ${what} ${tolerated ? "pass" : "fail"}`, () => {
      const spec = podSpec({}, { tolerations: [{ ...toleration, ...change }] });
      expect(textsOf(spec, tainted(taint))).toHaveLength(tolerated ? 0 : 1);
    });
  }

  test("refusals() minds NoExecute, and never PreferNoSchedule", () => {
    expect(textsOf(podSpec({}), tainted({ ...taint, effect: "NoExecute" }))).toHaveLength(1);
    expect(textsOf(podSpec({}), tainted({ ...taint, effect: "PreferNoSchedule" }))).toEqual([]);
  });
});

describe("NodeAffinity", () => {
  const zoned = { ...big, labels: { zone: "a" } };
  const mismatch = ["node(s) didn't match Pod's node affinity/selector"];
  const inZone = (zone: string) => ({
    matchExpressions: [{ key: "zone", operator: "In", values: [zone] }],
    matchFields: [],
  });
  const named = (...names: string[]) => ({
    matchExpressions: [],
    matchFields: names.map((name) => ({ key: "metadata.name", operator: "In", values: [name] })),
  });

  test("refusals() wants the nodeSelector and one of the terms", () => {
    expect(textsOf(podSpec({}, { nodeSelector: { zone: "a" } }), zoned)).toEqual([]);
    expect(textsOf(podSpec({}, { nodeSelector: { zone: "b" } }), zoned)).toEqual(mismatch);
    expect(textsOf(podSpec({}, { nodeAffinity: [inZone("b"), inZone("a")] }), zoned)).toEqual([]);
    expect(textsOf(podSpec({}, { nodeSelector: { zone: "a" }, nodeAffinity: [inZone("b")] }), zoned)).toEqual(
      mismatch,
    );
    expect(textsOf(podSpec({}, { nodeAffinity: [] }), zoned)).toEqual(mismatch);
  });

  test("refusals() leaves out nodes that no term names, in the words of the version", () => {
    const said = (minor: number) => textsOf(podSpec({}, { nodeAffinity: [named("b")] }), big, minor);
    expect([said(26), said(27), said(31), said(32)]).toEqual([
      [""],
      ["node is filtered out by the prefilter result"],
      [""],
      ["node(s) didn't satisfy plugin(s) [NodeAffinity]"],
    ]);
    expect(textsOf(podSpec({}, { nodeAffinity: [named("b"), inZone("b")] }), zoned)).toEqual(mismatch);
    expect(textsOf(podSpec({}, { nodeAffinity: [named("a")] }))).toEqual([]);
    expect(textsOf(podSpec({}, { nodeAffinity: [named("a", "b"), named("b")] }))).toHaveLength(1);
  });

  test("schedulingOf() gives a pod up whose terms each name several nodes", () => {
    const refusal = (...terms: ReturnType<typeof named>[]) =>
      prepared(podSpec({}, { nodeAffinity: terms }), [big]).refusal?.text;
    expect(refusal(named("a", "b"))).toBe("pod affinity terms conflict");
    expect(refusal(named("a", "b"), named("a"))).toBeUndefined();
  });
});

describe("NodePorts", () => {
  const port: HostPort = { ip: "0.0.0.0", protocol: "TCP", port: 80 };
  const wanting = (wanted: HostPort, role: "app" | "init" | "sidecar" = "app") =>
    podSpec({}, { containers: [container({}, { role, hostPorts: [wanted] })] });
  const clash = ["node(s) didn't have free ports for the requested pod ports"];
  const taken = (used: HostPort) => [placed("a", {}, { hostPorts: [used] })];

  test("refusals() wants host ports free on their address", () => {
    expect(textsOf(wanting(port), big, 36, taken(port))).toEqual(clash);
    expect(textsOf(wanting({ ...port, ip: "10.0.0.1" }), big, 36, taken(port))).toEqual(clash);
    expect(textsOf(wanting(port), big, 36, taken({ ...port, ip: "10.0.0.1" }))).toEqual(clash);
    const apart = wanting({ ...port, ip: "10.0.0.2" });
    expect(textsOf(apart, big, 36, taken({ ...port, ip: "10.0.0.1" }))).toEqual([]);
    expect(textsOf(wanting({ ...port, protocol: "UDP" }), big, 36, taken(port))).toEqual([]);
    expect(textsOf(wanting({ ...port, port: 81 }), big, 36, taken(port))).toEqual([]);
  });

  test("refusals() counts ports of sidecars, not of init containers", () => {
    expect(textsOf(wanting(port, "sidecar"), big, 36, taken(port))).toEqual(clash);
    expect(textsOf(wanting(port, "init"), big, 36, taken(port))).toEqual([]);
  });
});

describe("NodeResourcesFit", () => {
  const fits = (requests: Record<string, string>, used: Record<string, string>[], minor = 36) =>
    prepared(
      podSpec(requests),
      [node("a", { cpu: "1", memory: "1Gi", pods: "2" })],
      used.map((taken) => placed("a", taken)),
      { minor },
    ).refusals(0);

  test("refusals() fills a node to the last unit and not beyond", () => {
    expect(fits({ cpu: "100m" }, [{ cpu: "900m" }])).toEqual([]);
    expect(fits({ cpu: "101m" }, [{ cpu: "900m" }])).toEqual([
      { id: "insufficient", text: "Insufficient cpu", resolvable: true },
    ]);
  });

  test("refusals() reports all that is missing, and a full node", () => {
    const wanted = { cpu: "1", memory: "1Gi", "nvidia.com/gpu": "1", "ephemeral-storage": "1" };
    expect(fits(wanted, [{ cpu: "1", memory: "1Gi" }, {}], 33).map(({ text }) => text)).toEqual([
      "Too many pods",
      "Insufficient cpu",
      "Insufficient memory",
      "Insufficient nvidia.com/gpu",
      "Insufficient ephemeral-storage",
    ]);
  });

  test("refusals() knows since 1.34 that preemption helps no node that is too small itself", () => {
    const resolvable = (minor: number) => fits({ cpu: "2" }, [], minor).map((refusal) => refusal.resolvable);
    expect([resolvable(33), resolvable(34)]).toEqual([[true], [false]]);
  });

  test("refusals() lets a pod that requests nothing onto an overcommitted node", () => {
    expect(fits({}, [{ cpu: "3" }])).toEqual([]);
    expect(fits({ cpu: "0" }, [{ cpu: "3" }])).toEqual([]);
  });

  test("refusals() takes a missing pod limit for zero", () => {
    const none = { ...big, allocatable: new Map([["cpu", 4000]]) };
    expect(textsOf(podSpec({}), none)).toEqual(["Too many pods"]);
  });
});

describe("slots()", () => {
  test("slots() counts as many pods as refusals() would admit one after the other", () => {
    const specs = [
      podSpec({ cpu: "300m", memory: "1Gi" }),
      podSpec(
        {},
        { containers: [container({}, { hostPorts: [{ ip: "0.0.0.0", protocol: "TCP", port: 1 }] })] },
      ),
      podSpec({}),
      podSpec({ cpu: "5" }),
      podSpec({ cpu: "1" }, { nodeSelector: { zone: "b" } }),
    ];
    const all = specs.map((spec) => prepared(spec, [big], [placed("a", { cpu: "500m" })]));
    const slots = all.map((scheduling) => scheduling.slots(0));
    const counted = all.map((scheduling) => {
      let count = 0;
      while (scheduling.refusals(0).length === 0) {
        scheduling.add(0, scheduling.placed);
        count += 1;
      }
      return count;
    });
    expect(slots).toEqual(counted);
    expect(counted).toEqual([8, 1, 109, 0, 0]);
  });
});
