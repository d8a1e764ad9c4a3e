import { describe, expect, test } from "vitest";
import { checkCapacity } from "../../../src/core/capacity/check.ts";
import { instant } from "../../../src/core/model/instant.ts";
import type { TopologySpreadConstraint } from "../../../src/core/model/pod-spec.ts";
import { written } from "./admission/builders.ts";
import {
  container,
  NOW,
  node,
  OLD,
  olds,
  placed,
  podSpec,
  quantities,
  rolling,
  type Scenario,
  scenario,
  waitingPod,
} from "./builders.ts";
import { term } from "./views.ts";

const check = (given: Scenario) => checkCapacity(...scenario(given));
const verdictOf = (given: Scenario) => check(given).verdict;
const ZONE = "topology.kubernetes.io/zone";

describe("1: the sum of what is free", () => {
  const nodes = ["a", "b", "c"].map((name) => node(name, { cpu: "1" }));
  const pods = nodes.map(({ name }) => placed(name, { cpu: "100m" }));

  test("checkCapacity() does not add up what is free on several nodes", () => {
    const full = check({ replicas: 1, nodes, pods, pod: podSpec({ cpu: "1" }) });
    expect([full.verdict, full.reasons[0]?.message.slice(0, 50)]).toEqual([
      "WILL_STALL",
      "0/3 nodes are available: 3 Insufficient cpu. no ne",
    ]);
    expect(verdictOf({ replicas: 1, nodes, pods, pod: podSpec({ cpu: "900m" }) })).toBe("WILL_COMPLETE");
  });
});

describe("2: all surge pods must fit", () => {
  test("checkCapacity() knows that room for one surge pod is enough", () => {
    const given = {
      replicas: 4,
      strategy: rolling(2, 0),
      pods: olds("a", 4, { cpu: "1" }),
      pod: podSpec({ cpu: "1" }),
    };
    expect(verdictOf({ ...given, nodes: [node("a", { cpu: "5" })] })).toBe("WILL_COMPLETE");
    expect(verdictOf({ ...given, nodes: [node("a", { cpu: "4" })] })).toBe("WILL_STALL");
  });

  test("checkCapacity() knows that room for the first surge pod may not be enough", () => {
    const given = {
      replicas: 2,
      strategy: rolling(1, 0),
      pods: olds("a", 2, { cpu: "1" }),
      pod: podSpec({ cpu: "2" }),
    };
    const stuck = check({ ...given, nodes: [node("a", { cpu: "4" })] });
    expect([stuck.verdict, stuck.completes]).toEqual(["WILL_STALL", { at: 1, most: 1, of: 2 }]);
    expect(verdictOf({ ...given, nodes: [node("a", { cpu: "5" })] })).toBe("WILL_COMPLETE");
  });
});

describe("3: terminating pods", () => {
  test("checkCapacity() counts on room that terminating pods give back, but not on stuck ones", () => {
    const at = (deletedAt: number): Scenario => ({
      replicas: 1,
      nodes: [node("a", { cpu: "1" })],
      pods: olds("a", 1, { cpu: "1" }, { deletedAt: instant(deletedAt) }),
      replicaSets: [],
      pod: podSpec({ cpu: "1" }),
    });
    expect([verdictOf(at(NOW + 600_000)), check(at(NOW + 600_000)).nodes[0]?.fits]).toEqual([
      "WILL_COMPLETE",
      0,
    ]);
    expect(verdictOf(at(NOW - 61_000))).toBe("WILL_STALL");
  });
});

describe("4: the sum over containers", () => {
  const app = { requests: quantities({ cpu: "1" }) };
  const given = (cpu: string, ...before: Parameters<typeof container>[]): Scenario => ({
    replicas: 1,
    nodes: [node("a", { cpu })],
    pod: podSpec({}, { containers: [...before.map((args) => container(...args)), container({}, app)] }),
  });

  test("checkCapacity() takes the larger of init and app containers, not their sum", () => {
    const init: Parameters<typeof container> = [{ cpu: "3" }, { name: "init", role: "init" }];
    expect([verdictOf(given("3", init)), verdictOf(given("2", init))]).toEqual([
      "WILL_COMPLETE",
      "WILL_STALL",
    ]);
  });

  test("checkCapacity() adds a sidecar to the init containers that follow it only", () => {
    const init: Parameters<typeof container> = [{ cpu: "3" }, { name: "init", role: "init" }];
    const sidecar: Parameters<typeof container> = [{ cpu: "1" }, { name: "sidecar", role: "sidecar" }];
    expect(verdictOf(given("3", sidecar, init))).toBe("WILL_STALL");
    expect([verdictOf(given("4", sidecar, init)), verdictOf(given("3", init, sidecar))]).toEqual([
      "WILL_COMPLETE",
      "WILL_COMPLETE",
    ]);
  });
});

describe("5: cpu and memory only", () => {
  test("checkCapacity() reads pod slots and other resources", () => {
    const full = { replicas: 1, pods: [placed("a", {})], pod: podSpec({}) };
    expect(check({ ...full, nodes: [node("a", { cpu: "9", pods: "1" })] })).toMatchObject({
      verdict: "WILL_STALL",
      reasons: [{ reason: "TooManyPods" }],
    });
    expect(verdictOf({ ...full, nodes: [node("a", { cpu: "9", pods: "2" })] })).toBe("WILL_COMPLETE");
    const disk = podSpec({ "ephemeral-storage": "2Gi" });
    const small = [node("a", { cpu: "9", "ephemeral-storage": "1Gi" })];
    expect(verdictOf({ replicas: 1, nodes: small, pod: disk })).toBe("WILL_STALL");
  });
});

describe("6: overhead", () => {
  test("checkCapacity() adds what the runtime takes for itself", () => {
    const given = { replicas: 1, nodes: [node("a", { cpu: "1" })] };
    const sandboxed = podSpec({ cpu: "1" }, { overhead: quantities({ cpu: "100m" }) });
    expect(verdictOf({ ...given, pod: sandboxed })).toBe("WILL_STALL");
    expect(verdictOf({ ...given, pod: podSpec({ cpu: "1" }) })).toBe("WILL_COMPLETE");
  });
});

describe("7: taints, cordons and places as an afterthought", () => {
  test("checkCapacity() refuses nodes that are cordoned, tainted or elsewhere, however free they are", () => {
    const taint = { key: "ToBeDeletedByClusterAutoscaler", value: "1", effect: "NoSchedule" };
    const nodes = [
      node("a", { cpu: "9" }, { unschedulable: true }),
      node("b", { cpu: "9" }, { taints: [taint] }),
      node("c", { cpu: "9" }),
    ];
    const pod = podSpec({ cpu: "1" }, { nodeSelector: { zone: "z" } });
    expect(check({ replicas: 1, nodes, pod }).reasons).toEqual([
      {
        reason: "NodeAffinityMismatch",
        message:
          "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
      },
    ]);
    expect(verdictOf({ replicas: 1, nodes, pod: podSpec({ cpu: "1" }) })).toBe("WILL_COMPLETE");
  });
});

describe("8: old pods as obstacles or helpers", () => {
  test("checkCapacity() finds no slot for pods that repel each other while every node holds one", () => {
    const apart = [
      term({
        selector: [{ key: "app", operator: "In", values: ["web"] }],
        topologyKey: "kubernetes.io/hostname",
      }),
    ];
    const labels = { app: "web" };
    const nodes = ["a", "b", "c"].map((name) => node(name, { cpu: "2" }));
    const pods = nodes.flatMap(({ name }) => olds(name, 1, { cpu: "1" }, { labels, repels: apart }));
    const given = { replicas: 3, nodes, pods, pod: podSpec({ cpu: "1" }, { podAntiAffinity: apart }) };
    const stuck = check({ ...given, strategy: rolling(1, 0) });
    expect(stuck).toMatchObject({
      verdict: "WILL_STALL",
      completes: { at: 0, most: 0, of: 3 },
      reasons: [{ reason: "PodAffinityMismatch" }],
    });
    expect(stuck.reasons[0]?.message).toContain("3 node(s) didn't match pod anti-affinity rules");
    // Not that it be lifted: the old pods would go on refusing the new ones.
    expect(stuck.fixes.map(({ kind, value }) => [kind, value])).toEqual([
      ["nodes", "1"],
      ["strategy", "1"],
      ["replicas", "2"],
    ]);
    expect(verdictOf({ ...given, strategy: rolling(1, 1) })).toBe("WILL_COMPLETE");
  });

  test("checkCapacity() keeps old pods in place until new ones are available", () => {
    const hostPorts = [{ ip: "0.0.0.0", protocol: "TCP", port: 80 }];
    const spec = podSpec({});
    const pod = { ...spec, containers: spec.containers.map((app) => ({ ...app, hostPorts })) };
    const given = {
      replicas: 1,
      nodes: [node("a", { cpu: "9" })],
      pods: olds("a", 1, {}, { hostPorts }),
      pod,
    };
    expect(check({ ...given, strategy: rolling(1, 0) })).toMatchObject({
      verdict: "WILL_STALL",
      reasons: [{ reason: "HostPortConflict" }],
    });
    expect(verdictOf({ ...given, strategy: rolling(0, 1) })).toBe("WILL_COMPLETE");
  });
});

describe("9: domains of a spread", () => {
  test("checkCapacity() counts a zone whose only node is tainted, unless told not to", () => {
    const taint = { key: "gpu", value: "", effect: "NoSchedule" };
    const nodes = [
      node("a", { cpu: "9" }, { labels: { [ZONE]: "a" } }),
      node("b", { cpu: "9" }, { labels: { [ZONE]: "b" }, taints: [taint] }),
    ];
    const over = (nodeTaintsPolicy: "Honor" | "Ignore"): TopologySpreadConstraint => ({
      maxSkew: 1,
      topologyKey: ZONE,
      selector: [{ key: "app", operator: "In", values: ["web"] }],
      minDomains: 1,
      nodeAffinityPolicy: "Honor",
      nodeTaintsPolicy,
      matchLabelKeys: [],
    });
    const given = (policy: "Honor" | "Ignore"): Scenario => ({
      replicas: 1,
      nodes,
      strategy: rolling(1, 0),
      pods: olds("a", 1, { cpu: "1" }, { labels: { app: "web" } }),
      pod: podSpec({ cpu: "1" }, { topologySpread: [over(policy)] }),
    });
    const stuck = check(given("Ignore"));
    expect(stuck).toMatchObject({ verdict: "WILL_STALL", reasons: [{ reason: "TopologySpreadMismatch" }] });
    expect(stuck.reasons[0]?.message).toContain(
      "1 node(s) didn't match pod topology spread constraints, 1 node(s) had untolerated taint(s)",
    );
    expect(verdictOf(given("Honor"))).toBe("WILL_COMPLETE");
  });
});

describe("10: the Deployment was accepted, so all is well", () => {
  test("checkCapacity() sees the quota that will refuse the pods", () => {
    const quota = (hard: string) => ({
      quotas: [
        {
          name: "compute",
          scopes: [],
          hard: written({ "requests.cpu": hard }),
          used: written({ "requests.cpu": "1" }),
        },
      ],
    });
    const given = {
      replicas: 1,
      strategy: rolling(1, 0),
      nodes: [node("a", { cpu: "9" })],
      pods: olds("a", 1, { cpu: "1" }),
      waiting: [{ ...waitingPod(OLD, podSpec({ cpu: "1" })), nodeName: "a" }],
      pod: podSpec({ cpu: "500m" }),
    };
    const refused = check({ ...given, snapshot: quota("1") });
    expect([refused.verdict, refused.reasons[0]?.reason]).toEqual(["WILL_STALL", "QuotaExceeded"]);
    expect(refused.reasons[0]?.message).toContain(
      "exceeded quota: compute, requested: requests.cpu=500m, used: requests.cpu=1, limited: requests.cpu=1",
    );
    expect(verdictOf({ ...given, snapshot: quota("1500m") })).toBe("WILL_COMPLETE");
  });
});
