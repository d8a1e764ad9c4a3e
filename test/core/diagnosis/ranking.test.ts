import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/core/diagnosis/finding.ts";
import type { Pod } from "../../../src/core/model/pod.ts";
import {
  aCondition,
  aContainer,
  anEvent,
  aPod,
  aProbe,
  aReplicaSet,
  aSpec,
  aStatus,
  at,
  aWorkload,
  ended,
  play,
  podIn,
  type Scene,
  waiting,
} from "../rollout/play.ts";

const causesOf = (...scenes: readonly Scene[]): readonly Finding[] => {
  const { decision } = play(scenes, { until: 600, goal: { readLogs: false } });
  return decision.kind === "failed" ? decision.causes : [];
};

const namesOf = (causes: readonly Finding[]): readonly string[] => causes.map(({ reason }) => reason);

/** The controller gives up at second 20. */
const gaveUp = aWorkload({
  conditions: [
    aCondition("Progressing", "False", {
      reason: "ProgressDeadlineExceeded",
      message: 'ReplicaSet "web-new" has timed out progressing.',
      lastUpdate: at(20),
    }),
  ],
});

const unplaced = (name: string, message = "0/1 nodes are available: 1 Insufficient cpu."): Pod =>
  aPod({
    name,
    nodeName: undefined,
    phase: "Pending",
    containers: [],
    conditions: [aCondition("PodScheduled", "False", { reason: "Unschedulable", message })],
  });

describe("the first cause comes before its echoes:", () => {
  test.each([
    ["a missing image", { pods: [podIn(waiting("ErrImagePull", "shop/web:2: not found"))] }, "ImageNotFound"],
    ["a pod without a place", { pods: [unplaced("web-1")] }, "InsufficientResources"],
    [
      "a quota",
      {
        replicaSets: [
          aReplicaSet({
            statusReplicas: 0,
            conditions: [aCondition("ReplicaFailure", "True", { message: "exceeded quota: x" })],
          }),
        ],
      },
      "QuotaExceeded",
    ],
    [
      "a webhook that is down",
      {
        replicaSets: [
          aReplicaSet({
            statusReplicas: 0,
            conditions: [
              aCondition("ReplicaFailure", "True", { message: 'failed calling webhook "w": EOF' }),
            ],
          }),
        ],
      },
      "AdmissionWebhookUnavailable",
    ],
    [
      "a sandbox",
      {
        pods: [podIn(waiting("ContainerCreating"), {}, { phase: "Pending" })],
        events: [anEvent("FailedCreatePodSandBox", "cni plugin not initialized", { container: undefined })],
      },
      "PodSandboxFailed",
    ],
  ])("%s, then the controller gives up", (_, shows, reason) => {
    const causes = causesOf({ second: 1, ...shows }, { second: 20, workload: gaveUp });
    expect(namesOf(causes)).toEqual([reason, "ProgressDeadlineExceeded"]);
  });

  test("an OOM kill among failed probes, back-off and exits", () => {
    const spec = aSpec({ containers: [aContainer({ livenessProbe: aProbe() })] });
    const oom = ended(137, { reason: "OOMKilled" });
    const pod = podIn(waiting("CrashLoopBackOff", "back-off"), { restartCount: 3, lastState: oom }, { spec });
    const events = [
      anEvent("Unhealthy", "Liveness probe failed: connection refused", { count: 9 }),
      anEvent("BackOff", "Back-off restarting failed container web"),
    ];
    const scenes = [0, 1, 2, 3].map((restartCount) => ({
      second: 1 + restartCount,
      pods: [{ ...pod, containers: [aStatus({ state: oom, restartCount })] }],
      events,
    }));
    expect(namesOf(causesOf({ second: 0, pods: [] }, ...scenes))).toEqual(["OomKilled"]);
  });

  test("what the autoscaler says of a pod without a place stands in for the scheduler's word", () => {
    const events = [
      anEvent("NotTriggerScaleUp", "pod didn't trigger scale-up: 1 max node group size reached", {
        pod: "web-1",
        container: undefined,
      }),
    ];
    const causes = causesOf(
      { second: 1, pods: [unplaced("web-1")], events },
      { second: 20, workload: gaveUp },
    );
    expect(namesOf(causes)).toEqual(["AutoscalerAtMaximum", "ProgressDeadlineExceeded"]);
  });

  test("what cannot heal comes before what may, of another pod", () => {
    const pods = [
      podIn(waiting("ErrImagePull", "503 Service Unavailable"), {}, { name: "web-1" }),
      podIn(
        waiting("CreateContainerConfigError", "couldn't find key a in Secret s/b"),
        {},
        { name: "web-2" },
      ),
    ];
    const causes = causesOf({ second: 1, pods });
    expect(causes.map(({ reason, pod }) => `${reason} ${pod}`)).toEqual([
      "ConfigMissing web-2",
      "RegistryUnavailable web-1",
    ]);
  });
});

test("what many pods share is one finding, told of the first, with all their names in order", () => {
  const pods = Array.from({ length: 100 }, (_, index) =>
    unplaced(
      `web-${String(index).padStart(3, "0")}`,
      `0/${index + 1} nodes are available: 1 Insufficient cpu.`,
    ),
  );
  const causes = causesOf({ second: 1, pods });
  expect(causes).toHaveLength(1);
  expect(causes[0]).toMatchObject({ reason: "InsufficientResources", pod: "web-000" });
  expect(causes[0]?.pods).toEqual(pods.map(({ name }) => name));
});
