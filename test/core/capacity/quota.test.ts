import { describe, expect, test } from "vitest";
import { NO_ADMISSION } from "../../../src/core/capacity/admission/written.ts";
import { quotaRoomOf } from "../../../src/core/capacity/quota.ts";
import { instant } from "../../../src/core/model/instant.ts";
import type { Pod } from "../../../src/core/model/pod.ts";
import type { PodSpec } from "../../../src/core/model/pod-spec.ts";
import type { PodAdmission, ResourceQuota } from "../../../src/core/model/quota.ts";
import { quota, written } from "./admission/builders.ts";
import {
  container,
  FRESH,
  NOW,
  OLD,
  placed,
  podSpec,
  quantities,
  replicaSet,
  scenario,
  waitingPod,
} from "./builders.ts";

interface Given {
  readonly quotas: readonly ResourceQuota[];
  readonly pod?: PodSpec;
  readonly old?: number;
  readonly oldPod?: PodSpec;
  readonly fresh?: number;
  readonly others?: readonly Pod[];
  readonly minor?: number;
  readonly foreign?: Parameters<typeof placed>[2][];
}

const CPU = podSpec({ cpu: "500m" });

const roomOf = ({
  quotas,
  pod = CPU,
  old = 2,
  oldPod = pod,
  fresh = 0,
  others = [],
  minor = 36,
  foreign = [],
}: Given) => {
  const named = (uid: string, spec: PodSpec) => (_: unknown, index: number) => ({
    ...waitingPod(uid, spec),
    name: `${uid}-${index}`,
  });
  return quotaRoomOf(
    ...scenario({
      replicas: 4,
      nodes: [],
      pod,
      replicaSets: [replicaSet(OLD, old), ...(fresh > 0 ? [replicaSet(FRESH, fresh)] : [])],
      waiting: [
        ...Array.from({ length: old }, named(OLD, oldPod)),
        ...Array.from({ length: fresh }, named(FRESH, pod)),
        ...others,
      ],
      snapshot: { quotas, minor, pods: foreign.map((extra) => placed("n", {}, { name: "other", ...extra })) },
    }),
  );
};

const withAdmission = (spec: PodSpec, extra: Partial<PodAdmission>): PodSpec => ({
  ...spec,
  admission: { ...NO_ADMISSION, ...extra },
});

describe("quotaRoomOf()", () => {
  test("quotaRoomOf() is without bounds where no quota counts pods", () => {
    expect(roomOf({ quotas: [] }).least(2)).toBe(Number.POSITIVE_INFINITY);
    const others = quota(
      "objects",
      { services: "5", "requests.storage": "1Gi" },
      { services: "5", "requests.storage": "1Gi" },
    );
    expect(roomOf({ quotas: [others] }).least(2)).toBe(Number.POSITIVE_INFINITY);
    expect(roomOf({ quotas: [others] }).message(2)).toBe("");
  });

  test("quotaRoomOf() lets as many new pods exist as the old ones that are left leave room for", () => {
    const room = roomOf({ quotas: [quota("q", { "requests.cpu": "2" }, { "requests.cpu": "1500m" })] });
    expect([2, 1, 0].map(room.least)).toEqual([1, 2, 3]);
    expect([2, 1, 0].map(room.most)).toEqual([1, 2, 3]);
  });

  test("quotaRoomOf() is the smallest room of all resources of all quotas", () => {
    const room = roomOf({
      quotas: [
        quota("a", { "requests.cpu": "10", pods: "5" }, { "requests.cpu": "1", pods: "2" }),
        quota("b", { "count/pods": "4" }, { "count/pods": "2" }),
      ],
    });
    expect(room.least(2)).toBe(2);
  });

  test("quotaRoomOf() counts a pod that is being deleted as gone, unless its charge ended before", () => {
    const q = quota("q", { pods: "3" }, { pods: "3" });
    const going = (ms: number): Pod => ({
      ...waitingPod(OLD, CPU),
      name: "going",
      deletedAt: instant(NOW + ms),
    });
    expect(roomOf({ quotas: [q] }).least(2)).toBe(0);
    expect(roomOf({ quotas: [q], others: [going(10_000)] }).least(2)).toBe(1);
    expect(roomOf({ quotas: [q], others: [going(-31_000)] }).least(2)).toBe(0);
  });

  test("quotaRoomOf() counts deleted pods of others in the namespace as gone, and of no other namespace", () => {
    const q = quota("q", { "limits.cpu": "3" }, { "limits.cpu": "3" });
    const pod = podSpec({}, { containers: [container({ cpu: "1" }, { limits: quantities({ cpu: "1" }) })] });
    const leaving = { deletedAt: instant(NOW + 10_000), leaving: pod };
    expect(roomOf({ quotas: [q], pod, foreign: [leaving] }).least(2)).toBe(1);
    expect(roomOf({ quotas: [q], pod, foreign: [{ ...leaving, namespace: "else" }] }).least(2)).toBe(0);
    expect(roomOf({ quotas: [q], pod, foreign: [{}] }).least(2)).toBe(0);
  });

  test("quotaRoomOf() never denies pods that exist", () => {
    const room = roomOf({ quotas: [quota("q", { pods: "1" }, { pods: "4" })], fresh: 2 });
    expect(room.least(2)).toBe(2);
    expect(room.least(0)).toBe(2);
  });

  test("quotaRoomOf() bounds the room where old pods are not alike", () => {
    const q = quota("q", { "requests.cpu": "3" }, { "requests.cpu": "3" });
    const large = { ...waitingPod(OLD, podSpec({ cpu: "2" })), name: "large" };
    const room = roomOf({ quotas: [q], old: 2, others: [large] });
    expect([room.least(1), room.most(1)]).toEqual([2, 5]);
  });

  test("quotaRoomOf() asks for every resource only of pods that have it", () => {
    const q = quota(
      "q",
      { "limits.memory": "1Gi", "requests.nvidia.com/gpu": "0" },
      { "limits.memory": "2Gi", "requests.nvidia.com/gpu": "0" },
    );
    const other = quota(
      "q",
      { "requests.ephemeral-storage": "1Gi" },
      { "requests.ephemeral-storage": "2Gi" },
    );
    expect(roomOf({ quotas: [other] }).least(2)).toBe(Number.POSITIVE_INFINITY);
    const gpu = podSpec({ cpu: "1", "nvidia.com/gpu": "1" }, {});
    expect(
      roomOf({ quotas: [{ ...q, hard: written({ "requests.nvidia.com/gpu": "0" }) }], pod: gpu }).least(2),
    ).toBe(0);
  });
});

describe("quotaRoomOf() by scope", () => {
  const full = (name: string, operator = "Exists", values: readonly string[] = []) =>
    quota("q", { pods: "2" }, { pods: "2" }, [{ name, operator, values }]);
  const high = withAdmission(CPU, { priorityClassName: "high" });

  test.each<[string, ResourceQuota, PodSpec, boolean]>([
    ["BestEffort of a pod that asks for nothing", full("BestEffort"), podSpec({}), true],
    ["BestEffort of a pod that asks for CPU", full("BestEffort"), CPU, false],
    [
      "BestEffort of a pod that asks for a disk only",
      full("BestEffort"),
      podSpec({ "ephemeral-storage": "1Gi" }),
      true,
    ],
    [
      "BestEffort of a pod with resources of its own",
      full("BestEffort"),
      podSpec({}, { podRequests: quantities({ cpu: "1" }) }),
      false,
    ],
    ["NotBestEffort of a pod that asks for CPU", full("NotBestEffort"), CPU, true],
    ["NotBestEffort of a pod that asks for nothing", full("NotBestEffort"), podSpec({}), false],
    [
      "Terminating of a pod with a deadline",
      full("Terminating"),
      withAdmission(CPU, { activeDeadline: true }),
      true,
    ],
    ["Terminating of a pod without", full("Terminating"), CPU, false],
    ["NotTerminating of a pod without a deadline", full("NotTerminating"), CPU, true],
    [
      "NotTerminating of a pod with one",
      full("NotTerminating"),
      withAdmission(CPU, { activeDeadline: true }),
      false,
    ],
    ["PriorityClass In", full("PriorityClass", "In", ["high"]), high, true],
    ["PriorityClass In another", full("PriorityClass", "In", ["low"]), high, false],
    ["PriorityClass NotIn", full("PriorityClass", "NotIn", ["high"]), high, false],
    ["PriorityClass NotIn of a pod without", full("PriorityClass", "NotIn", ["high"]), CPU, true],
    ["PriorityClass Exists", full("PriorityClass"), high, true],
    ["PriorityClass Exists of a pod without", full("PriorityClass"), CPU, false],
    ["PriorityClass DoesNotExist of a pod without", full("PriorityClass", "DoesNotExist"), CPU, true],
    [
      "CrossNamespacePodAffinity",
      full("CrossNamespacePodAffinity"),
      withAdmission(CPU, { crossNamespace: true }),
      true,
    ],
    ["CrossNamespacePodAffinity of a pod without", full("CrossNamespacePodAffinity"), CPU, false],
    ["VolumeAttributesClass", full("VolumeAttributesClass"), CPU, false],
  ])("quotaRoomOf() reads %s", (_, given, pod, counts) => {
    expect(roomOf({ quotas: [given], pod }).least(2)).toBe(counts ? 0 : Number.POSITIVE_INFINITY);
  });

  test("quotaRoomOf() gives nothing back for old pods that the quota does not count", () => {
    const given = full("PriorityClass", "In", ["high"]);
    expect(roomOf({ quotas: [given], pod: high, oldPod: CPU }).least(0)).toBe(0);
    expect(roomOf({ quotas: [given], pod: high }).least(0)).toBe(2);
  });
});

describe("quotaRoomOf().message", () => {
  test("message() is what the API says, of the resources that are exceeded only, sorted", () => {
    const hard = { "requests.cpu": "2", pods: "2", "limits.ephemeral-storage": "9Gi" };
    const room = roomOf({
      quotas: [quota("compute", hard, { "requests.cpu": "2", pods: "2", "limits.ephemeral-storage": "0" })],
      pod: podSpec({ cpu: "1" }),
    });
    expect(room.message(2)).toBe(
      'pods "web-" is forbidden: exceeded quota: compute, requested: pods=1,requests.cpu=1, used: pods=2,requests.cpu=2, limited: pods=2,requests.cpu=2',
    );
    expect(room.messages(1)).toEqual([
      'pods "web-" is forbidden: exceeded quota: compute, requested: pods=1,requests.cpu=1, used: pods=2,requests.cpu=2, limited: pods=2,requests.cpu=2',
    ]);
  });

  test("message() prints amounts in the way that they were written", () => {
    const notations = new Map([["app/requests.memory", { format: "DecimalSI" }]] as const);
    const pod = withAdmission(podSpec({ memory: "500M", cpu: "1500m" }), { notations });
    const hard = { "requests.memory": "1.5Gi", "requests.cpu": "3" };
    const room = roomOf({
      quotas: [quota("q", hard, { "requests.memory": "1G", "requests.cpu": "3" })],
      pod,
    });
    expect(room.message(2)).toContain(
      "requested: requests.cpu=1500m, used: requests.cpu=3, limited: requests.cpu=3",
    );
    const memory = roomOf({ quotas: [quota("q", { memory: "1.5Gi" }, { memory: "1500M" })], pod });
    expect(memory.message(2)).toContain("requested: memory=500M, used: memory=1500M, limited: memory=1536Mi");
  });

  test("messages() has one for every quota that refuses, as any of them may be asked first", () => {
    const full = (name: string) => quota(name, { pods: "2" }, { pods: "2" });
    const room = roomOf({ quotas: [full("b"), full("a"), quota("c", { pods: "9" }, { pods: "2" })] });
    expect(room.messages(2).map((text) => /quota: (\w)/.exec(text)?.[1])).toEqual(["a", "b"]);
  });

  test("message() names what each container must say, and nothing of it is a matter of room", () => {
    const q = quota(
      "q",
      { "limits.cpu": "9", "limits.memory": "9Gi", pods: "2" },
      { "limits.cpu": "0", "limits.memory": "0", pods: "2" },
    );
    const pod = podSpec(
      {},
      {
        containers: [
          container({}, { name: "init", role: "init", limits: quantities({ memory: "1Gi" }) }),
          container({}, { name: "app" }),
        ],
      },
    );
    const room = roomOf({ quotas: [q], pod });
    expect(room.least(0)).toBe(0);
    expect(room.messages(0)).toEqual([
      'pods "web-" is forbidden: failed quota: q: must specify limits.cpu for: app,init; limits.memory for: app',
    ]);
    const own = { ...pod, podLimits: quantities({ cpu: "1", memory: "2Gi" }) };
    expect(roomOf({ quotas: [q], pod: own }).least(0)).toBe(2);
    expect(roomOf({ quotas: [q], pod: own, minor: 33 }).least(0)).toBe(0);
  });

  test("message() asks nobody to say what may be left out", () => {
    const q = quota("q", { "requests.ephemeral-storage": "1Gi" }, { "requests.ephemeral-storage": "0" });
    expect(roomOf({ quotas: [q] }).least(0)).toBe(Number.POSITIVE_INFINITY);
  });
});
