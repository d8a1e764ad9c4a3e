import { describe, expect, test } from "vitest";
import type { Pod, Terminated } from "../../../src/core/model/pod.ts";
import {
  aCondition,
  aContainer,
  anEvent,
  aPod,
  aProbe,
  aReadyPod,
  aReplicaSet,
  aSpec,
  aStatus,
  at,
  aWorkload,
  ended,
  endOf,
  play,
  podIn,
  running,
  type Scene,
  waiting,
} from "./play.ts";

const end = (...scenes: readonly Scene[]): string => endOf(play(scenes, { until: 600, logs: () => ["x"] }));

describe("step() bridges what comes back within 30 s", () => {
  const refused = [
    aReplicaSet({
      conditions: [aCondition("ReplicaFailure", "True", { message: "failed calling webhook: timeout" })],
    }),
  ];
  const scenes = (back: number): readonly Scene[] => [
    { second: 1, replicaSets: refused },
    { second: 60, replicaSets: [aReplicaSet()] },
    { second: back, replicaSets: refused },
  ];

  test("and counts on", () => {
    expect(end(...scenes(89))).toBe("failed AdmissionWebhookUnavailable @121");
  });

  test("but counts anew after a longer break", () => {
    expect(end(...scenes(90))).toBe("failed AdmissionWebhookUnavailable @210");
  });
});

describe("step() waits for room that was freed", () => {
  const refused = [
    aReplicaSet({ conditions: [aCondition("ReplicaFailure", "True", { message: "exceeded quota: x" })] }),
  ];
  const leaving = aPod({ name: "web-old-1", ownerUid: "rs-old", deletedAt: at(2) });
  const regarding = { kind: "ReplicaSet", name: "web-new", uid: "rs-new" };
  const tried = (second: number) =>
    anEvent("FailedCreate", "no", { uid: "try", regarding, count: 9, lastSeen: at(second) });

  test.each([
    [58, "failed QuotaExceeded @117"],
    [59, "failed QuotaExceeded @70"],
  ])("until a try 10 s later, and takes one at %i s so", (second, expected) => {
    const scenes = [
      { second: 1, replicaSets: refused, pods: [leaving] },
      { second: 50, pods: [] },
      { second: 70, events: [tried(second)] },
    ];
    expect(end(...scenes)).toBe(expected);
  });
});

describe("step() counts pods that the node rejects", () => {
  const rejected = (name: string): Pod =>
    aPod({ name, uid: name, phase: "Failed", reason: "OutOfcpu", message: "Pod was rejected: no" });
  const third = (second: number): string =>
    end(
      { second: 0, pods: [] },
      { second: 1, pods: ["a", "b"].map(rejected) },
      { second, pods: ["a", "b", "c"].map(rejected) },
    );

  test("over two minutes", () => {
    expect(third(121)).toBe("failed PodRejectedByNode @121");
    expect(third(122)).toBe("wait @600");
  });
});

describe("step() gives an autoscaler that says no", () => {
  const pod = aPod({
    nodeName: undefined,
    phase: "Pending",
    containers: [],
    conditions: [aCondition("PodScheduled", "False", { reason: "Unschedulable", message: "0/1 nodes" })],
  });

  test.each([
    [
      "NotTriggerScaleUp",
      "pod didn't trigger scale-up: 2 in backoff after failed scale-up",
      "AutoscalerBackoff @181",
    ],
    [
      "NotTriggerScaleUp",
      "pod didn't trigger scale-up: 1 max node group size reached",
      "AutoscalerAtMaximum @61",
    ],
    [
      "FailedScaleUp",
      "Node scale up in zones z associated with this pod failed: GCE out of resources.",
      "ScaleUpOutOfResources @301",
    ],
    [
      "FailedScaleUp",
      "Node scale up in zones z associated with this pod failed: GCE quota exceeded.",
      "ScaleUpQuotaExceeded @61",
    ],
  ])("%s its time: %s", (reason, message, expected) => {
    const events = [anEvent(reason, message, { container: undefined })];
    expect(end({ second: 1, pods: [pod], events })).toBe(`failed ${expected}`);
  });

  test("longer while pods are terminating whose room the pod can have", () => {
    const message = "pod didn't trigger scale-up: 1 max node group size reached";
    const events = [anEvent("NotTriggerScaleUp", message, { container: undefined })];
    const leaving = aPod({ name: "web-old-1", ownerUid: "rs-old", deletedAt: at(2) });
    const scenes = [
      { second: 1, pods: [pod, leaving], events },
      { second: 91, pods: [pod] },
    ];
    expect(end(...scenes)).toBe("failed AutoscalerAtMaximum @100");
    const placed = { second: 93, pods: [aReadyPod()], workload: aWorkload({ available: 1 }) };
    expect(end(...scenes, placed)).toBe("succeeded @123");
  });
});

describe("step() tells kills by a probe, whose Killing was lost,", () => {
  const container = aContainer({ livenessProbe: aProbe() });
  const spec = aSpec({ containers: [container] });
  const workload = aWorkload({ spec: { containers: [container] } });
  const events = [anEvent("Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500")];
  const dies = (first: Terminated, second: Terminated): string =>
    end(
      { second: 1, workload, events, pods: [podIn(first, {}, { spec })] },
      { second: 3, pods: [podIn(running, { restartCount: 1, lastState: first }, { spec })] },
      { second: 9, pods: [podIn(second, { restartCount: 1, lastState: first }, { spec })] },
    );

  test.each([137, 143])("by exit code %i", (code) => {
    expect(dies(ended(code), ended(code))).toBe("failed LivenessProbeFailed web @9");
  });

  test("from a crash before it", () => {
    expect(dies(ended(1), ended(137))).toBe("wait @600");
  });

  test("from a kill for memory", () => {
    const oom = ended(137, { reason: "OOMKilled" });
    expect(dies(oom, oom)).toBe("failed OomKilled web @9");
    expect(dies(oom, ended(137))).toBe("wait @600");
  });

  test("from exits that no probe failed before", () => {
    const pods = (restartCount: number) => [
      podIn(waiting("CrashLoopBackOff"), { restartCount, lastState: ended(137) }, { spec }),
    ];
    expect(end({ second: 1, workload, pods: pods(1) })).toBe("wait @600");
    expect(end({ second: 1, workload, pods: pods(2) })).toBe("failed ContainerCrashed web @2");
  });
});

describe("step() takes the slowest pod before for a measure", () => {
  const old = (seconds: number): Pod =>
    aPod({
      name: "web-old-1",
      ownerUid: "rs-old",
      conditions: [aCondition("Ready", "True", { lastTransition: at(-1000 + seconds) })],
      containers: [aStatus({ ready: true, state: { kind: "running", startedAt: at(-1000) } })],
    });

  test("if it took under ten minutes", () => {
    const seen = (seconds: number) => end({ second: 1, pods: [podIn(running), old(seconds)] });
    expect(seen(599)).toBe("wait @600");
    expect(seen(600)).toBe("failed ReadinessProbeFailed web @121");
  });
});

describe("step() forgets failed pulls", () => {
  const failing = waiting("ErrImagePull", "code = NotFound");

  test("once the container was there and ended", () => {
    const scenes = [
      { second: 1, pods: [podIn(failing)] },
      { second: 3, pods: [podIn(waiting("CrashLoopBackOff"), { lastState: ended(1) })] },
      { second: 20, pods: [podIn(failing, { restartCount: 1, lastState: ended(1) })] },
    ];
    expect(end(...scenes)).toBe("wait @600");
  });

  test("but not over a back-off", () => {
    const scenes = [
      { second: 1, pods: [podIn(failing)] },
      { second: 3, pods: [podIn(waiting("ImagePullBackOff"))] },
      { second: 20, pods: [podIn(failing)] },
    ];
    expect(end(...scenes)).toBe("failed ImageNotFound web @20");
  });
});

describe("step() sets events aside that are as old as the status of a pod that was ready at first", () => {
  const container = aContainer({ livenessProbe: aProbe() });
  const spec = aSpec({ containers: [container] });
  const ready = aPod({
    spec,
    createdAt: at(-30),
    conditions: [aCondition("Ready", "True", { lastTransition: at(-9) })],
    containers: [aStatus({ ready: true, state: { kind: "running", startedAt: at(-12) } })],
  });
  const killed = (firstSeen: number, lastSeen: number): string => {
    const message = "Container web failed liveness probe, will be restarted";
    const times = { firstSeen: at(firstSeen), lastSeen: at(lastSeen) };
    const events = [anEvent("Killing", message, { count: 2, type: "Normal", ...times })];
    return end({ second: 0, pods: [ready], events });
  };

  test.each([
    [-20, -9, "wait @600"],
    [-9, -9, "wait @600"],
    [-9, -8, "wait @600"],
    [-8, -8, "failed LivenessProbeFailed web @0"],
  ])("first seen at %i s, last at %i s", (firstSeen, lastSeen, expected) => {
    expect(killed(firstSeen, lastSeen)).toBe(expected);
  });

  test("an eviction as well", () => {
    const message = 'Container web exceeded its local ephemeral storage limit "1Gi". ';
    const evicted = (second: number) =>
      ["a", "b"].map((pod) =>
        anEvent("Evicted", message, {
          pod,
          container: undefined,
          firstSeen: at(second),
          lastSeen: at(second),
        }),
      );
    const pods = ["a", "b"].map((name) => ({ ...ready, name, uid: `uid of ${name}` }));
    expect(end({ second: 0, pods, events: evicted(-9) })).toBe("wait @600");
    expect(end({ second: 0, pods, events: evicted(-8) })).toBe("failed PodEvicted @0");
  });
});
