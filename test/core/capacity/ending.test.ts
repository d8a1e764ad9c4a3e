import { expect, test } from "vitest";
import { checkCapacity } from "../../../src/core/capacity/check.ts";
import type { PodSpec } from "../../../src/core/model/pod-spec.ts";
import { quota } from "./admission/builders.ts";
import { node, OLD, olds, podSpec, rolling, type Scenario, scenario, waitingPod } from "./builders.ts";
import { spread, term } from "./views.ts";

const check = (given: Scenario) => checkCapacity(...scenario(given));
const labels = { app: "web" };

/** Many pods over three zones, on nodes with room for `spare` more each. */
const zonal = (spec: Partial<PodSpec>, spare: number): Scenario => {
  const names = Array.from({ length: 30 }, (_, index) => `n${index}`);
  return {
    replicas: 60,
    strategy: rolling("25%", "25%"),
    nodes: names.map((name, index) =>
      node(
        name,
        { cpu: `${2 + spare}` },
        { labels: { "kubernetes.io/hostname": name, zone: `z${index % 3}` } },
      ),
    ),
    pods: names.flatMap((name) => olds(name, 2, { cpu: "1" }, { labels })),
    pod: podSpec({ cpu: "1" }, spec),
    snapshot: { labels },
  };
};

test("checkCapacity() is certain of many pods under a spread, where the emptiest zone always has room", () => {
  expect(check(zonal({ topologySpread: [spread({ topologyKey: "zone" })] }, 2)).verdict).toBe(
    "WILL_COMPLETE",
  );
});

test("checkCapacity() is not certain where there are too many ways to try them all, and plays some", () => {
  const { verdict, reasons } = check(zonal({ podAffinity: [term({ topologyKey: "zone" })] }, 2));
  expect([verdict, reasons[0]?.message]).toEqual([
    "DEPENDS",
    expect.stringMatching(
      /^there are too many ways to place the pods to try them all; \d+ of \d+ rollouts played/,
    ),
  ]);
});

test("checkCapacity() says the same of many pods whenever it is asked", () => {
  const given = zonal({ podAffinity: [term({ topologyKey: "zone" })] }, 1);
  expect(check(given)).toEqual(check(given));
});

test("checkCapacity() does not promise that a quota which is only tight is passed in time", () => {
  const given = (hard: string): Scenario => ({
    replicas: 2,
    strategy: rolling(0, 1),
    nodes: [node("a", { cpu: "9" })],
    pods: olds("a", 2, { cpu: "1" }),
    waiting: [1, 2].map((index) => ({
      ...waitingPod(OLD, podSpec({ cpu: "1" })),
      name: `web-${index}`,
      nodeName: "a",
    })),
    pod: podSpec({ cpu: "1" }),
    snapshot: { quotas: [quota("compute", { "requests.cpu": hard }, { "requests.cpu": "2" })] },
  });
  const tight = check(given("2"));
  expect([tight.verdict, tight.completes, tight.reasons[0]?.reason]).toEqual([
    "DEPENDS",
    { at: 0, most: 2, of: 2 },
    "QuotaExceeded",
  ]);
  expect(check(given("4")).verdict).toBe("WILL_COMPLETE");
});
