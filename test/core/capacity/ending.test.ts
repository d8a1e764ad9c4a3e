import { expect, test } from "vitest";
import { checkCapacity } from "../../../src/core/capacity/check.ts";
import type { PodSpec } from "../../../src/core/model/pod-spec.ts";
import { quota } from "./admission/builders.ts";
import {
  FRESH,
  NOW,
  node,
  OLD,
  olds,
  placed,
  podSpec,
  replicaSet,
  rolling,
  type Scenario,
  scenario,
  waitingPod,
} from "./builders.ts";
import { spread, term, zoned } from "./views.ts";

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

test("checkCapacity() sees that a spread waits for a zone where pods of others want no such pod", () => {
  const names = ["n0", "n1", "n2", "n3"];
  const nodes = names.map((name, index) => zoned(name, `z${Math.min(index, 2)}`));
  const ask = (loners: number) =>
    check({
      replicas: 5,
      strategy: rolling(1, 0),
      nodes,
      pods: Array.from({ length: loners }, () => placed("n3", { cpu: "1" }, { repels: [term()] })),
      pod: podSpec({ cpu: "1" }, { topologySpread: [spread()] }),
      replicaSets: [],
    });
  expect([ask(10).verdict, ask(10).completes.most]).toEqual(["WILL_STALL", 2]);
  expect(ask(0).verdict).toBe("WILL_COMPLETE");
});

test("checkCapacity() counts new pods that are there already once under a spread", () => {
  const ask = (cpu: string) =>
    check({
      replicas: 6,
      strategy: rolling(1, 0),
      nodes: [zoned("n0", "a", { allocatable: node("n0", { cpu }).allocatable }), zoned("n1", "b")],
      pods: [
        ...olds("n1", 4, { cpu: "1" }, { labels: { app: "old" } }),
        ...["1", "2"].map((name) => placed("n0", { cpu: "1" }, { name, labels, ownerUid: FRESH })),
      ],
      pod: podSpec({ cpu: "1" }, { topologySpread: [spread()] }),
      replicaSets: [replicaSet(OLD, 4), replicaSet(FRESH, 2)],
      snapshot: { labels },
    });
  // Two in zone a, three in zone b, and the sixth would have to go to zone a.
  expect([ask("2").verdict, ask("2").completes.most]).toEqual(["WILL_STALL", 5]);
  expect(ask("3").verdict).toBe("WILL_COMPLETE");
});

test("checkCapacity() is not certain where there are too many ways to try them all, and plays some", () => {
  const { replicas, pods = [], ...given } = zonal({ podAffinity: [term({ topologyKey: "zone" })] }, 2);
  const { verdict, reasons } = check({ ...given, replicas: replicas / 2, pods: pods.slice(0, replicas / 2) });
  expect([verdict, reasons[0]?.message]).toEqual([
    "DEPENDS",
    expect.stringMatching(
      /^there are too many ways to place the pods to try them all; \d+ of \d+ rollouts played/,
    ),
  ]);
});

test("checkCapacity() does not tell how many completed of too few that it could play", () => {
  const given = zonal({ podAffinity: [term({ topologyKey: "zone" })] }, 2);
  const names = Array.from({ length: 600 }, (_, index) => `m${index}`);
  const more = names.map((name, index) => node(name, { cpu: `${20 + index}` }, { labels: { zone: "z0" } }));
  const { verdict, reasons } = check({ ...given, nodes: [...given.nodes, ...more] });
  expect([verdict, reasons[0]?.message]).toEqual([
    "DEPENDS",
    "there are too many ways to place the pods to try them all",
  ]);
});

test("checkCapacity() is certain of a stall where new pods want a domain each, and there are fewer of these", () => {
  const ask = (replicas: number) => {
    const given = zonal({ podAntiAffinity: [term({ topologyKey: "zone" })] }, 20);
    const pods = given.pods?.map((pod) => ({ ...pod, labels: { app: "old" } })) ?? [];
    return check({ ...given, replicas, pods: pods.slice(0, replicas) });
  };
  const { verdict, completes } = ask(60);
  expect([verdict, completes.most]).toEqual(["WILL_STALL", 3]);
  expect(ask(3).verdict).toBe("WILL_COMPLETE");
});

test("checkCapacity() is certain beside any number of pods that are being deleted and attract nobody", () => {
  const given = zonal({ podAffinity: [term({ topologyKey: "zone" })] }, 2);
  const leaving = given.nodes.map(({ name }) =>
    placed(name, { cpu: "1" }, { labels: { app: "other" }, deletedAt: NOW }),
  );
  const own = given.pods?.slice(0, 3) ?? [];
  const ask = (pods: typeof own) => check({ ...given, replicas: 3, pods }).verdict;
  expect([ask(own), ask([...own, ...leaving])]).toEqual(["WILL_COMPLETE", "WILL_COMPLETE"]);
});

test("checkCapacity() says the same of many pods whenever it is asked", () => {
  const given = { ...zonal({ podAffinity: [term({ topologyKey: "zone" })] }, 1), replicas: 45 };
  const fewer = { ...given, pods: given.pods?.slice(0, 45) ?? [] };
  expect(check(fewer)).toEqual(check(fewer));
});

test("checkCapacity() tells of the quota, not of the room, where neither leaves any for one pod more", () => {
  const ask = (hard: string) =>
    check({
      replicas: 2,
      strategy: rolling(1, 0),
      nodes: [node("a", { cpu: "2" })],
      pods: olds("a", 2, { cpu: "1" }),
      waiting: [1, 2].map((index) => ({
        ...waitingPod(OLD, podSpec({ cpu: "1" })),
        name: `web-${index}`,
        nodeName: "a",
      })),
      pod: podSpec({ cpu: "1" }),
      snapshot: { quotas: [quota("compute", { pods: hard }, { pods: "2" })] },
    });
  expect([ask("2").verdict, ask("2").reasons[0]?.reason]).toEqual(["WILL_STALL", "QuotaExceeded"]);
  expect([ask("3").verdict, ask("3").reasons[0]?.reason]).toEqual(["WILL_STALL", "InsufficientResources"]);
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
