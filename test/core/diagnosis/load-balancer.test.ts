import { expect, test } from "vitest";
import type { Pod } from "../../../src/core/model/pod.ts";
import type { Goal } from "../../../src/core/rollout/rollout.ts";
import { aCondition, aPod, aSpec, aStatus, aWorkload, endOf, play } from "../rollout/play.ts";

const NEG = "cloud.google.com/load-balancer-neg-ready";
const AVAILABLE = aWorkload({ available: 1 });

/** A ready pod, whose gate is set for this reason. */
const readyBy = (reason: string, readinessGates: readonly string[] = [NEG]): Pod =>
  aPod({
    conditions: [
      aCondition("Ready", "True"),
      aCondition(NEG, "True", { reason, message: "Marking condition" }),
    ],
    containers: [aStatus({ ready: true })],
    spec: aSpec({ readinessGates }),
  });

const ready = (pod: Pod, second: number, direction: Goal["direction"] = "forward") =>
  play(
    [
      { second: 0, pods: [] },
      { second, pods: [pod], workload: AVAILABLE },
    ],
    {
      goal: { direction, readLogs: false },
      until: 100,
    },
  );

test("a pod that is ready only because GKE gave up waiting is a failure", () => {
  expect(endOf(ready(readyBy("LoadBalancerNegTimeout"), 5))).toBe("failed LoadBalancerNotReady @10");
});

test("a pod that the load balancer calls healthy is none, nor one without the gate", () => {
  expect(endOf(ready(readyBy("LoadBalancerNegReady"), 5))).toBe("succeeded @35");
  expect(endOf(ready(readyBy("LoadBalancerNegTimeout", []), 5))).toBe("succeeded @35");
});

test("what was given up before our change, or is not ours to prove, does no harm", () => {
  const pod = readyBy("LoadBalancerNegTimeout");
  expect(endOf(ready(pod, 0))).toBe("succeeded @30");
  expect(endOf(ready(pod, 5, "unchanged"))).toBe("succeeded @5");
});

test("a success without any health check behind it says so", () => {
  const { decision } = ready(readyBy("LoadBalancerNegWithoutHealthCheck"), 5);
  expect(decision).toEqual({
    kind: "succeeded",
    warnings: ["no load balancer checked the health of web-new-1: their NEG has no health check"],
  });
  expect(ready(readyBy("LoadBalancerNegReady"), 5).decision).toMatchObject({ warnings: [] });
});
