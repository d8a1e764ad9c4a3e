import { describe, expect, test } from "vitest";
import { toEvent, toReplicaSet, toWorkload } from "../../../src/adapters/kubernetes/decode.ts";
import { toInstant } from "../../../src/adapters/kubernetes/decode-fields.ts";
import { toPod } from "../../../src/adapters/kubernetes/decode-pod.ts";

/** Wire JSON, as its readers are given it. */
const wire = <T>(json: object): T => json as T;

const TEMPLATE = {
  metadata: { labels: { app: "web" }, "future.io/field": 1 },
  spec: {
    terminationGracePeriodSeconds: 5,
    containers: [{ name: "web", image: "shop/web:2", futureField: { b: 1, a: null } }],
  },
};

describe("toWorkload()", () => {
  test("keeps every field of the template, in an order that does not depend on the API's", () => {
    const workload = toWorkload(wire({ metadata: {}, spec: { template: TEMPLATE } }));
    const turned = {
      spec: { containers: TEMPLATE.spec.containers, terminationGracePeriodSeconds: 5 },
      metadata: TEMPLATE.metadata,
    };
    expect(JSON.parse(workload.template.json)).toEqual(TEMPLATE);
    expect(toWorkload(wire({ metadata: {}, spec: { template: turned } })).template.json).toBe(
      workload.template.json,
    );
  });

  test("takes a template with a null creationTimestamp for the one without, which newer API servers give", () => {
    const templateOf = (metadata: object) =>
      toWorkload(wire({ metadata: {}, spec: { template: { ...TEMPLATE, metadata } } })).template.json;
    const newer = templateOf(TEMPLATE.metadata);
    expect(templateOf({ ...TEMPLATE.metadata, creationTimestamp: null })).toBe(newer);
    expect(templateOf({ ...TEMPLATE.metadata, creationTimestamp: "2026-01-01T00:00:00Z" })).not.toBe(newer);
    expect(templateOf({ ...TEMPLATE.metadata, annotations: null })).not.toBe(newer);
  });

  test("tells one that is being deleted from one that is not", () => {
    const deletedAtOf = (metadata: object) => toWorkload(wire({ metadata })).deletedAt;
    expect(deletedAtOf({ deletionTimestamp: "2026-01-01T00:00:01Z" })).toBe(Date.UTC(2026, 0, 1, 0, 0, 1));
    expect(deletedAtOf({})).toBeUndefined();
  });

  test("reads a status that says nothing as zeros", () => {
    const workload = toWorkload(
      wire({ metadata: { generation: 2 }, spec: { replicas: 0, template: TEMPLATE } }),
    );
    expect(workload).toMatchObject({
      generation: 2,
      observedGeneration: 0,
      replicas: 0,
      revision: undefined,
      status: { replicas: 0, updatedReplicas: 0, availableReplicas: 0 },
      conditions: [],
    });
  });

  test.each([
    [{ type: "Recreate" }, { kind: "Recreate" }],
    [
      { rollingUpdate: { maxSurge: 2, maxUnavailable: "30%" } },
      {
        kind: "RollingUpdate",
        maxSurge: { kind: "int", value: 2 },
        maxUnavailable: { kind: "percent", value: 30 },
      },
    ],
    [
      { rollingUpdate: { maxSurge: 0 } },
      {
        kind: "RollingUpdate",
        maxSurge: { kind: "int", value: 0 },
        maxUnavailable: { kind: "percent", value: 25 },
      },
    ],
    [
      undefined,
      {
        kind: "RollingUpdate",
        maxSurge: { kind: "percent", value: 25 },
        maxUnavailable: { kind: "percent", value: 25 },
      },
    ],
  ])("reads the strategy %j", (strategy, expected) => {
    expect(toWorkload(wire({ metadata: {}, spec: { strategy, template: TEMPLATE } })).strategy).toEqual(
      expected,
    );
  });

  test("folds labels and expressions into one selector", () => {
    const selector = { matchLabels: { app: "web" }, matchExpressions: [{ key: "tier", operator: "Exists" }] };
    expect(toWorkload(wire({ metadata: {}, spec: { selector, template: TEMPLATE } })).selector).toEqual([
      { key: "app", operator: "In", values: ["web"] },
      { key: "tier", operator: "Exists", values: [] },
    ]);
  });
});

describe("toReplicaSet()", () => {
  test("has the Deployment's template, but for the hash that the controller adds", () => {
    const labels = { ...TEMPLATE.metadata.labels, "pod-template-hash": "abc" };
    const template = { ...TEMPLATE, metadata: { creationTimestamp: null, ...TEMPLATE.metadata, labels } };
    const replicaSet = toReplicaSet(
      wire({ metadata: { labels: { "pod-template-hash": "abc" } }, spec: { template } }),
    );
    expect(replicaSet.templateJson).toBe(
      toWorkload(wire({ metadata: {}, spec: { template: TEMPLATE } })).template.json,
    );
  });
});

describe("toPod()", () => {
  const status = (name: string, state: object, more: object = {}) => ({
    name,
    image: "i",
    imageID: "",
    ready: false,
    restartCount: 0,
    state,
    ...more,
  });

  test("tells sidecars from init containers", () => {
    const pod = toPod(
      wire({
        metadata: {
          name: "web-1",
          uid: "p",
          ownerReferences: [{ uid: "x" }, { uid: "rs", controller: true }],
        },
        spec: {
          initContainers: [{ name: "migrate" }, { name: "proxy", restartPolicy: "Always" }],
          containers: [{ name: "web" }],
        },
        status: {
          initContainerStatuses: [
            status("migrate", {}),
            status("proxy", { running: { startedAt: "2026-01-01T00:00:00Z" } }),
          ],
          containerStatuses: [status("web", { waiting: { reason: "PodInitializing" } })],
        },
      }),
    );
    expect(pod.ownerUid).toBe("rs");
    expect(pod.containers.map(({ name, role, state }) => [name, role, state])).toEqual([
      ["migrate", "init", { kind: "waiting", reason: "", message: "" }],
      ["proxy", "sidecar", { kind: "running", startedAt: 1_767_225_600_000 }],
      ["web", "app", { kind: "waiting", reason: "PodInitializing", message: "" }],
    ]);
  });

  test("reads how an instance ended, now and before", () => {
    const terminated = { reason: "OOMKilled", exitCode: 137, finishedAt: null };
    const pod = toPod(
      wire({
        metadata: {},
        spec: { containers: [{ name: "web" }] },
        status: {
          phase: "Running",
          containerStatuses: [status("web", { terminated }, { lastState: { terminated } })],
        },
      }),
    );
    const end = {
      kind: "terminated",
      reason: "OOMKilled",
      exitCode: 137,
      message: "",
      finishedAt: undefined,
    };
    expect(pod.containers[0]).toMatchObject({ state: end, lastState: end, started: false });
  });

  test("reads which node the scheduler is making room on", () => {
    const status = { nominatedNodeName: "a" };
    expect(toPod(wire({ metadata: {}, status }))).toMatchObject({ nominatedNodeName: "a" });
  });

  test("reads a pod that nobody has touched yet", () => {
    expect(
      toPod(wire({ metadata: { name: "web-1" }, spec: { containers: [], nodeName: "" } })),
    ).toMatchObject({
      phase: "Pending",
      nodeName: undefined,
      nominatedNodeName: undefined,
      ownerUid: undefined,
      deletedAt: undefined,
      containers: [],
      conditions: [],
    });
  });
});

describe("toEvent()", () => {
  const event = (more: object) =>
    toEvent(
      wire({
        metadata: { uid: "e", creationTimestamp: "2026-01-01T00:00:09Z" },
        involvedObject: {},
        ...more,
      }),
    );

  test.each([
    [
      "the kubelet's",
      { count: 3, firstTimestamp: "2026-01-01T00:00:01Z", lastTimestamp: "2026-01-01T00:00:05Z" },
      3,
      1,
      5,
    ],
    [
      "the scheduler's",
      { eventTime: "2026-01-01T00:00:02.500000Z", firstTimestamp: null, lastTimestamp: null },
      1,
      2.5,
      2.5,
    ],
    [
      "a series",
      {
        eventTime: "2026-01-01T00:00:02Z",
        lastTimestamp: null,
        series: { count: 114, lastObservedTime: "2026-01-01T00:01:00Z" },
      },
      114,
      2,
      60,
    ],
    ["one without any time", { count: 0 }, 1, 9, 9],
  ])("reads count and times of %s", (_, json, count, first, last) => {
    const midnight = Date.UTC(2026, 0, 1);
    expect(event(json)).toMatchObject({
      count,
      firstSeen: midnight + first * 1000,
      lastSeen: midnight + last * 1000,
    });
  });

  test("drops the prefix of combined events, and only at the start", () => {
    expect(event({ message: "(combined from similar events): Error creating: x" }).message).toBe(
      "Error creating: x",
    );
    expect(event({ message: "x (combined from similar events): y" }).message).toBe(
      "x (combined from similar events): y",
    );
  });

  test.each([
    ["spec.containers{web}", "web"],
    ["spec.initContainers{proxy}", "proxy"],
    ["spec", undefined],
    [undefined, undefined],
  ])("finds in fieldPath %j the container %j", (fieldPath, container) => {
    expect(event({ involvedObject: { kind: "Pod", name: "p", uid: "u", fieldPath } }).container).toBe(
      container,
    );
  });
});

describe("toInstant()", () => {
  test.each([null, undefined, "", "soon", 17])("has no instant for %j", (value) => {
    expect(toInstant(value)).toBeUndefined();
  });

  test("reads microseconds", () => {
    expect(toInstant("2026-01-01T00:00:00.123456Z")).toBe(Date.UTC(2026, 0, 1) + 123);
  });
});
