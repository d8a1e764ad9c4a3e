import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyPools, refusalOf } from "../../../../src/core/capacity/autoscaling/empty-pool.ts";
import { growthsOf } from "../../../../src/core/capacity/autoscaling/growth.ts";
import { slotsOf } from "../../../../src/core/capacity/filters/index.ts";
import { emptyRoom, toIncoming } from "../../../../src/core/capacity/room.ts";
import type { NodeConfig, NodeGroup } from "../../../../src/core/model/autoscaling.ts";
import type { Requirement } from "../../../../src/core/model/labels.ts";
import type { PodSpec } from "../../../../src/core/model/pod-spec.ts";
import type { Node } from "../../../../src/core/model/room.ts";
import { node, podSpec } from "../builders.ts";
import { groupOf, nodeConfig } from "./clusters.ts";

const spot = (config: Partial<NodeConfig> = {}, extra: Partial<NodeGroup> = {}): NodeGroup =>
  groupOf("spot", "europe-west1-b", { config: nodeConfig({ provisioning: "spot", ...config }), ...extra });

const refusal = (pod: PodSpec, group = spot()) => refusalOf(toIncoming(pod), group);

describe("what a machine has", () => {
  test("refusalOf() refuses a pod that requests more than the machine has, and none that requests all of it", () => {
    expect(refusal(podSpec({ cpu: "4001m" }))).toBe(
      "its machine type e2-standard-4 has 4 vCPU, and the pod requests 4001m cpu",
    );
    expect(refusal(podSpec({ cpu: "4", memory: "16Gi" }))).toBeUndefined();
    expect(refusal(podSpec({ cpu: "1", memory: "20Gi" }))).toBe(
      "its machine type e2-standard-4 has 16 GiB, and the pod requests 20Gi memory",
    );
  });

  test("refusalOf() lets a machine that is not known be as large as it likes", () => {
    expect(refusal(podSpec({ cpu: "400" }), spot({ machineType: "n9-standard-4" }))).toBeUndefined();
    expect(refusal(podSpec({ cpu: "400" }), groupOf("spot", "b"))).toBeUndefined();
  });

  test("refusalOf() knows a machine without GPUs, and no other number of them", () => {
    const pod = podSpec({ cpu: "1", "nvidia.com/gpu": "8" });
    expect(refusal(pod)).toBe(
      "its machine type e2-standard-4 has no nvidia.com/gpu, and the pod requests 8 nvidia.com/gpu",
    );
    expect(refusal(pod, spot({ accelerators: ["nvidia-tesla-t4"] }))).toBeUndefined();
    expect(refusal(pod, spot({ machineType: "g2-standard-4" }))).toBeUndefined();
    expect(refusal(pod, spot({ machineType: "n9-standard-4" }))).toBeUndefined();
    // Who knows what may offer other things.
    expect(refusal(podSpec({ cpu: "1", "example.com/dongle": "1" }))).toBeUndefined();
    expect(refusal(podSpec({ cpu: "1", "nvidia.com/gpu": "0" }))).toBeUndefined();
  });
});

describe("labels", () => {
  const select = (key: string, value: string, group = spot({ labels: { team: "a" } })) =>
    refusal(podSpec({ cpu: "1" }, { nodeSelector: { [key]: value } }), group) !== undefined;

  test.each([
    ["cloud.google.com/gke-nodepool", "spot", "web"],
    ["topology.kubernetes.io/zone", "europe-west1-b", "europe-west1-c"],
    ["node.kubernetes.io/instance-type", "e2-standard-4", "e2-standard-8"],
    ["kubernetes.io/os", "linux", "windows"],
    ["kubernetes.io/arch", "amd64", "arm64"],
    ["cloud.google.com/gke-spot", "true", "false"],
    ["cloud.google.com/gke-provisioning", "spot", "standard"],
    ["team", "a", "b"],
  ])("refusalOf() lets a pod have %s=%s, and not %s", (key, right, wrong) => {
    expect([select(key, right), select(key, wrong)]).toEqual([false, true]);
  });

  test("refusalOf() knows what nodes of other kinds lack", () => {
    const standard = spot({ provisioning: "standard" });
    expect(select("cloud.google.com/gke-spot", "true", standard)).toBe(true);
    expect(select("cloud.google.com/gke-preemptible", "true", standard)).toBe(true);
    expect(select("cloud.google.com/gke-flex-start", "true", standard)).toBe(true);
    expect(select("cloud.google.com/gke-preemptible", "true", spot({ provisioning: "preemptible" }))).toBe(
      false,
    );
    expect(select("cloud.google.com/gke-flex-start", "true", spot({ provisioning: "flex-start" }))).toBe(
      false,
    );
  });

  test("refusalOf() knows the type of a pool's GPUs, where there is one and where there is none", () => {
    const t4 = "nvidia-tesla-t4";
    const withGpu = (...accelerators: string[]) => spot({ accelerators });
    const key = "cloud.google.com/gke-accelerator";
    expect([select(key, t4, withGpu(t4)), select(key, "nvidia-l4", withGpu(t4))]).toEqual([false, true]);
    expect(select(key, t4, withGpu())).toBe(true);
    expect(select(key, t4, withGpu("nvidia-l4", "other"))).toBe(false);
    expect(select(key, t4, spot({ machineType: "g2-standard-4" }))).toBe(false);
    expect(select(key, t4, spot({ machineType: "n9-standard-4" }))).toBe(false);
  });

  test("refusalOf() knows nothing of labels that nobody tells, nor of those that two tell differently", () => {
    expect(select("disk", "ssd")).toBe(false);
    expect(select("constructor", "x")).toBe(false);
    expect(select("kubernetes.io/arch", "arm64", spot({ machineType: "n9-standard-4" }))).toBe(false);
    expect(select("kubernetes.io/os", "windows", spot({ os: undefined }))).toBe(false);
    const twice = spot({ provisioning: "standard", labels: { "cloud.google.com/gke-spot": "true" } });
    expect(select("cloud.google.com/gke-spot", "true", twice)).toBe(false);
    expect(select("team", "b", groupOf("spot", "b", { config: undefined }))).toBe(false);
  });

  const affinity = (...terms: (readonly (readonly [string, string, ...string[]])[])[]) =>
    refusal(
      podSpec(
        { cpu: "1" },
        {
          nodeAffinity: terms.map((term) => ({
            matchExpressions: term.map(([key, operator, ...values]) => ({ key, operator, values })),
            matchFields: [],
          })),
        },
      ),
      spot({ labels: { team: "a", size: "3" } }),
    ) !== undefined;

  test("refusalOf() refuses where every term of node affinity has a part that its nodes fail", () => {
    expect(affinity([["team", "In", "b", "c"]])).toBe(true);
    expect(affinity([["team", "In", "b"]], [["disk", "In", "ssd"]])).toBe(false);
    expect(
      affinity([
        ["team", "In", "b"],
        ["disk", "In", "ssd"],
      ]),
    ).toBe(true);
    expect(affinity([["team", "NotIn", "a"]], [])).toBe(true);
    expect(affinity([["cloud.google.com/gke-spot", "DoesNotExist"]])).toBe(true);
    expect(affinity([["cloud.google.com/gke-preemptible", "Exists"]])).toBe(true);
    // Nodes of older versions lack it, so either may hold.
    expect(affinity([["cloud.google.com/gke-provisioning", "DoesNotExist"]])).toBe(false);
    expect(affinity([["disk", "Exists"]])).toBe(false);
    expect([affinity([["size", "Gt", "2"]]), affinity([["size", "Gt", "3"]])]).toEqual([false, true]);
  });
});

test("refusalOf() refuses a pod that does not tolerate a taint, unless it only prefers so", () => {
  const taint = { key: "dedicated", value: "batch", effect: "NoSchedule" };
  expect(refusal(podSpec({ cpu: "1" }), spot({}, { taints: [taint] }))).toBe(
    "the pod does not tolerate its taint dedicated=batch:NoSchedule",
  );
  const soft = spot({}, { taints: [{ ...taint, effect: "PreferNoSchedule" }] });
  expect(refusal(podSpec({ cpu: "1" }), soft)).toBeUndefined();
});

describe("pools without nodes", () => {
  const judged = (pod: PodSpec, ...groups: NodeGroup[]) => emptyPools(toIncoming(pod), growthsOf(groups, []));
  const config = nodeConfig();
  const inZone = (zone: string, extra: Partial<NodeGroup> = {}) =>
    groupOf("spot", zone, { config, ...extra });

  test("emptyPools() says what a pool's machines have and the pod requests, once for all zones", () => {
    expect(judged(podSpec({ cpu: "2", memory: "3Gi" }), inZone("b"), inZone("c"))).toEqual({
      unclear: [
        "node pool spot in b, c has no ready node to go by; by its machine type e2-standard-4 (4 vCPU, 16 GiB) the pod (2 cpu, 3Gi memory) may fit",
      ],
      held: [],
      refusing: [],
    });
    expect(judged(podSpec({}), inZone("b")).unclear).toEqual([expect.stringMatching(/ the pod may fit$/)]);
  });

  test("emptyPools() tells zones apart where only one of them refuses", () => {
    const pod = podSpec({ cpu: "1" }, { nodeSelector: { "topology.kubernetes.io/zone": "c" } });
    expect(judged(pod, inZone("b"), inZone("c"))).toEqual({
      unclear: [expect.stringMatching(/^node pool spot in c has no ready node/)],
      held: [],
      refusing: ["node pool spot in b: its nodes would not match the pod's node affinity or selector"],
    });
  });

  test("emptyPools() says nothing of a pool that may not grow, and tells one that waits after a failure apart", () => {
    const full = inZone("b", { limit: { of: "group", max: 0 } });
    expect(judged(podSpec({ cpu: "9" }), full)).toEqual({ unclear: [], held: [], refusing: [] });
    const obstacle = { kind: "backoff", text: "QUOTA_EXCEEDED" } as const;
    const waits = inZone("b", { obstacle });
    expect(judged(podSpec({ cpu: "1" }), waits)).toMatchObject({
      unclear: [],
      held: [{ pool: "spot" }],
      refusing: [],
    });
    expect(judged(podSpec({ cpu: "9" }), waits)).toMatchObject({ unclear: [], held: [], refusing: [{}] });
    expect(judged(podSpec({ cpu: "1" }), groupOf("spot", "b", { obstacle }))).toMatchObject({
      unclear: [],
      held: [],
    });
    const doubtful = inZone("b", { obstacle: { kind: "doubt", text: "?" } });
    expect(judged(podSpec({ cpu: "1" }), doubtful)).toMatchObject({ unclear: [{}], held: [] });
  });
});

test("refusalOf() refuses no pod that any node of the pool would take", () => {
  const KEYS = [
    "team",
    "disk",
    "kubernetes.io/arch",
    "cloud.google.com/gke-spot",
    "topology.kubernetes.io/zone",
  ];
  const VALUES = ["a", "true", "amd64", "arm64", "europe-west1-b"];
  const key = fc.constantFrom(...KEYS);
  const value = fc.constantFrom(...VALUES);
  const labels = fc.dictionary(key, value, { maxKeys: 3 });
  const requirement = fc.record<Requirement>({
    key,
    operator: fc.constantFrom("In", "NotIn", "Exists", "DoesNotExist", "Gt"),
    values: fc.array(value, { minLength: 1, maxLength: 2 }),
  });
  const term = fc.record({
    matchExpressions: fc.array(requirement, { maxLength: 2 }),
    matchFields: fc.constant([]),
  });
  const pods = fc
    .record({
      cpu: fc.constantFrom("1", "2", "4", "5"),
      memory: fc.constantFrom("1Gi", "16Gi", "17Gi"),
      gpu: fc.constantFrom("0", "1"),
      nodeSelector: fc.dictionary(key, value, { maxKeys: 1 }),
      nodeAffinity: fc.option(fc.array(term, { minLength: 1, maxLength: 2 }), { nil: undefined }),
    })
    .map(({ cpu, memory, gpu, ...spec }) => podSpec({ cpu, memory, "nvidia.com/gpu": gpu }, spec));
  const configs = fc.record<NodeConfig>({
    machineType: fc.constantFrom(
      "e2-standard-4",
      "t2a-standard-2",
      "custom-2-17408",
      "n9-standard-4",
      "g2-standard-4",
    ),
    os: fc.constant("linux"),
    labels,
    provisioning: fc.constantFrom("standard", "spot"),
    accelerators: fc.subarray(["nvidia-tesla-t4"]),
  });
  let refused = 0;
  fc.assert(
    fc.property(pods, configs, labels, fc.nat(3), (pod, config, more, kept) => {
      const group = spot(config);
      const why = refusal(pod, group);
      if (why === undefined) return;
      refused += 1;
      for (const each of nodesOf(config, more, kept))
        expect(slotsOf(toIncoming(pod), emptyRoom(each)), why).toBe(0);
    }),
    { numRuns: 2_000 },
  );
  expect(refused).toBeGreaterThan(200);
});

const SIZES: Readonly<Record<string, readonly [cpu: number, gibibytes: number]>> = {
  "e2-standard-4": [4, 16],
  "t2a-standard-2": [2, 8],
  "custom-2-17408": [2, 17],
  "g2-standard-4": [4, 16],
};

/**
 * Nodes as GKE may make them: with labels that a controller added, less of the machine than there is, and with either
 * of two values where a label was asked for that GKE has its own for.
 */
function nodesOf(config: NodeConfig, more: Node["labels"], kept: number): readonly Node[] {
  const [cpu, gibibytes] = SIZES[config.machineType] ?? [64, 256];
  const own = {
    "topology.kubernetes.io/zone": "europe-west1-b",
    ...(config.machineType === "n9-standard-4"
      ? {}
      : { "kubernetes.io/arch": config.machineType.startsWith("t2a") ? "arm64" : "amd64" }),
    ...(config.provisioning === "spot" ? { "cloud.google.com/gke-spot": "true" } : {}),
  };
  const added = Object.fromEntries(Object.entries(more).filter(([key]) => key === "disk" || key === "team"));
  const gpus = config.accelerators.length > 0 || !/^(e2|t2a|custom)-/.test(config.machineType) ? "8" : "0";
  const size = { cpu: `${cpu * 1000 - kept}m`, memory: `${gibibytes}Gi`, "nvidia.com/gpu": gpus };
  return [
    { ...added, ...config.labels, ...own },
    { ...added, ...own, ...config.labels },
  ].map((labels) => node("gke-prod-spot-1-aaaa", size, { labels }));
}
