import fc from "fast-check";
import { expect, test } from "vitest";
import { checkCapacity } from "../../../src/core/capacity/check.ts";
import type { CapacityVerdict } from "../../../src/core/capacity/verdict.ts";
import { node, olds, placed, podSpec, rolling, type Scenario, scenario } from "./builders.ts";

interface Cluster {
  readonly nodes: readonly {
    readonly cpu: number;
    readonly memory: number;
    readonly old: number;
    readonly other: number;
  }[];
  readonly pod: { readonly cpu: number; readonly memory: number };
  readonly surge: number;
  readonly unavailable: number;
}

const clusters: fc.Arbitrary<Cluster> = fc.record({
  nodes: fc.array(
    fc.record({
      cpu: fc.integer({ min: 1, max: 8 }),
      memory: fc.integer({ min: 1, max: 8 }),
      old: fc.integer({ min: 0, max: 2 }),
      other: fc.integer({ min: 0, max: 3 }),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  pod: fc.record({ cpu: fc.integer({ min: 1, max: 4 }), memory: fc.integer({ min: 0, max: 4 }) }),
  surge: fc.integer({ min: 0, max: 2 }),
  unavailable: fc.integer({ min: 0, max: 2 }),
});

const texts = ({ cpu, memory }: { cpu: number; memory: number }, scale: number) => ({
  cpu: `${cpu * scale}`,
  memory: `${memory * scale}Gi`,
});

function toScenario({ nodes, pod, surge, unavailable }: Cluster, scale = 1): Scenario {
  const pods = nodes.flatMap(({ old, other }, index) => [
    ...olds(`n${index}`, old, texts({ cpu: 1, memory: 1 }, scale)),
    placed(`n${index}`, texts({ cpu: other, memory: other }, scale), { name: `other-${index}` }),
  ]);
  return {
    replicas: nodes.reduce((sum, { old }) => sum + old, 0),
    strategy: rolling(surge, unavailable),
    nodes: nodes.map((size, index) => node(`n${index}`, texts(size, scale))),
    pods,
    pod: podSpec(texts(pod, scale)),
  };
}

const check = (given: Scenario): CapacityVerdict => checkCapacity(...scenario(given));
const RANK = {
  WILL_STALL: 0,
  DEPENDS: 1,
  WILL_COMPLETE: 2,
  UNKNOWN: -1,
  NEEDS_NODES: -1,
  ADMISSION_FAILS: -1,
  NO_ROLLOUT: -1,
};
const rank = (given: Scenario): number => RANK[check(given).verdict];

test("checkCapacity() never finds less room with one more node", () => {
  fc.assert(
    fc.property(clusters, (cluster) => {
      const given = toScenario(cluster);
      const nodes = [...given.nodes, node("extra", { cpu: "4", memory: "4Gi" })];
      expect(rank({ ...given, nodes })).toBeGreaterThanOrEqual(rank(given));
    }),
  );
}, 60_000);

test("checkCapacity() says the same when every amount is doubled", () => {
  fc.assert(
    fc.property(clusters, (cluster) => {
      const [once, twice] = [check(toScenario(cluster)), check(toScenario(cluster, 2))];
      expect([twice.verdict, twice.completes, twice.reasons]).toEqual([
        once.verdict,
        once.completes,
        once.reasons,
      ]);
    }),
  );
}, 60_000);

test("checkCapacity() says the same in whatever order nodes and pods are read", () => {
  fc.assert(
    fc.property(clusters, (cluster) => {
      const given = toScenario(cluster);
      const [one, other] = [
        check(given),
        check({ ...given, nodes: [...given.nodes].reverse(), pods: [...(given.pods ?? [])].reverse() }),
      ];
      expect([other.verdict, other.completes]).toEqual([one.verdict, one.completes]);
    }),
  );
}, 60_000);

test("checkCapacity() never finds less room when more pods may be unavailable", () => {
  fc.assert(
    fc.property(
      clusters.filter(({ surge }) => surge > 0),
      (cluster) => {
        const wider = { ...cluster, unavailable: cluster.unavailable + 1 };
        expect(rank(toScenario(wider))).toBeGreaterThanOrEqual(rank(toScenario(cluster)));
      },
    ),
  );
}, 60_000);

test("checkCapacity() offers only fixes that do, and none that is larger than needed", () => {
  fc.assert(
    fc.property(clusters, (cluster) => {
      const given = toScenario(cluster);
      const { fixes } = check(given);
      for (const { kind, value } of fixes) {
        if (kind === "strategy") {
          expect(rank({ ...given, strategy: rolling(cluster.surge, Number(value)) })).toBe(2);
          if (Number(value) > 1 && cluster.surge > 0)
            expect(rank({ ...given, strategy: rolling(cluster.surge, Number(value) - 1) })).toBeLessThan(2);
        }
        if (kind === "request" && value.endsWith("m")) {
          const memory = `${cluster.pod.memory}Gi`;
          expect(rank({ ...given, pod: podSpec({ cpu: value, memory }) })).toBe(2);
          expect(
            rank({ ...given, pod: podSpec({ cpu: `${Number.parseInt(value, 10) + 1}m`, memory }) }),
          ).toBeLessThan(2);
        }
      }
    }),
  );
}, 60_000);
