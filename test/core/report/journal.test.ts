import { describe, expect, test } from "vitest";
import type { ContainerState } from "../../../src/core/model/pod.ts";
import {
  emptyJournal,
  type Journal,
  mergedEventsOf,
  noteMoment,
  noteObservation,
  timelineOf,
} from "../../../src/core/report/journal.ts";
import type { Decision, Goal, Observation } from "../../../src/core/rollout/rollout.ts";
import {
  condition,
  container,
  goal,
  kubeEvent,
  observation,
  pod,
  replicaSet,
  WAIT,
  workload,
} from "./cluster.ts";
import { at, crash, moment } from "./reports.ts";

const fold = (...seen: readonly Observation[]): Journal =>
  seen.reduce((journal, next) => noteObservation(journal, goal(), next, WAIT), emptyJournal);

const end = (journal: Journal, decision: Decision, of: Goal = goal()): Journal =>
  noteObservation(journal, of, observation(20), decision);

/** The timeline as `+seconds subject: text`. */
const told = (journal: Journal): string[] =>
  timelineOf(journal).map(({ at: time, subject, text }) => `+${(time - at(0)) / 1000} ${subject}: ${text}`);

const terminated = (
  exitCode: number,
  seconds: number,
  reason = "Error",
): ContainerState & { kind: "terminated" } => ({
  kind: "terminated",
  reason,
  exitCode,
  message: "",
  finishedAt: at(seconds),
});

describe("timelineOf()", () => {
  test("tells a change once, and each verdict, when it is watched again after the verify command", () => {
    const good = end(fold(observation(5)), { kind: "succeeded", warnings: [] });
    const again = goal({ since: at(25) });
    const crashed = noteObservation(good, again, observation(30), { kind: "failed", causes: [crash()] });
    const texts = told(crashed).map((line) => line.replace(/^.*?: /, ""));
    expect(texts.filter((text) => text === "change applied")).toHaveLength(1);
    expect(texts.slice(-2)).toEqual(["every replica available and stable", "verdict: ContainerCrashed"]);
  });

  test("tells each thing once when many observations show it", () => {
    const waiting: ContainerState = { kind: "waiting", reason: "ErrImagePull", message: "" };
    const failing = pod("web-a", {
      nodeName: "pool-1-a",
      conditions: [condition("PodScheduled", "True", 1)],
      containers: [container({ state: waiting })],
    });
    const backOff = {
      ...failing,
      containers: [container({ state: { ...waiting, reason: "ImagePullBackOff" } })],
    };
    const journal = fold(
      observation(1, { pods: [pod("web-a")] }),
      observation(2, { pods: [failing] }),
      observation(3, { pods: [backOff] }),
      observation(4, { pods: [failing] }),
      observation(5, { pods: [backOff] }),
    );
    expect(told(journal)).toEqual([
      "+0.5 rollout: change applied",
      "+1 rollout: revision 42, ReplicaSet web-new",
      "+1 web-a: created",
      "+1 web-a: scheduled on pool-1-a",
      "+2 web-a: web: ErrImagePull",
      "+3 web-a: web: ImagePullBackOff",
    ]);
  });

  test("tells exits and restarts with their times, and each exit once as state and as lastState", () => {
    const exit = terminated(137, 4, "OOMKilled");
    const running: ContainerState = { kind: "running", startedAt: at(5) };
    const journal = fold(
      observation(4, { pods: [pod("web-a", { containers: [container({ state: exit })] })] }),
      observation(6, {
        pods: [
          pod("web-a", { containers: [container({ state: running, lastState: exit, restartCount: 1 })] }),
        ],
      }),
    );
    expect(told(journal).slice(3)).toEqual([
      "+4 web-a: web: exit code 137 (OOMKilled)",
      "+5 web-a: web: restart 1",
    ]);
  });

  test("does not tell that an init container did its work, but that it failed", () => {
    const init = (exitCode: number) =>
      container({ name: "migrate", role: "init", state: terminated(exitCode, 3) });
    expect(told(fold(observation(4, { pods: [pod("web-a", { containers: [init(0)] })] }))).slice(3)).toEqual(
      [],
    );
    expect(told(fold(observation(4, { pods: [pod("web-a", { containers: [init(1)] })] }))).slice(3)).toEqual([
      "+3 web-a: migrate: exit code 1",
    ]);
  });

  test("tells that an app container ended by itself", () => {
    const ended = container({ state: terminated(0, 3, "Completed") });
    expect(told(fold(observation(4, { pods: [pod("web-a", { containers: [ended] })] }))).slice(3)).toEqual([
      "+3 web-a: web: exit code 0 (Completed)",
    ]);
  });

  test("joins what befalls several pods within a second, and not what comes later", () => {
    const ready = (name: string, seconds: number) =>
      pod(name, { conditions: [condition("Ready", "True", seconds)], createdAt: at(1) });
    const journal = fold(
      observation(9, { pods: [ready("web-a", 4), ready("web-b", 4.5), ready("web-c", 8)] }),
    );
    expect(told(journal).slice(2)).toEqual(["+1 3 pods: created", "+4 2 pods: Ready", "+8 web-c: Ready"]);
  });

  test("tells how many are available whenever more are", () => {
    const available = (count: number) => ({ replicaSets: [replicaSet({ availableReplicas: count })] });
    const journal = fold(
      observation(3, available(0)),
      observation(4, available(1)),
      observation(5, available(1)),
      observation(6, available(3)),
    );
    expect(told(journal).slice(2)).toEqual(["+4 rollout: 1 of 3 available", "+6 rollout: 3 of 3 available"]);
  });

  test("keeps to ten steps when there are many replicas", () => {
    const steps = Array.from({ length: 501 }, (_, count) =>
      observation(count, {
        workload: workload(500, 500),
        replicaSets: [replicaSet({ availableReplicas: count })],
      }),
    );
    const rows = told(fold(...steps)).filter((row) => row.includes("available"));
    expect(rows.length).toBeLessThanOrEqual(11);
    expect(rows.at(-1)).toBe("+500 rollout: 500 of 500 available");
  });

  test("tells nothing of pods of other revisions", () => {
    const other = pod("web-old", { ownerUid: "old-uid" });
    expect(told(fold(observation(2, { pods: [other] })))).toHaveLength(2);
  });

  test.each<[Decision, string]>([
    [{ kind: "succeeded", warnings: [] }, "every replica available and stable"],
    [{ kind: "failed", causes: [crash()] }, "verdict: ContainerCrashed"],
    [{ kind: "superseded", reason: "WorkloadPaused", message: "" }, "stopped: WorkloadPaused"],
    [{ kind: "error", reason: "ApiUnavailable", message: "" }, "stopped: ApiUnavailable"],
  ])("ends with the decision %j", (decision, text) => {
    expect(told(end(fold(observation(1)), decision)).at(-1)).toBe(`+20 rollout: ${text}`);
  });

  test("goes on with the rollback under its own section", () => {
    const back = goal({ direction: "back", since: at(15), templateJson: "{}" });
    const journal = end(fold(observation(1)), { kind: "succeeded", warnings: [] }, back);
    expect(told(journal).slice(2)).toEqual([
      "+15 rollback: previous template written back",
      "+20 rollback: previous version available again",
    ]);
  });

  test("leaves out what a pod showed long before, and lets nothing precede the change", () => {
    const ready = (name: string, created: number, seconds: number) =>
      pod(name, { createdAt: at(created), conditions: [condition("Ready", "True", seconds)] });
    const journal = fold(observation(2, { pods: [ready("web-a", -600, -590), ready("web-b", 0, 1)] }));
    expect(told(journal)).toEqual([
      "+0.5 rollout: change applied",
      "+0.5 web-b: created",
      "+1 rollout: revision 42, ReplicaSet web-new",
      "+1 web-b: Ready",
    ]);
  });

  test("says nothing of a change when none was made", () => {
    const journal = noteObservation(emptyJournal, goal({ direction: "unchanged" }), observation(1), WAIT);
    expect(told(journal)).toEqual([]);
  });

  test("takes in moments from elsewhere, in their order of time", () => {
    const journal = noteMoment(fold(observation(1)), moment(0.1, "rollout", "pre-check: will complete"));
    expect(told(journal)[0]).toBe("+0.1 rollout: pre-check: will complete");
  });
});

describe("leastAvailable", () => {
  test("is the fewest pods available in any observation, and not what came before or after", () => {
    const seen = [3, 2, 3].map((count, index) => observation(index, { workload: workload(count) }));
    expect(fold(...seen).leastAvailable).toBe(2);
  });

  test("is not known when the workload was never seen", () => {
    expect(fold(observation(1, { workload: undefined })).leastAvailable).toBeUndefined();
  });
});

describe("mergedEventsOf()", () => {
  const pods = [pod("web-a"), pod("web-b"), pod("web-c", { ownerUid: "old-uid" })];

  test("merges what differs in pod name, uid and address only, with the words of the newest", () => {
    const probe = (uid: string, name: string, ip: string, seconds: number) =>
      kubeEvent(uid, name, {
        reason: "Unhealthy",
        message: `Readiness probe failed: Get "http://${ip}:80/": connect refused by ${name}`,
        lastSeen: at(seconds),
        count: seconds,
      });
    const events = [probe("1", "web-b", "10.0.0.7", 9), probe("2", "web-a", "10.0.0.8", 5)];
    expect(mergedEventsOf(fold(observation(9, { pods, events })), at(0))).toEqual([
      {
        type: "Warning",
        reason: "Unhealthy",
        objects: ["pod/web-a", "pod/web-b"],
        message: 'Readiness probe failed: Get "http://10.0.0.7:80/": connect refused by web-b',
        count: 14,
        firstSeen: at(2),
        lastSeen: at(9),
      },
    ]);
  });

  test("merges what took longer here than there", () => {
    const pulled = (uid: string, name: string, took: string) =>
      kubeEvent(uid, name, { message: `Successfully pulled image in ${took} (${took} including waiting)` });
    const events = [pulled("1", "web-a", "159ms"), pulled("2", "web-b", "1m2.5s")];
    expect(mergedEventsOf(fold(observation(9, { pods, events })), at(0))).toMatchObject([{ count: 2 }]);
  });

  test("merges the pods that a ReplicaSet created, by their generated suffix", () => {
    const created = (uid: string, suffix: string) =>
      kubeEvent(uid, "web-new", {
        type: "Normal",
        reason: "SuccessfulCreate",
        message: `Created pod: web-new-${suffix}`,
        regarding: { kind: "ReplicaSet", name: "web-new", uid: "new-uid" },
      });
    const events = [created("1", "h2mhm"), created("2", "k9d2x")];
    expect(mergedEventsOf(fold(observation(9, { events })), at(0))).toMatchObject([{ count: 2 }]);
  });

  test("keeps apart what differs in reason or in words", () => {
    const events = [
      kubeEvent("1", "web-a"),
      kubeEvent("2", "web-a", { reason: "Failed" }),
      kubeEvent("3", "web-a", { message: "something else" }),
    ];
    expect(mergedEventsOf(fold(observation(9, { pods, events })), at(0))).toHaveLength(3);
  });

  test("counts the latest version of an event, and never an older one again", () => {
    const versions = [1, 4, 2].map((count) => kubeEvent("1", "web-a", { count, lastSeen: at(2 + count) }));
    const journal = fold(...versions.map((version) => observation(9, { pods, events: [version] })));
    expect(mergedEventsOf(journal, at(0))).toMatchObject([{ count: 4, lastSeen: at(6) }]);
  });

  test("leaves out other revisions and what was over before the run", () => {
    const events = [
      kubeEvent("1", "web-c"),
      kubeEvent("2", "web-a", { lastSeen: at(-60), firstSeen: at(-90) }),
    ];
    expect(mergedEventsOf(fold(observation(9, { pods, events })), at(0))).toEqual([]);
  });

  test("keeps the events of pods that are gone", () => {
    const events = [kubeEvent("1", "web-a")];
    const journal = fold(observation(2, { pods, events }), observation(3, { pods: [], events: [] }));
    expect(mergedEventsOf(journal, at(0))).toHaveLength(1);
  });

  test("takes an event that arrives before its pod, once the pod is there", () => {
    const events = [kubeEvent("1", "web-a")];
    expect(fold(observation(1, { events })).events.size).toBe(0);
    expect(fold(observation(1, { events }), observation(2, { events, pods })).events.size).toBe(1);
  });

  test("stays bounded when events and pods come in masses: routine and old ones give way", () => {
    const many = Array.from({ length: 500 }, (_, index) => pod(`web-${index}`));
    const hostile = Array.from({ length: 12_000 }, (_, index) =>
      kubeEvent(`e${index}`, `web-${index % 500}`, {
        message: `${index}`.padEnd(4_000, "x"),
        lastSeen: at(index),
      }),
    );
    const routine = kubeEvent("routine", "web-1", { type: "Normal", reason: "Pulled", lastSeen: at(99_999) });
    const journal = fold(observation(1, { pods: many, events: [routine, ...hostile] }));
    expect(journal.events.size).toBe(10_000);
    expect(journal.events.has("routine")).toBe(false);
    expect(journal.events.has("e11999")).toBe(true);
    expect(journal.events.has("e0")).toBe(false);
    expect(journal.moments.length).toBeLessThanOrEqual(2_100);
  });

  test("copies nothing when an observation brings nothing new", () => {
    const seen = observation(2, { pods, events: [kubeEvent("1", "web-a")] });
    const journal = fold(seen);
    const again = noteObservation(journal, goal(), { ...seen, at: at(3) }, WAIT);
    expect(again.events).toBe(journal.events);
    expect(again.moments).toBe(journal.moments);
    expect(again.noted).toBe(journal.noted);
    expect(again.concerned).toBe(journal.concerned);
  });
});
