import { expect, test } from "vitest";
import { lostNodeOf } from "../../../src/core/diagnosis/lost-node.ts";
import type { Pod } from "../../../src/core/model/pod.ts";
import { aCondition, anEvent, aPod, aStatus, at, ended, podIn, running } from "../rollout/play.ts";

const LOST = anEvent("NodeNotReady", "Node is not ready", { lastSeen: at(50), container: undefined });
const said = (reason: string, second: number) => anEvent(reason, "x", { lastSeen: at(second) });
const isLost = (pod: Pod, ...events: ReturnType<typeof said>[]) =>
  lostNodeOf(pod, [LOST, ...events]) !== undefined;
const condition = (type: string, status: string, second: number) =>
  aPod({ conditions: [aCondition(type, status, { lastTransition: at(second) })] });

test.each([
  ["says nothing newer", true, podIn(running)],
  ["was marked not ready for it", true, condition("Ready", "False", 50)],
  ["was marked not ready later", true, condition("Ready", "False", 51)],
  ["became ready before", true, condition("Ready", "True", 49)],
  ["became ready again", false, condition("Ready", "True", 60)],
  ["got a sandbox since", false, condition("PodReadyToStartContainers", "True", 60)],
  [
    "ended a container since",
    false,
    aPod({ containers: [aStatus({ state: ended(1, { finishedAt: at(60) }) })] }),
  ],
  ["has no node", false, aPod({ nodeName: undefined })],
])("lostNodeOf() a pod that %s: %s", (_, expected, pod) => {
  expect(isLost(pod)).toBe(expected);
});

test.each([
  ["Unhealthy", 60, false],
  ["Unhealthy", 40, true],
  ["TaintManagerEviction", 60, true],
])("lostNodeOf() a pod with the event %s at %d: %s", (reason, second, expected) => {
  expect(isLost(podIn(running), said(reason, second))).toBe(expected);
});

test("lostNodeOf() is undefined where nobody said so", () => {
  expect(lostNodeOf(aPod(), [])).toBeUndefined();
});
