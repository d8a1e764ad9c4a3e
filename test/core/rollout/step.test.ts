import { describe, expect, test } from "vitest";
import type { ContainerState, Terminated } from "../../../src/core/model/pod.ts";
import type { TerminationMessagePolicy } from "../../../src/core/model/pod-spec.ts";
import type { Goal } from "../../../src/core/rollout/rollout.ts";
import {
  aCondition,
  aContainer,
  anEvent,
  aPod,
  aProbe,
  aReadyPod,
  aSpec,
  aStatus,
  at,
  aWorkload,
  ended,
  endOf,
  play,
  podIn,
  running,
  waiting,
} from "./play.ts";

const healthy = { workload: aWorkload({ available: 1 }), pods: [aReadyPod()] };
const crashed = (restartCount: number) =>
  podIn(waiting("CrashLoopBackOff", "back-off"), { restartCount, lastState: ended(1) });

describe("step() succeeds", () => {
  test("when every replica was available for 30 s", () => {
    expect(endOf(play([{ second: 4, ...healthy }]))).toBe("succeeded @34");
  });

  test("at once with stable-for 0s", () => {
    expect(endOf(play([{ second: 4, ...healthy }], { goal: { stableForMs: 0 } }))).toBe("succeeded @4");
  });

  test.each([
    [
      "a liveness window of 40 s",
      [aContainer({ livenessProbe: aProbe({ initialDelaySeconds: 10 }) })],
      false,
      40,
    ],
    ["storage limits", [aContainer()], true, 75],
    [
      "a window longer than two minutes",
      [aContainer({ livenessProbe: aProbe({ periodSeconds: 100 }) })],
      false,
      120,
    ],
    ["a short liveness window", [aContainer({ livenessProbe: aProbe({ periodSeconds: 1 }) })], false, 30],
  ])("after %s", (_, containers, storageLimited, seconds) => {
    const workload = aWorkload({ available: 1, spec: { containers, storageLimited } });
    expect(endOf(play([{ second: 0, workload, pods: [aReadyPod()] }]))).toBe(`succeeded @${seconds}`);
  });

  test("a full window after the last restart", () => {
    const restarted = aReadyPod({
      containers: [aStatus({ ready: true, restartCount: 1, lastState: ended(1) })],
    });
    const scenes = [
      { second: 1, pods: [podIn(running)] },
      { second: 2, ...healthy },
      { second: 20, pods: [restarted] },
    ];
    expect(endOf(play(scenes))).toBe("succeeded @50");
  });

  test("a full window after the last kill by a probe, although its restart was not seen yet", () => {
    const container = aContainer({ livenessProbe: aProbe() });
    const workload = aWorkload({ available: 1, spec: { containers: [container] } });
    const pod = aReadyPod({ spec: { ...aPod().spec, containers: [container] } });
    const killing = anEvent("Killing", "Container web failed liveness probe, will be restarted", {
      type: "Normal",
    });
    const scenes = [
      { second: 1, pods: [podIn(running)] },
      { second: 2, workload, pods: [pod] },
      { second: 20, events: [killing] },
    ];
    expect(endOf(play(scenes))).toBe("succeeded @50");
  });

  test("a full window after a replica was missing for a moment", () => {
    const scenes = [
      { second: 2, ...healthy },
      { second: 20, workload: aWorkload({ available: 0 }) },
      { second: 21, workload: aWorkload({ available: 1 }) },
    ];
    expect(endOf(play(scenes))).toBe("succeeded @51");
  });

  test("in a rollback as soon as everything is available", () => {
    expect(endOf(play([{ second: 4, ...healthy }], { goal: { direction: "back" } }))).toBe("succeeded @4");
  });

  test("with what it does not hide", () => {
    const workload = aWorkload({
      available: 2,
      replicas: 2,
      spec: { containers: [aContainer({ image: "mirror/web:2" })] },
    });
    const pods = [
      aReadyPod({
        containers: [aStatus({ ready: true, imageID: "web@sha256:1", restartCount: 1, lastState: ended(1) })],
      }),
      aReadyPod({ name: "web-new-2", containers: [aStatus({ ready: true, imageID: "web@sha256:2" })] }),
      aReadyPod({ name: "web-old-1", ownerUid: "rs-old", deletedAt: at(2) }),
    ];
    const { decision } = play([{ second: 0, workload, pods }], { goal: { stableForMs: 0 } });
    expect(decision).toEqual({
      kind: "succeeded",
      warnings: [
        "admission rewrote the image of container web: wanted shop/web:2, runs mirror/web:2",
        "the new pods run different images in container web: web@sha256:1, web@sha256:2",
        "container web of pod web-new-1 restarted 1 time before it settled",
        "old pods are still terminating: web-old-1",
      ],
    });
  });

  test("without a word on one image that has two names", () => {
    const imageIDs = [
      "registry.example/late@sha256:1",
      "docker-pullable://registry.example/web@sha256:1",
      "sha256:1",
    ];
    const pods = imageIDs.map((imageID, i) =>
      aReadyPod({ name: `web-new-${i}`, containers: [aStatus({ ready: true, imageID })] }),
    );
    const workload = aWorkload({ available: 3, replicas: 3 });
    const { decision } = play([{ second: 0, workload, pods }], { goal: { stableForMs: 0 } });
    expect(decision).toEqual({ kind: "succeeded", warnings: [] });
  });

  test("without replicas, and says that nothing was verified", () => {
    const { decision } = play([{ second: 0, workload: aWorkload({ replicas: 0 }) }], {
      goal: { stableForMs: 0 },
    });
    expect(decision).toEqual({
      kind: "succeeded",
      warnings: ["the workload is scaled to zero: nothing was verified"],
    });
  });
});

describe("step() does not succeed", () => {
  test.each([
    [
      "the controller has not seen the change",
      { workload: aWorkload({ available: 1, observedGeneration: 1 }), pods: [aReadyPod()] },
    ],
    [
      "an old pod counts still",
      {
        workload: aWorkload({
          available: 1,
          status: { replicas: 2, updatedReplicas: 1, availableReplicas: 2 },
        }),
        pods: [aReadyPod()],
      },
    ],
    [
      "fewer new pods than replicas are there",
      {
        workload: aWorkload({
          replicas: 2,
          status: { replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
        }),
        pods: [aReadyPod()],
      },
    ],
    [
      "the ready pod is of the old version",
      { workload: aWorkload({ available: 1 }), pods: [aReadyPod({ ownerUid: "rs-old" })] },
    ],
    [
      "the ready pod is terminating",
      { workload: aWorkload({ available: 1 }), pods: [aReadyPod({ deletedAt: at(1) })] },
    ],
  ])("while %s", (_, scene) => {
    expect(endOf(play([{ second: 0, ...scene }], { until: 100 }))).toBe("wait @100");
  });
});

describe("step() yields", () => {
  test.each([
    [
      "the template is another",
      aWorkload({ template: { ...aWorkload().template, json: "{}" } }),
      "Superseded",
    ],
    ["the workload was created anew", aWorkload({ uid: "u-2" }), "Superseded"],
    ["the workload was deleted", undefined, "Superseded"],
    ["it was paused", aWorkload({ paused: true }), "WorkloadPaused"],
    ["it was scaled to zero", aWorkload({ replicas: 0 }), "NoReplicas"],
  ])("when %s", (_, workload, reason) => {
    expect(endOf(play([{ second: 5, workload }]))).toBe(`superseded ${reason} @5`);
  });

  test("when it was scaled to zero before the first look", () => {
    const scenes = [{ second: 0, workload: aWorkload({ replicas: 0 }) }];
    expect(endOf(play(scenes, { goal: { replicasBefore: 2 } }))).toBe("superseded NoReplicas @0");
  });

  test.each([
    ["replicas", aWorkload({ replicas: 3, generation: 3, observedGeneration: 3 })],
    ["annotations", aWorkload({ annotations: { a: "b" } })],
    ["the strategy", aWorkload({ strategy: { kind: "Recreate" } })],
    [
      "nothing: a cache still shows what stood before our write",
      aWorkload({ generation: 1, template: { ...aWorkload().template, json: "{}" } }),
    ],
  ])("not when somebody changed %s", (_, workload) => {
    expect(endOf(play([{ second: 5, workload }], { until: 50 }))).toBe("wait @50");
  });

  test("even when there is reason to fail as well", () => {
    const scenes = [
      {
        second: 1,
        pods: [crashed(5)],
        workload: aWorkload({ template: { ...aWorkload().template, json: "{}" } }),
      },
    ];
    expect(endOf(play(scenes))).toBe("superseded Superseded @1");
  });
});

describe("step() and the controller's deadline", () => {
  const exceeded = (more: object = {}) =>
    aWorkload({
      conditions: [
        aCondition("Progressing", "False", {
          reason: "ProgressDeadlineExceeded",
          message: 'ReplicaSet "web-new" has timed out progressing.',
          lastUpdate: at(10),
          ...more,
        }),
      ],
    });

  test("fails at once with the cause that the pods show", () => {
    const pods = [
      podIn(
        waiting("ContainerCreating"),
        {},
        {
          nodeName: undefined,
          conditions: [
            aCondition("PodScheduled", "False", {
              reason: "Unschedulable",
              message: "0/1 nodes are available: 1 Insufficient cpu.",
            }),
          ],
        },
      ),
    ];
    expect(endOf(play([{ second: 12, workload: exceeded(), pods }]))).toBe(
      "failed InsufficientResources @12",
    );
  });

  test("fails with the deadline itself where the pods show nothing", () => {
    expect(endOf(play([{ second: 12, workload: exceeded() }]))).toBe("failed ProgressDeadlineExceeded @12");
  });

  test("prefers the pod that is stuck to one that got over its crash", () => {
    const recovered = aReadyPod({
      containers: [aStatus({ ready: true, restartCount: 1, lastState: ended(1) })],
    });
    const stuck = podIn(waiting("ImagePullBackOff", "Back-off pulling image"), {}, { name: "web-new-2" });
    const scenes = [
      { second: 1, pods: [podIn(running)] },
      { second: 12, workload: exceeded(), pods: [recovered, stuck] },
    ];
    expect(endOf(play(scenes, { goal: { readLogs: false } }))).toBe("failed ImagePullFailed web @12");
  });

  test("is itself the cause where all that the pods show is overcome", () => {
    const recovered = aReadyPod({
      containers: [aStatus({ ready: true, restartCount: 1, lastState: ended(1) })],
    });
    const scenes = [
      { second: 1, pods: [podIn(running)] },
      { second: 12, workload: exceeded(), pods: [recovered] },
    ];
    expect(endOf(play(scenes, { goal: { readLogs: false } }))).toBe("failed ProgressDeadlineExceeded @12");
  });

  test.each([
    ["ahead", 3_600],
    ["behind", -3_600],
  ])("goes by the cluster's clock, with ours %s", (_, ahead) => {
    const goal = { progressedAt: at(5) };
    expect(endOf(play([{ second: 12, workload: exceeded() }], { goal, ahead, until: 50 }))).toBe(
      "failed ProgressDeadlineExceeded @12",
    );
    const stale = exceeded({ lastUpdate: at(5) });
    expect(endOf(play([{ second: 12, workload: stale }], { goal, ahead, until: 50 }))).toBe("wait @50");
  });

  test("takes it where the answer to our write had no such condition", () => {
    const goal = { progressedAt: undefined };
    expect(endOf(play([{ second: 12, workload: exceeded() }], { goal }))).toBe(
      "failed ProgressDeadlineExceeded @12",
    );
  });

  test.each([
    ["it is from before our write", exceeded({ lastUpdate: at(-1) })],
    ["it names another ReplicaSet", exceeded({ message: 'ReplicaSet "web-old" has timed out progressing.' })],
    ["it has no time", exceeded({ lastUpdate: undefined })],
    ["the controller has not observed our change", { ...exceeded(), observedGeneration: 1 }],
  ])("ignores it when %s", (_, workload) => {
    expect(endOf(play([{ second: 12, workload }], { until: 50 }))).toBe("wait @50");
  });

  test("ignores it while a node is being added", () => {
    const pod = aPod({
      nodeName: undefined,
      phase: "Pending",
      containers: [],
      conditions: [
        aCondition("PodScheduled", "False", {
          reason: "Unschedulable",
          message: "0/1 nodes are available: 1 Insufficient cpu.",
        }),
      ],
    });
    const events = [anEvent("TriggeredScaleUp", "pod triggered scale-up: [{pool 1->2 (max: 3)}]")];
    expect(endOf(play([{ second: 12, workload: exceeded(), pods: [pod], events }], { until: 300 }))).toBe(
      "wait @300",
    );
  });
});

describe("step() and the timeout", () => {
  test("says what was being waited for", () => {
    const pods = [podIn(running)];
    const { decision, second } = play([{ second: 0, pods }], { goal: { timeoutMs: 60_000 } });
    expect(second).toBe(60);
    expect(decision).toMatchObject({
      kind: "failed",
      causes: [
        {
          reason: "Timeout",
          summary:
            "after 1m the rollout still waits for new pods: 0 of 1 available; " +
            "web-new-1: container web runs, and its readiness probe does not succeed",
        },
        { reason: "ReadinessProbeFailed", pod: "web-new-1" },
      ],
    });
  });

  test("leaves three windows on top once everything was available", () => {
    const well = { workload: aWorkload({ available: 1 }), pods: [aReadyPod()] };
    const unwell = { workload: aWorkload({ available: 0 }), pods: [podIn(running)] };
    const flapping = Array.from({ length: 20 }, (_, i) => [
      { second: 10 + i * 20, ...well },
      { second: 20 + i * 20, ...unwell },
    ]).flat();
    expect(endOf(play(flapping, { goal: { timeoutMs: 60_000 } }))).toBe("failed Timeout @150");
  });

  test("lets the last window end after it", () => {
    expect(endOf(play([{ second: 59, ...healthy }], { goal: { timeoutMs: 60_000 } }))).toBe("succeeded @89");
  });
});

describe("step() counts only time in which the API answers", () => {
  const pods = [podIn(waiting("CreateContainerConfigError", 'configmap "x" not found'))];

  test("so that no verdict ripens in an outage", () => {
    const scenes = [{ second: 1, pods }];
    expect(endOf(play(scenes))).toBe("failed ConfigMissing web @45");
    expect(endOf(play(scenes, { blind: [20, 80] }))).toBe("failed ConfigMissing web @100");
  });

  test("and gives up after five minutes without it, in all", () => {
    expect(endOf(play([{ second: 1, ...healthy }], { blind: [10, 2_000] }))).toBe(
      "error ApiUnavailable @315",
    );
  });

  test.each([
    ["forward", "so it is not known what became of the change of deployment/web"],
    ["back", "so it is not known what became of the change of deployment/web"],
    ["unchanged", "so it is not known whether deployment/web is healthy; nothing was changed"],
  ] as const)("says what is not known after five minutes without an answer, going %s", (direction, what) => {
    const { decision } = play([{ second: 1, pods: [podIn(running)] }], {
      blind: [10, 2_000],
      goal: { direction },
    });
    expect(decision).toMatchObject({ message: `the API server did not answer for 5m, ${what}` });
  });

  test("and says so while it waits, but not for a pause that means nothing", () => {
    const scenes = [{ second: 1, pods }];
    const said = "the API server to answer; until it does, no time counts";
    expect(play(scenes, { blind: [20, 40] }).waitedFor).toContain(said);
    expect(play(scenes, { blind: [20, 24] }).waitedFor).not.toContain(said);
  });

  test("and does not mistake a pause of its own for an outage that was watched", () => {
    const scenes = [{ second: 1, pods }];
    expect(endOf(play(scenes, { blind: [20, 24] }))).toBe("failed ConfigMissing web @45");
  });
});

describe("step() and what happened before the watch", () => {
  const well = aReadyPod({ containers: [aStatus({ ready: true, restartCount: 7, lastState: ended(1) })] });
  const container = aContainer({ livenessProbe: aProbe() });
  const old = { firstSeen: at(-900), lastSeen: at(-600), count: 9 };
  const killings = anEvent("Killing", "Container web failed liveness probe, will be restarted", old);

  test("forgives a ready pod its restarts, and counts new ones", () => {
    const scenes = [{ second: 0, workload: aWorkload({ available: 0 }), pods: [well] }];
    const again = podIn(waiting("CrashLoopBackOff"), { restartCount: 9, lastState: ended(1) });
    expect(endOf(play(scenes, { goal: { direction: "unchanged" }, until: 60 }))).toBe("wait @60");
    expect(endOf(play([...scenes, { second: 30, pods: [again] }], { goal: { readLogs: false } }))).toBe(
      "failed ContainerCrashed web @30",
    );
  });

  test("forgives it events that are listed after the pods", () => {
    const pod = { ...well, spec: { ...well.spec, containers: [container] } };
    const scenes = [
      { second: 0, workload: aWorkload({ available: 0 }), pods: [pod] },
      { second: 1, events: [killings] },
    ];
    expect(endOf(play(scenes, { until: 60 }))).toBe("wait @60");
    const later = { ...killings, count: 11, lastSeen: at(30) };
    const goal = { readLogs: false };
    expect(endOf(play([...scenes, { second: 30, events: [later] }], { goal }))).toBe(
      "failed LivenessProbeFailed web @30",
    );
  });

  test("takes of an event that began before and goes on the last time only", () => {
    const pod = { ...well, spec: { ...well.spec, containers: [container] } };
    const first = { second: 0, workload: aWorkload({ available: 0 }), pods: [pod] };
    const goal = { readLogs: false };
    const event = { ...killings, lastSeen: at(9) };
    const scenes = [first, { second: 10, events: [event] }];
    expect(endOf(play(scenes, { until: 60 }))).toBe("wait @60");
    expect(endOf(play([...scenes, { second: 30, events: [{ ...event, count: 10 }] }], { goal }))).toBe(
      "failed LivenessProbeFailed web @30",
    );
  });

  test("does not forgive a pod that is still crashing", () => {
    const goal = { direction: "unchanged" as const, readLogs: false };
    expect(endOf(play([{ second: 0, pods: [crashed(7)] }], { goal }))).toBe("failed ContainerCrashed web @0");
  });

  describe("to a container that runs again, but is not ready", () => {
    const container = aContainer({ livenessProbe: aProbe() });
    const spec = aSpec({ containers: [container] });
    const back = podIn(running, { restartCount: 5, lastState: ended(1) }, { createdAt: at(-9_000), spec });
    const first = { second: 0, pods: [back], events: [killings] };
    const goal = { direction: "back" as const, readLogs: false };

    test.each(["back", "unchanged"] as const)("forgives it in the direction %s", (direction) => {
      const ready = { second: 10, workload: aWorkload({ available: 1 }), pods: [aReadyPod()] };
      expect(endOf(play([first, ready], { goal: { ...goal, direction } }))).toBe("succeeded @10");
    });

    test("counts what comes", () => {
      const crashes = [10, 20, 30].map((second, i) => ({ second, pods: [crashed(5 + i)] }));
      expect(endOf(play([first, ...crashes], { goal }))).toBe("failed ContainerCrashed web @30");
      const events = [{ ...killings, count: 11, lastSeen: at(30) }];
      expect(endOf(play([first, { second: 30, events }], { goal }))).toBe(
        "failed LivenessProbeFailed web @30",
      );
    });

    test("does not forgive the container beside it that is still crashing", () => {
      const loop = aStatus({
        name: "cron",
        restartCount: 7,
        state: waiting("CrashLoopBackOff"),
        lastState: ended(1),
      });
      const containers = [...back.containers, loop];
      const pod = {
        ...back,
        containers,
        spec: aSpec({ containers: [container, aContainer({ name: "cron" })] }),
      };
      expect(endOf(play([{ ...first, pods: [pod] }], { goal }))).toBe("failed ContainerCrashed cron @0");
    });

    test("does not forgive it in a rollout, which has to prove itself", () => {
      const forward = { ...goal, direction: "forward" as const };
      expect(endOf(play([{ ...first, events: [] }], { goal: forward }))).toBe(
        "failed ContainerCrashed web @0",
      );
    });

    test("still tells what a probe says of it", () => {
      const conditions = [aCondition("Ready", "False", { lastTransition: at(-60) })];
      const state = { kind: "running" as const, startedAt: at(-70) };
      const pods = [
        podIn(state, { restartCount: 5, lastState: ended(1) }, { createdAt: at(-9_000), conditions }),
      ];
      const events = [anEvent("Unhealthy", "Readiness probe failed: 503", { ...old, lastSeen: at(-3) })];
      const { decision } = play([{ second: 0, pods, events }], { goal });
      expect(decision).toMatchObject({
        causes: [{ reason: "ReadinessProbeFailed", message: "Readiness probe failed: 503" }],
      });
    });
  });

  test.each([
    ["ahead", 3_600],
    ["behind", -3_600],
  ])("tells old events from new ones by the cluster's clock, with ours %s", (_, ahead) => {
    const pod = { ...well, spec: { ...well.spec, containers: [container] } };
    const scenes = [{ second: 0, workload: aWorkload({ available: 0 }), pods: [pod], events: [killings] }];
    const goal = { readLogs: false };
    expect(endOf(play(scenes, { goal, ahead, until: 60 }))).toBe("wait @60");
    const events = [{ ...killings, uid: "new", firstSeen: at(20), lastSeen: at(30), count: 2 }];
    expect(endOf(play([...scenes, { second: 30, events }], { goal, ahead }))).toBe(
      "failed LivenessProbeFailed web @30",
    );
  });

  test("forgets pods that the node had evicted", () => {
    const evicted = (name: string) =>
      aPod({
        name,
        phase: "Failed",
        reason: "Evicted",
        message: 'Usage of EmptyDir volume "x" exceeds the limit "4Mi". ',
      });
    const pods = [evicted("web-new-1"), evicted("web-new-2")];
    expect(endOf(play([{ second: 0, pods }], { until: 60 }))).toBe("wait @60");
    expect(endOf(play([{ second: 1, pods }]))).toBe("failed PodEvicted @1");
  });
});

describe("step() and logs", () => {
  const scenes = [
    { second: 1, pods: [podIn(running)] },
    { second: 2, pods: [crashed(2)] },
  ];

  test("asks for the instance that ended, and tells it with the cause", () => {
    const logs = ({ previous }: { previous: boolean }) => (previous ? ["no database"] : ["starting"]);
    const played = play(scenes, { logs });
    expect(played.asked).toEqual([{ pod: "web-new-1", container: "web", previous: true }]);
    expect(endOf(played)).toBe("failed ContainerCrashed web @3");
    expect(played.decision).toMatchObject({ causes: [{ log: { lines: ["no database"], previous: true } }] });
  });

  test("asks for the present instance where that one ended", () => {
    const pods = [podIn(ended(1), { restartCount: 2 })];
    expect(play([{ second: 2, pods }], { logs: () => ["x"] }).asked).toEqual([
      { pod: "web-new-1", container: "web", previous: false },
    ]);
  });

  test("asks for the instance that ended again once another one runs, whose log may have come instead", () => {
    const pods = (state: ContainerState, restartCount: number) => [
      podIn(state, { restartCount, lastState: ended(1) }),
    ];
    const logs = ({ previous }: { previous: boolean }) => (previous ? ["no database"] : ["starting"]);
    const { asked, decision } = play(
      [
        { second: 1, pods: pods(ended(1), 1) },
        { second: 3, pods: pods(running, 2) },
        { second: 9, pods: pods(ended(1), 2) },
      ],
      { logs },
    );
    expect(asked.map(({ previous }) => previous)).toEqual([false, true]);
    expect(decision).toMatchObject({ causes: [{ log: { lines: ["no database"], previous: true } }] });
  });

  test("keeps the log of the instance that ended where there is no earlier one", () => {
    const logs = ({ previous }: { previous: boolean }) =>
      previous ? "no earlier instance" : ["no database"];
    const scenes = [
      { second: 1, pods: [podIn(ended(1), { restartCount: 1 })] },
      { second: 3, pods: [crashed(1)] },
      { second: 9, pods: [crashed(2)] },
    ];
    expect(play(scenes, { logs }).decision).toMatchObject({ causes: [{ log: { lines: ["no database"] } }] });
  });

  test("asks for the other one where the runtime has the log no more", () => {
    const gone = "unable to retrieve container logs for containerd://abc";
    const logs = ({ previous }: { previous: boolean }) => (previous ? [gone] : ["proxy: no upstream"]);
    const { decision, asked } = play(scenes, { logs });
    expect(asked.map(({ previous }) => previous)).toEqual([true, false]);
    expect(decision).toMatchObject({ causes: [{ log: { lines: ["proxy: no upstream"], previous: false } }] });
  });

  test("tells why there is no log where none came, the first word of it, and keeps asking for a better one", () => {
    const why = ({ previous }: { previous: boolean }) =>
      previous ? "the node no longer has this log" : "the log is empty";
    const { decision, asked } = play(scenes, { logs: why });
    expect(asked.map(({ previous }) => previous)).toEqual([true, false]);
    expect(decision).toMatchObject({
      causes: [{ log: { lines: [], note: "the node no longer has this log" } }],
    });
    const late = ({ previous }: { previous: boolean }) => (previous ? "gone" : ["no upstream"]);
    expect(play(scenes, { logs: late }).decision).toMatchObject({
      causes: [{ log: { lines: ["no upstream"], note: undefined } }],
    });
  });

  test("does not wait longer than 3 s for an answer", () => {
    expect(endOf(play(scenes))).toBe("failed ContainerCrashed web @5");
  });

  test("asks for none when it may not", () => {
    const played = play(scenes, { goal: { readLogs: false } });
    expect(played.asked).toEqual([]);
    expect(endOf(played)).toBe("failed ContainerCrashed web @2");
  });

  describe("and the end of one in a termination message", () => {
    const messageOf = (end: Terminated, goal: Partial<Goal>, policy: TerminationMessagePolicy) => {
      const spec = aSpec({ containers: [aContainer({ terminationMessagePolicy: policy })] });
      const pods = [
        podIn(waiting("CrashLoopBackOff", "back-off"), { restartCount: 4, lastState: end }, { spec }),
      ];
      const { decision } = play([{ second: 2, pods }], { goal, logs: () => ["x"] });
      return decision.kind === "failed" ? decision.causes.map(({ message }) => message).join("; ") : "";
    };
    const crash = ended(1, { message: "password=1 rejected" });
    const kill = ended(137, { reason: "OOMKilled", message: "password=1 rejected" });
    const format = ended(255, { message: "password=1: exec format error" });
    const start = ended(128, { reason: "StartError", message: "exec: /nope: not found" });

    test.each([
      ["a crash", crash],
      ["a kill for memory", kill],
      ["a program for another processor", format],
    ])("tells it of %s only where logs may be read", (_, end) => {
      expect(messageOf(end, { readLogs: false }, "FallbackToLogsOnError")).not.toContain("password");
      expect(messageOf(end, { readLogs: true }, "FallbackToLogsOnError")).toContain("password");
      expect(messageOf(end, { readLogs: false }, "File")).toContain("password");
    });

    test.each([
      ["the runtime says of a start that failed", start],
      ["a container leaves that ends well", ended(0, { message: "exec: /nope: not found" })],
    ])("is not what %s", (_, end) => {
      expect(messageOf(end, { readLogs: false }, "FallbackToLogsOnError")).toContain(
        "exec: /nope: not found",
      );
    });
  });

  test("asks for a few of many pods only", () => {
    const pods = Array.from({ length: 50 }, (_, i) => ({
      ...crashed(0),
      name: `web-new-${i}`,
      uid: `u${i}`,
    }));
    const played = play([{ second: 2, pods }], { until: 4 });
    expect(played.asked).toHaveLength(3);
  });
});

describe("step() says what it waits for", () => {
  test("only when something changed", () => {
    const { waitedFor } = play([
      { second: 0, workload: aWorkload({ observedGeneration: 1 }) },
      {
        second: 2,
        workload: aWorkload({
          status: { replicas: 1, updatedReplicas: 0, availableReplicas: 1 },
        }),
      },
      { second: 4, workload: aWorkload(), pods: [podIn(waiting("ContainerCreating"))] },
      { second: 9, ...healthy },
    ]);
    expect(waitedFor).toEqual([
      "the Deployment controller to take up the change",
      "new pods: 0 of 1 created, 0 ready",
      "new pods: 0 of 1 available",
      "every replica to stay available for 30s",
    ]);
  });
});

describe("step() is a pure function", () => {
  test("that tells the same trouble of many pods once, whatever their order", () => {
    const pods = ["c", "a", "b"].map((name) => ({ ...crashed(2), name, uid: name }));
    const goal = { readLogs: false };
    const { decision } = play([{ second: 1, pods: pods.toSorted((x, y) => (x.name < y.name ? -1 : 1)) }], {
      goal,
    });
    expect(decision).toMatchObject({
      causes: [{ reason: "ContainerCrashed", pod: "a", pods: ["a", "b", "c"], node: "node-a", role: "app" }],
    });
    expect(decision.kind === "failed" && decision.causes).toHaveLength(1);
  });
});
