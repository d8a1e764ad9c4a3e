import { describe, expect, test } from "vitest";
import { CAUSES } from "../../../src/core/diagnosis/causes/index.ts";
import type { ContainerStatus, Pod } from "../../../src/core/model/pod.ts";
import { parseQuantity } from "../../../src/core/quantity.ts";
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
} from "../rollout/play.ts";

/** How it ends, seen for ten minutes and without logs. */
const end = (...scenes: readonly Scene[]): string =>
  endOf(play(scenes, { until: 600, goal: { readLogs: false } }));

/** How it ends when a container is in this state from second 1 on. */
const stateEnds = (reason: string, message = "", more: Partial<ContainerStatus> = {}): string =>
  end({ second: 1, pods: [podIn(waiting(reason, message), more)] });

const crashing = (restartCount: number, more: Partial<ContainerStatus> = {}): Pod =>
  podIn(waiting("CrashLoopBackOff", "back-off"), { restartCount, lastState: ended(1), ...more });

describe("CAUSES", () => {
  test("have names of their own, a source and codes", () => {
    expect(new Set(CAUSES.map(({ name }) => name)).size).toBe(CAUSES.length);
    for (const { source, reasons } of CAUSES) {
      expect(source).toMatch(/\d\.\d/);
      expect(reasons.length).toBeGreaterThan(0);
    }
  });
});

describe("pods that cannot be created", () => {
  const refused = (message: string) =>
    end({
      second: 1,
      replicaSets: [
        aReplicaSet({
          statusReplicas: 0,
          conditions: [aCondition("ReplicaFailure", "True", { reason: "FailedCreate", message })],
        }),
      ],
    });

  test.each([
    [
      'pods "a" is forbidden: exceeded quota: rq, requested: pods=1, used: pods=1, limited: pods=1',
      "QuotaExceeded @46",
    ],
    ['pods "a" is forbidden: failed quota: mem: must specify requests.memory for: web', "QuotaExceeded @6"],
    ['pods "a" is forbidden: maximum cpu usage per Container is 1, but limit is 2', "LimitRangeViolation @6"],
    [
      'pods "a" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot',
      "PodSecurityViolation @6",
    ],
    ['admission webhook "w.example.com" denied the request: no', "AdmissionDenied @6"],
    [
      "pods \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no",
      "AdmissionDenied @6",
    ],
    [
      'Internal error occurred: failed calling webhook "w": context deadline exceeded',
      "AdmissionWebhookUnavailable @121",
    ],
    [
      'pods "a-" is forbidden: error looking up service account s/x: serviceaccount "x" not found',
      "ServiceAccountMissing @6",
    ],
    ["the server is currently unable to handle the request", "PodCreationFailed @46"],
  ])("%j: %s", (message, expected) => {
    expect(refused(message)).toBe(`failed ${expected}`);
  });

  describe("while pods are terminating whose room may help", () => {
    const replicaSets = [
      aReplicaSet({ conditions: [aCondition("ReplicaFailure", "True", { message: "exceeded quota: x" })] }),
    ];
    const leaving = aReadyPod({ name: "web-old-1", ownerUid: "rs-old", deletedAt: at(2) });
    const regarding = { kind: "ReplicaSet", name: "web-new", uid: "rs-new" };
    const tried = (second: number, count: number) =>
      anEvent("FailedCreate", "no", { uid: "try", regarding, count, lastSeen: at(second) });

    test("are waited for, and then for as long as the controller pauses between two tries", () => {
      expect(end({ second: 1, replicaSets, pods: [leaving] }, { second: 50, pods: [] })).toBe(
        "failed QuotaExceeded @117",
      );
    });

    test("fail at the first try that the room did not help", () => {
      const scenes = [
        { second: 1, replicaSets, pods: [leaving], events: [tried(1, 1)] },
        { second: 50, pods: [] },
        { second: 83, events: [tried(83, 14)] },
      ];
      expect(end(...scenes)).toBe("failed QuotaExceeded @83");
    });

    test("do not take tries of a refusal that passed for their own", () => {
      const condition = aCondition("ReplicaFailure", "True", {
        message: "exceeded quota: x",
        lastTransition: at(60),
      });
      const failing = [aReplicaSet({ statusReplicas: 1, conditions: [condition] })];
      const scenes = [
        { second: 1, replicaSets: [aReplicaSet({ statusReplicas: 1 })], events: [tried(1, 1)] },
        { second: 60, replicaSets: failing, pods: [leaving], events: [tried(80, 14)] },
        { second: 110, pods: [] },
      ];
      expect(end(...scenes)).toBe("failed QuotaExceeded @178");
    });

    test("do not fail for a try from before that is told late", () => {
      const scenes = [
        { second: 1, replicaSets, pods: [leaving], events: [tried(1, 1)] },
        { second: 50, pods: [] },
        { second: 63, events: [tried(42, 13)] },
      ];
      expect(end(...scenes)).toBe("failed QuotaExceeded @117");
    });
  });

  test("count from anew once one was created", () => {
    const conditions = [aCondition("ReplicaFailure", "True", { message: "exceeded quota: x" })];
    const scenes = [
      { second: 1, replicaSets: [aReplicaSet({ statusReplicas: 0, conditions })] },
      { second: 40, replicaSets: [aReplicaSet({ statusReplicas: 1, conditions })] },
    ];
    expect(end(...scenes)).toBe("failed QuotaExceeded @85");
  });

  test("do not matter on an old ReplicaSet", () => {
    const conditions = [aCondition("ReplicaFailure", "True", { message: "exceeded quota: x" })];
    const old = aReplicaSet({ name: "web-old", uid: "rs-old", templateJson: "{}", revision: 1, conditions });
    expect(end({ second: 1, replicaSets: [old, aReplicaSet()] })).toBe("wait @600");
  });

  test("are found on the Deployment when not even the ReplicaSet can be created", () => {
    const conditions = [
      aCondition("Progressing", "False", { reason: "ReplicaSetCreateError", message: "no" }),
    ];
    const replicaSets = [aReplicaSet({ name: "web-old", uid: "rs-old", templateJson: "{}" })];
    expect(end({ second: 1, replicaSets, workload: aWorkload({ conditions }) })).toBe(
      "failed PodCreationFailed @46",
    );
  });
});

describe("images", () => {
  const NOT_FOUND = "rpc error: shop/web:2: not found";
  const pulling = (reason: string, message: string) => [podIn(waiting(reason, message))];
  const failed = (message: string, count: number) =>
    anEvent("Failed", `Failed to pull image "shop/web:2": ${message}`, { count });

  test.each([
    ["InvalidImageName", 'couldn\'t parse image reference "A"', "failed InvalidImageName web @6"],
    [
      "ErrImageNeverPull",
      'Container image "a" is not present with pull policy of Never',
      "failed ImageNeverPull web @6",
    ],
    ["ErrImagePull", "no match for platform in manifest: not found", "failed ImagePlatformMismatch web @6"],
    [
      "ErrImagePull",
      "dial tcp 10.0.0.1:443: connect: connection refused",
      "failed RegistryUnavailable web @121",
    ],
    ["ErrImagePull", "pull QPS exceeded", "failed ImageRateLimited web @121"],
    ["ErrImagePull", "no space left on device", "failed ImagePullFailed web @121"],
    ["ImagePullBackOff", 'Back-off pulling image "denied/not-found:1"', "failed ImagePullFailed web @121"],
    ["ErrImagePull", NOT_FOUND, "wait @600"],
    ["ErrImagePull", "401 Unauthorized", "wait @600"],
  ])("in %s %j: %s", (reason, message, expected) => {
    expect(stateEnds(reason, message)).toBe(expected);
  });

  test("that are missing fail at the second pull, by status", () => {
    const scenes = [
      { second: 1, pods: pulling("ErrImagePull", NOT_FOUND) },
      { second: 12, pods: pulling("ImagePullBackOff", "Back-off pulling image") },
      { second: 25, pods: pulling("ErrImagePull", NOT_FOUND) },
    ];
    expect(end(...scenes)).toBe("failed ImageNotFound web @25");
  });

  test("that are missing fail at the second pull, by events, and count none twice", () => {
    const pods = pulling("ErrImagePull", NOT_FOUND);
    expect(end({ second: 1, pods, events: [failed(NOT_FOUND, 1)] })).toBe("wait @600");
    expect(
      end(
        { second: 1, pods, events: [failed(NOT_FOUND, 1)] },
        { second: 14, events: [failed(NOT_FOUND, 2)] },
      ),
    ).toBe("failed ImageNotFound web @14");
  });

  test("that are missing do not fail within 10 s of the first pull", () => {
    const scenes = [
      { second: 1, pods: pulling("ErrImagePull", NOT_FOUND), events: [failed(NOT_FOUND, 1)] },
      { second: 3, events: [failed(NOT_FOUND, 2)] },
    ];
    expect(end(...scenes)).toBe("failed ImageNotFound web @11");
  });

  test("that come late are pulled in the end", () => {
    const scenes = [
      { second: 1, pods: pulling("ErrImagePull", NOT_FOUND), events: [failed(NOT_FOUND, 1)] },
      { second: 13, pods: [aReadyPod()], workload: aWorkload({ available: 1 }) },
    ];
    expect(end(...scenes)).toBe("succeeded @43");
  });

  test("count failures of a restart apart from those before it ran", () => {
    const scenes = [
      { second: 1, pods: pulling("ErrImagePull", NOT_FOUND), events: [failed(NOT_FOUND, 1)] },
      { second: 13, pods: [podIn(running)] },
      {
        second: 40,
        pods: [podIn(waiting("ErrImagePull", NOT_FOUND), { restartCount: 0, lastState: ended(1) })],
        events: [failed(NOT_FOUND, 2)],
      },
    ];
    expect(end(...scenes)).toBe("wait @600");
  });

  test("are out of reach without a break, whatever the registry says", () => {
    const scenes = [
      { second: 1, pods: pulling("ErrImagePull", "503 Service Unavailable") },
      { second: 60, pods: pulling("ErrImagePull", "toomanyrequests") },
      { second: 100, pods: pulling("ErrImagePull", "dial tcp: i/o timeout") },
    ];
    expect(end(...scenes)).toBe("failed RegistryUnavailable web @121");
    expect(end(...scenes, { second: 110, pods: [podIn(running)] })).toBe(
      "failed ReadinessProbeFailed web @230",
    );
  });

  test("name their tags with a command that no name breaks out of", () => {
    const spec = aSpec({ containers: [aContainer({ image: "europe-docker.pkg.dev/p/r/web:$(rm)" })] });
    const pod = podIn(waiting("ErrImagePull", NOT_FOUND), {}, { spec });
    const events = [failed(NOT_FOUND, 2)];
    const { decision } = play([{ second: 1, pods: [pod], events }], { goal: { readLogs: false } });
    const commands = decision.kind === "failed" ? decision.causes[0].next.map(({ command }) => command) : [];
    expect(commands).toContain("gcloud artifacts docker tags list europe-docker.pkg.dev/p/r/web");
  });
});

describe("containers that cannot be created", () => {
  test.each([
    ["couldn't find key password in Secret shop/creds", "failed ConfigMissing web @6"],
    ['configmap "settings" not found', "failed ConfigMissing web @45"],
    ["container has runAsNonRoot and image will run as root", "failed SecurityContextInvalid web @6"],
    [
      "failed to sync secret cache: timed out waiting for the condition",
      "failed ContainerCreateFailed web @181",
    ],
    ["something else", "failed ContainerCreateFailed web @17"],
  ])("for %j: %s", (message, expected) => {
    expect(stateEnds("CreateContainerConfigError", message)).toBe(expected);
  });

  test("because a name is still reserved are given time", () => {
    expect(stateEnds("CreateContainerError", 'failed to reserve container name "x": reserved for "y"')).toBe(
      "failed ContainerCreateFailed web @121",
    );
  });

  test("fail the second time, in two pods as well, and not for failed pulls before", () => {
    const pods = [podIn(waiting("CreateContainerError", "bad"))];
    const error = (count: number) => anEvent("Failed", "Error: bad", { count });
    const pulled = anEvent("Failed", "Error: ErrImagePull", { count: 5 });
    expect(end({ second: 1, pods, events: [error(1), pulled] }, { second: 4, events: [error(2)] })).toBe(
      "failed ContainerCreateFailed web @4",
    );
    const two = [...pods, { ...podIn(waiting("CreateContainerError", "bad")), name: "web-new-2", uid: "2" }];
    expect(end({ second: 1, pods: two })).toBe("failed ContainerCreateFailed web @1");
  });

  test.each([
    ["CreateContainerConfigError", 'secret "s" not found'],
    ["CreateContainerError", 'failed to reserve container name "x": reserved for "y"'],
    ["CreateContainerConfigError", "failed to sync secret cache: timed out waiting for the condition"],
  ])("do not fail the first time after %s: %s", (reason, message) => {
    const before = anEvent("Failed", `Error: ${message}`, { count: 3, lastSeen: at(20) });
    const first = anEvent("Failed", "Error: bad", { count: 1, firstSeen: at(28), lastSeen: at(28) });
    const scenes = [
      { second: 1, pods: [podIn(waiting(reason, message))], events: [before] },
      { second: 28, pods: [podIn(waiting("CreateContainerError", "bad"))], events: [before, first] },
      { second: 40, pods: [aReadyPod()], workload: aWorkload({ available: 1 }) },
    ];
    expect(end(...scenes)).toBe("succeeded @70");
    expect(end(...scenes.slice(0, 2))).toBe("failed ContainerCreateFailed web @44");
  });

  describe("for a missing object", () => {
    const pods = [podIn(waiting("CreateContainerConfigError", 'secret "s" not found'))];
    const error = (count: number, lastSeen: number) =>
      anEvent("Failed", 'Error: secret "s" not found', { uid: "try", count, lastSeen: at(lastSeen) });
    const first = { second: 1, pods, events: [error(1, 1)] };

    test("fail at the kubelet's first try after 30 s", () => {
      const scenes = [first, { second: 25, events: [error(2, 25)] }, { second: 37, events: [error(3, 37)] }];
      expect(end(...scenes)).toBe("failed ConfigMissing web @37");
    });

    test("do not fail for a try from before that is told late", () => {
      const scenes = [first, { second: 37, events: [error(2, 25)] }];
      expect(end(...scenes)).toBe("failed ConfigMissing web @45");
    });
  });
});

describe("containers that do not start", () => {
  const startError = ended(128, {
    reason: "StartError",
    message: 'exec: "curl": executable file not found in $PATH',
  });

  test("fail the second time, with the runtime's words", () => {
    const first = podIn(waiting("RunContainerError", startError.message));
    expect(end({ second: 1, pods: [first] })).toBe("wait @600");
    const scenes = [
      { second: 1, pods: [first] },
      { second: 3, pods: [crashing(1, { lastState: startError })] },
    ];
    const { decision, second } = play(scenes, { goal: { readLogs: false } });
    expect(second).toBe(3);
    expect(decision).toMatchObject({
      causes: [{ reason: "ContainerStartFailed", message: startError.message }],
    });
  });

  test("do not fail the second time when they had started the first time", () => {
    const crashed = [
      { second: 1, pods: [crashing(0)] },
      { second: 12, pods: [podIn(running, { restartCount: 1, lastState: ended(1) })] },
    ];
    const refused = (restartCount: number) => [crashing(restartCount, { lastState: startError })];
    expect(end(...crashed, { second: 13, pods: refused(1) })).toBe("wait @600");
    expect(end(...crashed, { second: 13, pods: refused(1) }, { second: 40, pods: refused(2) })).toBe(
      "failed ContainerStartFailed web @40",
    );
  });

  test("fail when two pods fail once", () => {
    const pods = ["a", "b"].map((name) => ({
      ...podIn(waiting("RunContainerError", "no")),
      name,
      uid: name,
    }));
    expect(end({ second: 1, pods })).toBe("failed ContainerStartFailed web @1");
  });

  test("for a foreign processor are known by their log", () => {
    const scenes = [
      { second: 1, pods: [podIn(running)] },
      { second: 2, pods: [podIn(ended(255))] },
      { second: 4, pods: [crashing(1, { lastState: ended(255) })] },
    ];
    const played = (line: string) => endOf(play(scenes, { logs: () => [line], until: 600 }));
    expect(played("exec /app: exec format error")).toBe("failed ExecFormatError web @4");
    expect(played("exec /app: something else")).toBe("wait @600");
  });

  test("for a failing hook fail the third time, and are no crash", () => {
    const failing = (restartCount: number) =>
      podIn(waiting("PostStartHookError", "hook failed"), { restartCount });
    const scenes = [
      { second: 1, pods: [failing(0)] },
      { second: 4, pods: [failing(1)] },
    ];
    expect(end(...scenes)).toBe("wait @600");
    expect(end(...scenes, { second: 20, pods: [failing(2)] })).toBe("failed PostStartHookFailed web @20");
    expect(
      end(...scenes, {
        second: 15,
        events: [anEvent("FailedPostStartHook", "PostStartHook failed", { count: 3 })],
      }),
    ).toBe("failed PostStartHookFailed web @15");
  });
});

describe("containers that end", () => {
  const first = { second: 0, pods: [podIn(running)] };

  test.each([
    ["an app container", "app", 2, "failed ContainerCrashed web @2"],
    ["an app container, twice only", "app", 1, "wait @600"],
    ["an init container", "init", 2, "failed ContainerCrashed web @2"],
    ["a sidecar, five times", "sidecar", 4, "failed ContainerCrashed web @62"],
    ["a sidecar, four times only", "sidecar", 3, "wait @600"],
  ] as const)("as %s", (_, role, restartCount, expected) => {
    const spec = aSpec({ containers: [aContainer({ role })] });
    const pod = { ...crashing(restartCount, { role }), spec };
    expect(end({ second: 2, pods: [pod] })).toBe(expected);
  });

  test("as a sidecar five times at once are forgiven when it found its feet in a minute", () => {
    const spec = aSpec({ containers: [aContainer({ name: "proxy", role: "sidecar" }), aContainer()] });
    const proxy = aStatus({ name: "proxy", role: "sidecar", restartCount: 5, lastState: ended(1) });
    const scenes = [
      { second: 1, pods: [aPod({ spec, containers: [{ ...proxy, state: waiting("CrashLoopBackOff") }] })] },
      {
        second: 40,
        pods: [aReadyPod({ spec, containers: [{ ...proxy, ready: true }, aStatus({ ready: true })] })],
        workload: aWorkload({ available: 1 }),
      },
    ];
    expect(end(...scenes)).toBe("succeeded @70");
    expect(end(...scenes.slice(0, 1))).toBe("failed ContainerCrashed proxy @61");
  });

  test("without an error are named as such", () => {
    expect(end(first, { second: 2, pods: [crashing(2, { lastState: ended(0) })] })).toBe(
      "failed ContainerExited web @2",
    );
  });

  test("as an init container does that did its work", () => {
    const spec = aSpec({ containers: [aContainer({ name: "migrate", role: "init" }), aContainer()] });
    const done = aStatus({ name: "migrate", role: "init", state: ended(0), restartCount: 2 });
    const pod = aReadyPod({ spec, containers: [done, aStatus({ ready: true })] });
    const scenes = [
      { second: 1, pods: [aPod({ spec, containers: [] })] },
      { second: 2, pods: [pod], workload: aWorkload({ available: 1 }) },
    ];
    expect(end(...scenes)).toBe("succeeded @32");
  });

  test("as an init container does that did its work again in each new sandbox", () => {
    const spec = aSpec({ containers: [aContainer({ name: "migrate", role: "init" }), aContainer()] });
    const again = (restartCount: number, code: number) => ({
      second: 1 + restartCount,
      pods: [
        aPod({
          spec,
          containers: [
            aStatus({
              name: "migrate",
              role: "init",
              restartCount,
              ...(restartCount === 0 ? {} : { lastState: ended(code) }),
            }),
          ],
        }),
      ],
    });
    const scenes = (code: number) => [0, 1, 2, 3].map((restartCount) => again(restartCount, code));
    expect(end(...scenes(0))).not.toContain("ContainerExited");
    expect(end(...scenes(1))).toBe("failed ContainerCrashed migrate @4");
  });

  test("are counted although the back-off was never seen", () => {
    const runs = (restartCount: number) => podIn(running, { restartCount, lastState: ended(1) });
    expect(end(first, { second: 5, pods: [runs(2)] })).toBe("failed ReadinessProbeFailed web @120");
    expect(end(first, { second: 5, pods: [runs(3)] })).toBe("failed ContainerCrashed web @5");
  });

  test("are counted all at once when one observation shows them all", () => {
    expect(end({ second: 5, pods: [crashing(2)] })).toBe("failed ContainerCrashed web @5");
  });

  test("in the old version, or terminating, mean nothing", () => {
    const old = { ...crashing(9), ownerUid: "rs-old", name: "web-old-1" };
    const leaving = podIn(ended(137), { restartCount: 3 }, { deletedAt: at(1) });
    expect(end({ second: 5, pods: [old, leaving] })).toBe("wait @600");
  });

  test("for memory fail the second time, in any container of the pod", () => {
    const oom = ended(137, { reason: "OOMKilled" });
    const spec = aSpec({
      containers: [
        aContainer({ limits: new Map([["memory", parseQuantity("16Mi")]]) }),
        aContainer({ name: "side" }),
      ],
    });
    const one = aPod({ spec, containers: [aStatus({ state: oom }), aStatus({ name: "side" })] });
    const two = aPod({ spec, containers: [aStatus({ state: oom }), aStatus({ name: "side", state: oom })] });
    expect(end(first, { second: 3, pods: [one] })).toBe("wait @600");
    expect(end(first, { second: 3, pods: [two] })).toBe("failed OomKilled web @3");
    const { decision } = play([first, { second: 3, pods: [two] }], { goal: { readLogs: false } });
    expect(decision).toMatchObject({
      causes: [{ summary: "container web was killed for taking more memory than 16Mi" }, {}],
    });
  });

  test("for memory count an instance once, however often it is seen", () => {
    const oom = ended(137, { reason: "OOMKilled" });
    const scenes = [
      { second: 2, pods: [podIn(oom)] },
      { second: 3, pods: [podIn(running, { restartCount: 1, lastState: oom })] },
    ];
    expect(end(first, ...scenes)).toBe(end(first, scenes[1] as Scene));
    expect(
      end(first, ...scenes, { second: 5, pods: [podIn(oom, { restartCount: 1, lastState: oom })] }),
    ).toBe("failed OomKilled web @5");
  });

  test.each([
    ["liveness", "LivenessProbeFailed"],
    ["startup", "StartupProbeFailed"],
  ])("by the %s probe fail at the second kill", (kind, reason) => {
    const container = aContainer({ livenessProbe: aProbe(), startupProbe: aProbe({ periodSeconds: 200 }) });
    const spec = aSpec({ containers: [container] });
    const kill = (count: number) =>
      anEvent("Killing", `Container web failed ${kind} probe, will be restarted`, { count, type: "Normal" });
    const pods = [podIn(running, {}, { spec })];
    const workload = aWorkload({ spec: { containers: [container] } });
    const scenes = [{ second: 1, pods, workload, events: [kill(1)] }];
    expect(end(...scenes)).toBe("wait @600");
    expect(end(...scenes, { second: 9, events: [kill(2)] })).toBe(`failed ${reason} web @9`);
  });
});

describe("pods that are set up", () => {
  const pods = [podIn(waiting("ContainerCreating"), {}, { phase: "Pending" })];
  const mount = (message: string, more = {}) =>
    anEvent("FailedMount", message, { container: undefined, ...more });

  test.each([
    [
      "FailedMount",
      'MountVolume.SetUp failed for volume "t" : references non-existent secret key: k',
      "failed ConfigMissing @6",
    ],
    [
      "FailedMount",
      'MountVolume.SetUp failed for volume "c" : configmap "x" not found',
      "failed ConfigMissing @45",
    ],
    [
      "FailedMount",
      "MountVolume.MountDevice failed: driver not found in the list",
      "failed VolumeMountFailed @181",
    ],
    ["FailedAttachVolume", 'Multi-Attach error for volume "pvc-1"', "failed VolumeAttachFailed @121"],
    [
      "FailedCreatePodSandBox",
      "Failed to create pod sandbox: cni config uninitialized",
      "failed PodSandboxFailed @181",
    ],
    [
      "FailedCreatePodSandBox",
      "failed to allocate for range 0: no IP addresses available in range set",
      "failed PodIpExhausted @61",
    ],
    ["Scheduled", "Successfully assigned", "wait @600"],
  ])("with %s %j: %s", (reason, message, expected) => {
    expect(end({ second: 1, pods, events: [anEvent(reason, message, { container: undefined })] })).toBe(
      expected,
    );
  });

  test("and got further have left old events behind", () => {
    const sandbox = [aCondition("PodReadyToStartContainers", "True")];
    const events = [mount('configmap "x" not found')];
    const further = { ...(pods[0] as Pod), conditions: sandbox };
    expect(end({ second: 1, pods, events }, { second: 20, pods: [further] })).toBe("wait @600");
  });

  test("are judged by the newest of their volumes' errors, not by the kubelet's summary", () => {
    const events = [
      mount('MountVolume.SetUp failed for volume "c" : configmap "x" not found', { lastSeen: at(5) }),
      mount("Unable to attach or mount volumes: unmounted volumes=[c]: timed out waiting for the condition", {
        lastSeen: at(125),
      }),
    ];
    expect(end({ second: 1, pods, events })).toBe("failed ConfigMissing @45");
    expect(
      end({ second: 1, pods, events: [...events, mount("rpc error: driver", { lastSeen: at(9) })] }),
    ).toBe("failed VolumeMountFailed @181");
  });
});

describe("pods that find no node", () => {
  const CPU = "0/1 nodes are available: 1 Insufficient cpu.";
  const unplaced = (message: string, reason = "Unschedulable"): Pod =>
    aPod({
      nodeName: undefined,
      phase: "Pending",
      containers: [],
      conditions: [aCondition("PodScheduled", "False", { reason, message })],
    });
  const scaler = (reason: string, message: string, second = 5) =>
    anEvent(reason, message, { container: undefined, lastSeen: at(second) });

  test.each([
    [CPU, "InsufficientResources @61"],
    [
      "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {a: b}.",
      "InsufficientResources @61",
    ],
    ["0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.", "VolumeUnavailable @121"],
    ["0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules.", "PodAffinityMismatch @61"],
    [
      "pod (x) failed to fit in any node\nfit failure on node (n): Node didn't have enough resource: CPU, requested: 100, used: 970, capacity: 1000",
      "InsufficientResources @61",
    ],
    ["something new", "Unschedulable @61"],
  ])("for %j: %s", (message, expected) => {
    expect(end({ second: 1, pods: [unplaced(message)] })).toBe(`failed ${expected}`);
  });

  test("are told with the numbers of the message, where it has some", () => {
    const message =
      "fit failure on node (n): Node didn't have enough resource: CPU, requested: 100, used: 970, capacity: 1000";
    const { decision } = play([{ second: 1, pods: [unplaced(message)] }]);
    expect(decision).toMatchObject({
      causes: [
        { summary: "no node takes the pod: n lacks cpu: requested 100m, used 970m, capacity 1", message },
      ],
    });
  });

  test("are told with the numbers of the pre-check, of the nodes that lack something", () => {
    const node = (name: string, refusedBy: readonly string[]) => ({
      name,
      refusedBy,
      requested: new Map([["cpu", 100]]),
      used: new Map([["cpu", 970]]),
      allocatable: new Map([["cpu", 1000]]),
      fits: 0,
      takers: [],
    });
    const tell = (...names: readonly string[]) => {
      const room = [
        ...names.map((name) => node(name, ["Insufficient cpu"])),
        node("z", ["node(s) were unschedulable"]),
      ];
      const { decision } = play([{ second: 1, pods: [unplaced(CPU)] }], { goal: { room } });
      return decision.kind === "failed" ? decision.causes[0].summary : "";
    };
    const a =
      "no node takes the pod: 1 Insufficient cpu (before the change, a: cpu requested 100m, used 970m, of 1";
    expect(tell("a")).toBe(`${a})`);
    expect(tell("a", "b", "c", "d", "e")).toContain(
      "c: cpu requested 100m, used 970m, of 1; and 2 more nodes)",
    );
    expect(tell()).toBe("no node takes the pod: 1 Insufficient cpu");
  });

  test("are placed in the end", () => {
    const scenes = [
      { second: 1, pods: [unplaced(CPU)] },
      { second: 59, pods: [aReadyPod()], workload: aWorkload({ available: 1 }) },
    ];
    expect(end(...scenes)).toBe("succeeded @89");
  });

  test("count from anew after one was placed and another was not", () => {
    const other = { ...unplaced(CPU), name: "web-new-2", uid: "2" };
    expect(end({ second: 1, pods: [unplaced(CPU)] }, { second: 50, pods: [other] })).toBe(
      "failed InsufficientResources @110",
    );
  });

  test.each([
    ["is silent", [], "wait @170"],
    ["adds a node", [scaler("TriggeredScaleUp", "pod triggered scale-up: [{p 1->2 (max: 3)}]")], "wait @170"],
    [
      "is at its maximum",
      [scaler("NotTriggerScaleUp", "pod didn't trigger scale-up: 1 max node group size reached")],
      "failed AutoscalerAtMaximum @66",
    ],
    [
      "cannot help",
      [scaler("NotTriggerScaleUp", "pod didn't trigger scale-up: 2 Insufficient cpu")],
      "failed InsufficientResources @61",
    ],
    [
      "backs off",
      [scaler("NotTriggerScaleUp", "pod didn't trigger scale-up: 1 in backoff after failed scale-up")],
      "wait @170",
    ],
    [
      "has no quota",
      [scaler("FailedScaleUp", "Node scale up in zones a failed: GCE quota exceeded.")],
      "failed ScaleUpQuotaExceeded @66",
    ],
    [
      "has no IP",
      [scaler("FailedScaleUp", "Node scale up in zones a failed: IP space exhausted.")],
      "failed ScaleUpIpExhausted @66",
    ],
    [
      "is out of stock",
      [scaler("FailedScaleUp", "Node scale up in zones a failed: GCE out of resources.")],
      "wait @170",
    ],
    [
      "lost its account",
      [scaler("FailedScaleUp", "Node scale up failed: Service Account was deleted.")],
      "failed ScaleUpFailed @66",
    ],
    [
      "tries anew after its maximum",
      [
        scaler("NotTriggerScaleUp", "pod didn't trigger scale-up: 1 max node group size reached", 5),
        scaler("TriggeredScaleUp", "pod triggered scale-up: [{p 1->2 (max: 3)}]", 9),
      ],
      "wait @170",
    ],
  ])("while the autoscaler %s", (_, events, expected) => {
    const scenes = [
      { second: 1, pods: [unplaced(CPU)] },
      { second: 6, events },
    ];
    expect(endOf(play(scenes, { until: 170, goal: { autoscaled: true } }))).toBe(expected);
  });

  test("fail when the autoscaler stays silent for 180 s", () => {
    expect(endOf(play([{ second: 1, pods: [unplaced(CPU)] }], { goal: { autoscaled: true } }))).toBe(
      "failed InsufficientResources @181",
    );
  });

  test("because a gate is not lifted", () => {
    const pod = {
      ...unplaced("Scheduling is blocked due to non-empty scheduling gates", "SchedulingGated"),
      spec: aSpec({ schedulingGates: ["a.io/b"] }),
    };
    expect(end({ second: 1, pods: [pod] })).toBe("failed SchedulingGated @121");
  });
});

describe("pods that run and are not ready", () => {
  const gate = "cloud.google.com/load-balancer-neg-ready";
  const gated = (
    conditions = [aCondition("Ready", "False", { message: "gate" })],
    readinessGate = gate,
  ): Pod =>
    aPod({
      conditions,
      containers: [aStatus({ ready: true })],
      spec: aSpec({ readinessGates: [readinessGate] }),
    });

  test.each([
    ["for their readiness probe", [podIn(running)], "failed ReadinessProbeFailed web @121"],
    [
      "for their startup probe",
      [
        podIn(
          running,
          { started: false },
          { spec: aSpec({ containers: [aContainer({ startupProbe: aProbe() })] }) },
        ),
      ],
      "failed StartupProbeFailed web @121",
    ],
    ["for a gate that nobody sets", [gated()], "failed ReadinessGatePending @121"],
    [
      "for a load balancer",
      [gated([aCondition(gate, "False", { message: "unhealthy" })])],
      "failed LoadBalancerNotReady @121",
    ],
    [
      "for another gate that is False",
      [gated([aCondition("a.io/g", "False")], "a.io/g")],
      "failed ReadinessGatePending @121",
    ],
  ])("%s", (_, pods, expected) => {
    expect(end({ second: 1, pods })).toBe(expected);
  });

  test("get what the user says", () => {
    expect(
      endOf(play([{ second: 1, pods: [podIn(running)] }], { goal: { readinessPatienceMs: 7_000 } })),
    ).toBe("failed ReadinessProbeFailed web @8");
  });

  test("get what their probes and minReadySeconds allow", () => {
    const containers = [
      aContainer({
        startupProbe: aProbe({ failureThreshold: 20 }),
        readinessProbe: aProbe({ initialDelaySeconds: 5 }),
      }),
    ];
    const workload = aWorkload({ spec: { containers }, minReadySeconds: 9 });
    expect(end({ second: 1, workload, pods: [podIn(running)] })).toBe(
      `failed ReadinessProbeFailed web @${1 + 200 + 35 + 9}`,
    );
  });

  test("get five times what the slowest pod before took, unless it restarted or was held up", () => {
    const took = (seconds: number, restartCount = 0) =>
      aReadyPod({
        name: "web-old-1",
        uid: "old",
        ownerUid: "rs-old",
        conditions: [aCondition("Ready", "True", { lastTransition: at(-1000 + seconds) })],
        containers: [
          aStatus({ ready: true, restartCount, state: { kind: "running", startedAt: at(-1000) } }),
        ],
      });
    const seen = (old: Pod) =>
      end({ second: 1, pods: [podIn(running), old] }, { second: 30, pods: [podIn(running)] });
    expect(seen(took(60))).toBe("failed ReadinessProbeFailed web @301");
    expect(seen(took(60, 1))).toBe("failed ReadinessProbeFailed web @121");
    expect(seen(took(700))).toBe("failed ReadinessProbeFailed web @121");
  });

  test("start anew once they were ready", () => {
    const scenes = [
      { second: 1, pods: [podIn(running)] },
      { second: 100, pods: [aReadyPod()] },
      { second: 101, pods: [podIn(running)] },
    ];
    expect(end(...scenes)).toBe("failed ReadinessProbeFailed web @221");
  });

  test("go on counting over a short break", () => {
    const scenes = [
      { second: 1, pods: [podIn(running)] },
      { second: 100, pods: [podIn(ended(1))] },
      { second: 110, pods: [podIn(running, { restartCount: 1, lastState: ended(1) })] },
    ];
    expect(end(...scenes)).toBe("failed ReadinessProbeFailed web @121");
  });
});

describe("pods that their node ends", () => {
  const over = (name: string, reason: string, message = ""): Pod =>
    aPod({ name, phase: "Failed", reason, message });
  const first = { second: 0, pods: [] };
  const OWN = 'Usage of EmptyDir volume "x" exceeds the limit "4Mi". ';

  test("for their own limits fail at the second, by status or event, gone or not", () => {
    expect(end(first, { second: 1, pods: [over("a", "Evicted", OWN)] })).toBe("wait @600");
    expect(end(first, { second: 1, pods: [over("a", "Evicted", OWN), over("b", "Evicted", OWN)] })).toBe(
      "failed PodEvicted @1",
    );
    const event = anEvent("Evicted", OWN, { pod: "b", container: undefined });
    expect(
      end(
        first,
        { second: 1, pods: [over("a", "Evicted", OWN)] },
        { second: 9, pods: [aPod({ name: "b" })], events: [event] },
      ),
    ).toBe("failed PodEvicted @9");
  });

  test.each([
    ["Evicted", "The node was low on resource: memory. Threshold quantity: 100Mi, available: 9Mi. "],
    ["Terminated", "Pod was terminated in response to imminent node shutdown."],
  ])("for the node's need (%s) never fail by themselves", (reason, message) => {
    const pods = ["a", "b", "c", "d"].map((name) => over(name, reason, message));
    expect(end(first, { second: 1, pods })).toBe("wait @600");
  });

  test("by rejection fail the third time within two minutes", () => {
    const [a, b, c] = ["a", "b", "c"].map((name) =>
      over(name, "OutOfcpu", "Pod was rejected: Node didn't have enough resource"),
    );
    const pods = [a, b, c].flatMap((pod) => pod ?? []);
    expect(end(first, { second: 1, pods: pods.slice(0, 2) })).toBe("wait @600");
    expect(end(first, { second: 1, pods: pods.slice(0, 2) }, { second: 100, pods })).toBe(
      "failed PodRejectedByNode @100",
    );
    expect(end(first, { second: 1, pods: pods.slice(0, 2) }, { second: 130, pods })).toBe("wait @600");
  });
});
