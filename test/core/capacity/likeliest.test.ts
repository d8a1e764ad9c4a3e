import { expect, test } from "vitest";
import { checkCapacity } from "../../../src/core/capacity/check.ts";
import { quota } from "./admission/builders.ts";
import { node, OLD, olds, placed, podSpec, replicaSet, rolling, scenario, waitingPod } from "./builders.ts";

const checkAll = (...given: ReturnType<typeof scenario>) => checkCapacity(...given, { allEnds: true });

const HOSTNAME = "kubernetes.io/hostname";
const ZONE = "topology.kubernetes.io/zone";
const WEB = { app: "web", version: "2" };
const apart = (topologyKey: string) => ({
  topologyKey,
  selector: [{ key: "version", operator: "In", values: ["2"] }],
  namespaces: [],
  namespaceSelector: undefined,
  matchLabelKeys: [],
  mismatchLabelKeys: [],
});
const inZone = (name: string, zone: string, cpu: string) =>
  node(name, { cpu, memory: "8Gi" }, { labels: { [HOSTNAME]: name, [ZONE]: zone } });

/** Two pods, one to a zone: of the zone with two nodes the one that is taken decides what the other one says. */
const ask = (small: string, large: string) =>
  checkAll(
    ...scenario({
      replicas: 2,
      strategy: rolling(1, 0),
      nodes: [inZone("small", "a", small), inZone("large", "a", large)],
      pod: podSpec({ cpu: "1", memory: "1Gi" }, { podAntiAffinity: [apart(ZONE)] }),
      snapshot: { labels: WEB },
    }),
  );

test("checkCapacity() tells of the node that the scheduler prefers, and what would be told of the other", () => {
  const { verdict, reasons, instead } = ask("1", "4");
  expect(verdict).toBe("WILL_STALL");
  expect(reasons[0]?.message).toContain("2 node(s) didn't match pod anti-affinity rules.");
  expect(instead).toEqual([
    expect.stringContaining("1 Insufficient cpu, 1 node(s) didn't match pod anti-affinity rules."),
  ]);
});

test("checkCapacity() knows of nothing else that may be told when all ways to get stuck say the same", () => {
  expect(ask("4", "4").instead).toEqual([]);
});

test("checkCapacity() tells of a position in which no node is open, when pods that it evicts make more room than one needs", () => {
  const { verdict, completes, reasons } = checkAll(
    ...scenario({
      replicas: 4,
      strategy: rolling(4, 0),
      nodes: [node("n1", { cpu: "3", pods: "3" })],
      pods: [placed("n1", { cpu: "3" }, { name: "large" })],
      replicaSets: [],
      pod: podSpec({ cpu: "1" }, { priority: 1000 }),
    }),
  );
  expect(verdict).toBe("WILL_STALL");
  expect(completes.most).toBe(3);
  expect(reasons[0]?.message).toMatch(/^0\/1 nodes are available: 1 Insufficient cpu, 1 Too many pods\./);
});

test("checkCapacity() does not claim to know all that may be told when pods may be evicted on the way", () => {
  const { instead } = checkAll(
    ...scenario({
      replicas: 2,
      nodes: [node("n1", { cpu: "1" })],
      pods: [...olds("n1", 1, { cpu: "1" }), placed("n1", {}, { priority: -5 })],
      pod: podSpec({ cpu: "2" }),
    }),
  );
  expect(instead).toBeUndefined();
});

test("checkCapacity() does not claim to know all that may be told when an old ReplicaSet may take the quota first", () => {
  const ask = (hard: string) =>
    checkAll(
      ...scenario({
        replicas: 3,
        strategy: rolling(2, 0),
        nodes: [node("n1", { cpu: "1" })],
        pods: olds("n1", 1, { cpu: "1" }),
        waiting: [waitingPod(OLD, podSpec({ cpu: "1" }))],
        // Its third pod is yet to be created.
        replicaSets: [replicaSet(OLD, 3)],
        pod: podSpec({ cpu: "1" }),
        snapshot: { quotas: [quota("compute", { pods: hard }, { pods: "2" })] },
      }),
    );
  expect([ask("3").verdict, ask("3").instead]).toEqual(["WILL_STALL", undefined]);
  expect([ask("9").verdict, ask("9").instead]).toEqual(["WILL_STALL", []]);
});
