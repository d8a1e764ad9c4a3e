import type { V1Pod } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { toNode, toPlacedPod } from "../../../src/adapters/kubernetes/decode-room.ts";

test("toNode() counts what can be allocated, never the capacity", () => {
  const node = toNode({
    metadata: { name: "node-1", labels: { zone: "a" } },
    spec: { taints: [{ key: "team", effect: "NoSchedule" }], unschedulable: true },
    status: {
      allocatable: { cpu: "940m", memory: "2886184Ki", pods: "110" },
      capacity: { cpu: "1", pods: "250" },
    },
  });
  expect(node).toEqual({
    name: "node-1",
    labels: { zone: "a" },
    taints: [{ key: "team", value: "", effect: "NoSchedule" }],
    unschedulable: true,
    allocatable: new Map([
      ["cpu", 940],
      ["memory", 2886184 * 1024],
      ["pods", 110],
    ]),
  });
  expect(toNode({ metadata: { name: "new" } }).allocatable).toEqual(new Map([["pods", 0]]));
});

// Timestamps are strings on the wire, whatever the client's types say.
const wire = (pod: object): V1Pod => pod as V1Pod;

describe("toPlacedPod()", () => {
  const owner = { apiVersion: "apps/v1", kind: "DaemonSet", name: "agent", uid: "uid-1", controller: true };
  const requests = { cpu: "100m" };
  const pod = {
    metadata: {
      namespace: "shop",
      name: "agent-1",
      ownerReferences: [owner],
      deletionTimestamp: "2026-01-01T00:00:30Z",
    },
    spec: {
      nodeName: "node-1",
      priority: 7,
      containers: [{ name: "app", resources: { requests }, ports: [{ containerPort: 1, hostPort: 80 }] }],
      initContainers: [{ name: "init", ports: [{ containerPort: 1, hostPort: 81 }] }],
    },
    status: { conditions: [{ type: "Ready", status: "True" }] },
  };

  test("toPlacedPod() keeps what takes room", () => {
    expect(toPlacedPod(wire(pod), 36)).toEqual({
      namespace: "shop",
      name: "agent-1",
      labels: {},
      ownerUid: "uid-1",
      nodeName: "node-1",
      nominatedNodeName: undefined,
      requests: new Map([["cpu", 100]]),
      hostPorts: [{ ip: "0.0.0.0", protocol: "TCP", port: 80 }],
      priority: 7,
      deletedAt: Date.parse("2026-01-01T00:00:30Z"),
      leaving: expect.objectContaining({ priority: 7 }),
      ready: true,
      daemon: true,
      repels: [],
    });
  });

  test("toPlacedPod() counts resources changed in place since 1.33", () => {
    const status = {
      containerStatuses: [
        { name: "app", resources: { requests: { cpu: "300m" } }, allocatedResources: { cpu: "200m" } },
      ],
    };
    const cpuAt = (minor: number, conditions: object[] = []) =>
      toPlacedPod(wire({ ...pod, status: { ...status, conditions } }), minor).requests.get("cpu");
    expect([cpuAt(32), cpuAt(33)]).toEqual([100, 300]);
  });

  test("toPlacedPod() drops what an infeasible resize asks for", () => {
    const small = { containerStatuses: [{ name: "app", resources: { requests: { cpu: "50m" } } }] };
    const cpuWith = (reason: string) =>
      toPlacedPod(
        wire({
          ...pod,
          status: { ...small, conditions: [{ type: "PodResizePending", status: "True", reason }] },
        }),
        36,
      ).requests.get("cpu");
    expect([cpuWith("Infeasible"), cpuWith("Deferred")]).toEqual([50, 100]);
  });

  test("toPlacedPod() keeps required anti-affinity, and tells nothing from everything", () => {
    const term = { labelSelector: { matchLabels: { app: "web" } }, topologyKey: "zone" };
    const podAntiAffinity = { requiredDuringSchedulingIgnoredDuringExecution: [term] };
    expect(
      toPlacedPod(wire({ ...pod, spec: { ...pod.spec, affinity: { podAntiAffinity } } }), 36).repels,
    ).toEqual([
      {
        selector: [{ key: "app", operator: "In", values: ["web"] }],
        namespaces: [],
        namespaceSelector: undefined,
        topologyKey: "zone",
        matchLabelKeys: [],
        mismatchLabelKeys: [],
      },
    ]);
    const selectors = [undefined, {}].map((labelSelector) => {
      const terms = { requiredDuringSchedulingIgnoredDuringExecution: [{ ...term, labelSelector }] };
      const spec = { ...pod.spec, affinity: { podAntiAffinity: terms } };
      return toPlacedPod(wire({ ...pod, spec }), 36).repels[0]?.selector;
    });
    expect(selectors).toEqual([undefined, []]);
  });
});

describe("toPlacedPod() reads what ranks pods", () => {
  const pod = (metadata: object, status: object = {}) =>
    toPlacedPod({ metadata, spec: { containers: [] }, status } as never, 36);
  const cost = (text: string) =>
    pod({ annotations: { "controller.kubernetes.io/pod-deletion-cost": text } }).deletionCost;

  test.each([
    ["7", 7],
    ["-7", -7],
    ["-2147483648", -2_147_483_648],
    ["2147483648", undefined],
    ["+7", undefined],
    ["007", undefined],
    ["7.5", undefined],
    ["", undefined],
    ["0", undefined],
  ])("toPlacedPod() takes a deletion cost of %j for %j", (text, expected) => {
    expect(cost(text)).toBe(expected);
  });

  test("toPlacedPod() keeps the start of a pod, and the whole spec only of one that is being deleted", () => {
    expect(pod({}, { startTime: "1970-01-01T00:00:01Z" })).toMatchObject({ startedAt: 1_000 });
    expect(pod({})).not.toHaveProperty("startedAt");
    expect(pod({})).not.toHaveProperty("leaving");
    const { leaving } = pod({ deletionTimestamp: "2026-01-01T00:00:00Z" });
    expect(leaving?.admission?.priorityClassName).toBe("");
  });
});
