import { expect, test } from "vitest";
import { checkCapacity } from "../../../../src/core/capacity/check.ts";
import type { CapacityVerdict, Snapshot } from "../../../../src/core/capacity/verdict.ts";
import { type Autoscaling, NO_AUTOSCALING, type NodeConfig } from "../../../../src/core/model/autoscaling.ts";
import type { PodSpec } from "../../../../src/core/model/pod-spec.ts";
import { olds, podSpec, rolling, type Scenario, scenario } from "../builders.ts";
import { fullGroup, groupOf, nodeConfig, poolNode, present, toldGroup } from "./clusters.ts";

const NODES = [poolNode("gke-prod-web-1-aaaa", "web", "b"), poolNode("gke-prod-web-2-bbbb", "web", "c")];

/** Two full nodes, one in each zone: each new pod of the surge needs a place that is not there. */
const full: Scenario = {
  replicas: 2,
  strategy: rolling(1, 0),
  nodes: NODES,
  pods: [
    ...olds("gke-prod-web-1-aaaa", 1, { cpu: "1500m" }),
    ...olds("gke-prod-web-2-bbbb", 1, { cpu: "1500m" }),
  ],
  pod: podSpec({ cpu: "1500m" }),
};

const check = (autoscaling: Snapshot["autoscaling"], more: Partial<Scenario> = {}): CapacityVerdict =>
  checkCapacity(...scenario({ ...full, ...more, snapshot: { autoscaling, ...more.snapshot } }));

const perZone = present([groupOf("web", "b"), groupOf("web", "c")]);

test("checkCapacity() needs nodes where an autoscaler can add them, and says which, how many, and why", () => {
  const verdict = check(perZone);
  expect(verdict).toMatchObject({
    verdict: "NEEDS_NODES",
    completes: { at: 0, of: 2 },
    reasons: [
      {
        reason: "InsufficientResources",
        message: expect.stringContaining("the autoscaler can add 1 node of node pool web (1 in b)"),
      },
      {
        reason: "InsufficientResources",
        message: expect.stringMatching(/^0\/2 nodes are available: 2 Insufficient cpu/),
      },
    ],
    unknown: [],
  });
  expect(verdict.fixes.filter(({ kind }) => kind === "nodes")).toEqual([
    expect.objectContaining({
      value: "1",
      text: expect.stringContaining("1 node of node pool web (1 in b)"),
    }),
  ]);
});

test("checkCapacity() keeps its stall where the autoscaler can add none, with the autoscaler's reason beside its own", () => {
  const atMost = present([fullGroup("web", "b"), fullGroup("web", "c")]);
  expect(check(atMost)).toMatchObject({
    verdict: "WILL_STALL",
    reasons: [
      { reason: "InsufficientResources" },
      { reason: "AutoscalerAtMaximum", message: "node pool web in b: max node group size reached (1 of 1)" },
      { reason: "AutoscalerAtMaximum" },
    ],
  });
  const backsOff = present([groupOf("web", "b", { obstacle: { kind: "backoff", text: "QUOTA_EXCEEDED" } })]);
  expect(check(backsOff)).toMatchObject({
    verdict: "WILL_STALL",
    reasons: [{ reason: "InsufficientResources" }, { reason: "AutoscalerBackoff" }],
  });
});

test("checkCapacity() is certain of a stall without autoscaling, and not where too little is known of it", () => {
  expect(check(NO_AUTOSCALING).verdict).toBe("WILL_STALL");
  expect(check(present([groupOf("empty", "b")]))).toMatchObject({
    verdict: "UNKNOWN",
    reasons: [],
    unknown: [{ what: "cluster autoscaler", why: expect.stringContaining("node pool empty in b") }],
  });
  const unread = {
    ...NO_AUTOSCALING,
    kind: "unknown",
    gaps: [{ what: "cluster autoscaler", why: "403" }],
  } as const;
  expect(check(unread)).toMatchObject({ verdict: "UNKNOWN", unknown: [{ why: "403" }] });
});

test("checkCapacity() is certain of a stall where no node of an empty pool would take the pod", () => {
  const config = nodeConfig({ machineType: "e2-medium" });
  const empty = (extra: Partial<NodeConfig>) =>
    present([fullGroup("web", "b"), groupOf("spot", "b", { config: { ...config, ...extra } })]);
  const pod = podSpec({ cpu: "1500m", memory: "3Gi" }, { nodeSelector: { "kubernetes.io/arch": "amd64" } });
  const nodes = NODES.map((node) => ({ ...node, labels: { ...node.labels, "kubernetes.io/arch": "amd64" } }));
  const verdictOf = (extra: Partial<NodeConfig>) => check(empty(extra), { nodes, pod });
  expect(verdictOf({ machineType: "e2-small" })).toMatchObject({
    verdict: "WILL_STALL",
    reasons: [
      { reason: "InsufficientResources" },
      { reason: "AutoscalerAtMaximum" },
      {
        reason: "InsufficientResources",
        message: "node pool spot in b: its machine type e2-small has 2 GiB, and the pod requests 3Gi memory",
      },
    ],
    unknown: [],
  });
  expect(verdictOf({ machineType: "t2a-standard-4" })).toMatchObject({ verdict: "WILL_STALL" });
  expect(verdictOf({})).toMatchObject({
    verdict: "UNKNOWN",
    unknown: [{ why: expect.stringContaining("by its machine type e2-medium (2 vCPU, 4 GiB) the pod") }],
  });
});

test("checkCapacity() refuses for no taint of a pool that may grow where admission, not asked, may let the pod in", () => {
  const taints = [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }];
  const empty = present([groupOf("gpu", "b", { config: nodeConfig(), taints })]);
  const full = present([groupOf("web", "b")]);
  const nodes = NODES.map((node) => ({ ...node, taints }));
  const admission = { kind: "not-asked", why: "403" } as const;
  const verdictOf = (autoscaling: Autoscaling, more: Partial<Scenario> = {}) => [
    check(autoscaling, { ...more, snapshot: { admission } }).verdict,
    check(autoscaling, more).verdict,
  ];
  expect(verdictOf(empty)).toEqual(["UNKNOWN", "WILL_STALL"]);
  expect(verdictOf(full, { nodes })).toEqual(["UNKNOWN", "WILL_STALL"]);
  expect(verdictOf(full)).toEqual(["NEEDS_NODES", "NEEDS_NODES"]);
  // What is too large for the machine is so whatever admission adds.
  expect(verdictOf(empty, { pod: podSpec({ cpu: "5" }) })).toEqual(["WILL_STALL", "WILL_STALL"]);
});

test("checkCapacity() reads limit and pool from the autoscaler's own status as well", () => {
  expect(check(present([toldGroup("gke-prod-web-1", "b", 1, 2)]))).toMatchObject({
    verdict: "NEEDS_NODES",
    reasons: [{ message: expect.stringContaining("1 node of node pool web (1 in b)") }, {}],
  });
  expect(check(present([toldGroup("gke-prod-web-1", "b", 1, 1)])).verdict).toBe("WILL_STALL");
});

test("checkCapacity() needs nodes of the zone that a pod is bound to", () => {
  const inC: Partial<PodSpec> = { nodeSelector: { "topology.kubernetes.io/zone": "c" } };
  const pod = podSpec({ cpu: "1500m" }, inC);
  expect(check(perZone, { pod })).toMatchObject({
    verdict: "NEEDS_NODES",
    // Where the old pod in b goes first, the second new pod finds no room in c either.
    reasons: [{ message: expect.stringContaining("2 nodes of node pool web (2 in c)") }, {}],
  });
  const noneInC = present([groupOf("web", "b"), fullGroup("web", "c")]);
  expect(check(noneInC, { pod })).toMatchObject({
    verdict: "WILL_STALL",
    reasons: [{}, { reason: "AutoscalerAtMaximum", message: expect.stringContaining("web in c") }],
  });
});

const evenly = {
  maxSkew: 1,
  topologyKey: "topology.kubernetes.io/zone",
  selector: [{ key: "app", operator: "In", values: ["web"] }],
  minDomains: 1,
  nodeAffinityPolicy: "Honor",
  nodeTaintsPolicy: "Ignore",
  matchLabelKeys: ["pod-template-hash"],
} as const;

test("checkCapacity() needs nodes in the zones that a spread wants, and stalls where one of them is full", () => {
  const pod = podSpec({ cpu: "1500m" }, { topologySpread: [evenly] });
  const four = { replicas: 4, strategy: rolling(4, 0), pod };
  expect(check(perZone, four)).toMatchObject({
    verdict: "NEEDS_NODES",
    reasons: [{ message: expect.stringMatching(/nodes of node pool web \(\d in b, \d in c\)/) }, {}],
  });
  const noneInC = present([groupOf("web", "b", { limit: { of: "group", max: 9 } }), fullGroup("web", "c")]);
  expect(check(noneInC, four)).toMatchObject({
    verdict: "WILL_STALL",
    reasons: [
      {},
      { message: "node pool web in b: 8 more nodes are all that it may get, which is not enough" },
      { reason: "AutoscalerAtMaximum", message: "node pool web in c: max node group size reached (1 of 1)" },
    ],
  });
});

test("checkCapacity() counts on any zone to get the odd pod, where there are too many pods to try all ways", () => {
  const zones = ["b", "c", "d"];
  const many: Partial<Scenario> = {
    replicas: 400,
    strategy: rolling("100%", 0),
    nodes: zones.map((zone) => poolNode(`gke-prod-web-${zone}`, "web", zone)),
    pods: zones.flatMap((zone) => olds(`gke-prod-web-${zone}`, 1, { cpu: "1500m" })),
    pod: podSpec({ cpu: "1500m" }, { topologySpread: [evenly] }),
  };
  const groups = zones.map((zone) => groupOf("web", zone, { limit: { of: "group", max: 200 } }));
  const { verdict, fixes } = check(present(groups), many);
  expect([verdict, fixes[0]?.value]).toEqual(["NEEDS_NODES", "402"]);
});

test("checkCapacity() promises nothing for expendable pods", () => {
  const pod = podSpec({ cpu: "1500m" }, { priority: -20 });
  const snapshot = { pod };
  expect(check(perZone, { pod, snapshot })).toMatchObject({
    verdict: "WILL_STALL",
    reasons: [{}, { message: expect.stringContaining("priority -20") }],
  });
});

test("checkCapacity() needs nodes on Autopilot for what is admitted, and knows a denial from it", () => {
  const autopilot = { ...NO_AUTOSCALING, kind: "autopilot" } as const;
  expect(check(autopilot)).toMatchObject({
    verdict: "NEEDS_NODES",
    reasons: [{ message: expect.stringContaining("Autopilot adds nodes") }, {}],
  });
  const denied = { kind: "denied", message: "GKE Warden rejected the request", currentPasses: true } as const;
  expect(check(autopilot, { snapshot: { admission: denied } }).verdict).toBe("ADMISSION_FAILS");
  const gaps = [{ what: "admission of the new pod", why: "403", takesRoom: true }] as const;
  expect(check(autopilot, { snapshot: { gaps } }).verdict).toBe("UNKNOWN");
});

test("checkCapacity() says yes beside any autoscaler where there is room", () => {
  const gaps = [{ what: "cluster autoscaler", why: "?" }];
  const pod = podSpec({ cpu: "100m" });
  expect(check(present([], { gaps }), { pod })).toMatchObject({ verdict: "WILL_COMPLETE", unknown: [] });
});
