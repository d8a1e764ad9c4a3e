import fc from "fast-check";
import { expect, test } from "vitest";
import { checkCapacity } from "../../../src/core/capacity/check.ts";
import { instant } from "../../../src/core/model/instant.ts";
import type { PodSpec } from "../../../src/core/model/pod-spec.ts";
import { FRESH, NOW, node, placed, podSpec, replicaSet, rolling, scenario, waitingPod } from "./builders.ts";
import { explore, type Game, type Rule } from "./explorer.ts";

interface Shape {
  readonly groups: number;
  readonly waiting: number;
  readonly already: number;
  readonly sick: boolean;
  readonly rules?: readonly Rule["kind"][];
}

/** Games whose counts add up as a controller would have left them: never above replicas and surge. */
const games = ({ groups, waiting, already, sick, rules = [] }: Shape): fc.Arbitrary<Game> =>
  fc
    .record({
      replicas: fc.integer({ min: 1, max: 4 }),
      surge: fc.integer({ min: 0, max: 2 }),
      unavailable: fc.integer({ min: 0, max: 2 }),
      fresh: fc.integer({ min: 1, max: 4 }),
      sizes: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: groups, maxLength: groups }),
      nodes: fc.array(
        fc.record({
          spare: fc.integer({ min: 0, max: 5 }),
          old: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: groups, maxLength: groups }),
          already: fc.integer({ min: 0, max: already }),
          zone: fc.integer({ min: 0, max: 1 }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      rules: fc.array(rulesOf(rules), {
        minLength: rules.length > 0 ? 1 : 0,
        maxLength: rules.length > 0 ? 2 : 0,
      }),
      sick: fc.array(sick ? fc.boolean() : fc.constant(false), { minLength: groups, maxLength: groups }),
      waiting: fc.array(fc.integer({ min: 0, max: waiting }), { minLength: groups, maxLength: groups }),
    })
    .map(({ nodes, sizes, waiting: waits, sick: sicks, ...rest }) => {
      const old = sizes.map((size, group) => ({
        size,
        on: nodes.map((each) => each.old[group] ?? 0),
        waiting: waits[group] ?? 0,
        sick: sicks[group] === true,
      }));
      const free = nodes.map(
        ({ spare, old: counts, already: there }) =>
          spare +
          there * rest.fresh +
          counts.reduce((total, count, group) => total + count * (sizes[group] ?? 0), 0),
      );
      return {
        ...rest,
        free,
        old,
        already: nodes.map((each) => each.already),
        zones: nodes.map(({ zone }) => zone),
      };
    })
    .filter(({ replicas, surge, unavailable, old, already: there }) => {
      const pods = [...old.flatMap(({ on, waiting: waits }) => [...on, waits]), ...there];
      const total = pods.reduce((a, b) => a + b, 0);
      const fresh = there.reduce((a, b) => a + b, 0);
      return surge + unavailable > 0 && total >= replicas && total <= replicas + surge && fresh <= replicas;
    });

const rulesOf = (kinds: readonly Rule["kind"][]): fc.Arbitrary<Rule> =>
  kinds.length === 0
    ? fc.constant({ kind: "spread", over: "zone", of: "all", maxSkew: 1 })
    : fc.record({
        kind: fc.constantFrom(...kinds),
        over: fc.constantFrom("zone", "node"),
        of: fc.constantFrom("new", "all"),
        maxSkew: fc.integer({ min: 1, max: 2 }),
      });

/** The constraints of the new pods as the API has them. */
function constrained(rules: readonly Rule[]): Partial<PodSpec> {
  const keyOf = ({ over }: Rule): string => (over === "zone" ? ZONE : "kubernetes.io/hostname");
  const selectorOf = ({ of }: Rule) => [
    { key: "app", operator: "In", values: ["web"] },
    ...(of === "new" ? [{ key: "version", operator: "In", values: ["2"] }] : []),
  ];
  const terms = (kind: Rule["kind"]) =>
    rules
      .filter((rule) => rule.kind === kind)
      .map((rule) => ({
        topologyKey: keyOf(rule),
        selector: selectorOf(rule),
        namespaces: [],
        namespaceSelector: undefined,
        matchLabelKeys: [],
        mismatchLabelKeys: [],
      }));
  const spreads = rules
    .filter(({ kind }) => kind === "spread")
    .map((rule) => ({
      maxSkew: rule.maxSkew,
      topologyKey: keyOf(rule),
      selector: selectorOf(rule),
      minDomains: 1,
      nodeAffinityPolicy: "Honor" as const,
      nodeTaintsPolicy: "Ignore" as const,
      matchLabelKeys: [],
    }));
  return { podAffinity: terms("affinity"), podAntiAffinity: terms("anti-affinity"), topologySpread: spreads };
}

const ZONE = "topology.kubernetes.io/zone";
const OLD_LABELS = { app: "web", version: "1" };
const NEW_LABELS = { app: "web", version: "2" };

const cpu = (amount: number) => ({ cpu: `${amount}` });

function predict(game: Game) {
  const { replicas, surge, unavailable, free, fresh, old, already, zones, rules = [] } = game;
  const pod = podSpec(cpu(fresh), constrained(rules));
  const pods = [
    ...old.flatMap(({ size, on, sick }, group) =>
      on.flatMap((count, at) =>
        Array.from({ length: count }, () =>
          placed(`n${at}`, cpu(size), { ownerUid: `uid-${group}`, ready: !sick, labels: OLD_LABELS }),
        ),
      ),
    ),
    ...already.flatMap((count, at) =>
      Array.from({ length: count }, () =>
        placed(`n${at}`, cpu(fresh), { ownerUid: FRESH, labels: NEW_LABELS, repels: pod.podAntiAffinity }),
      ),
    ),
  ];
  const replicaSets = old.map(({ on, waiting, sick }, group) => {
    const available = on.reduce((a, b) => a + b, 0);
    const extra = { availableReplicas: sick ? 0 : available, templateJson: `{"old":${group}}` };
    return replicaSet(`uid-${group}`, available + waiting, {
      ...extra,
      createdAt: instant(NOW - 9e6 + group),
    });
  });
  return checkCapacity(
    ...scenario({
      replicas,
      strategy: rolling(surge, unavailable),
      nodes: free.map((size, at) =>
        node(`n${at}`, cpu(size), {
          labels: { "kubernetes.io/hostname": `n${at}`, [ZONE]: `z${zones?.[at]}` },
        }),
      ),
      pods,
      pod,
      snapshot: { labels: NEW_LABELS },
      replicaSets: [
        ...replicaSets,
        replicaSet(
          FRESH,
          already.reduce((a, b) => a + b, 0),
        ),
      ],
      waiting: old.flatMap(({ size, waiting }, group) =>
        Array.from({ length: waiting }, () => waitingPod(`uid-${group}`, podSpec(cpu(size)))),
      ),
    }),
  );
}

/** Never a wrong yes, never a wrong no. Returns the verdict and whether both ends were really possible. */
function compare(game: Game) {
  const { verdict, completes } = predict(game);
  const { completes: canComplete, stuckAt } = explore(game);
  if (verdict === "WILL_COMPLETE") expect([...stuckAt]).toEqual([]);
  if (verdict === "WILL_STALL") expect(canComplete).toBe(false);
  if (verdict !== "WILL_COMPLETE")
    for (const at of stuckAt) expect([at >= completes.at, at <= completes.most]).toEqual([true, true]);
  return { verdict, mixed: canComplete && stuckAt.size > 0 };
}

/** Never undecided either, unless the end is really open. */
function compareExactly(game: Game): void {
  const { verdict, mixed } = compare(game);
  if (verdict === "DEPENDS") expect(mixed).toBe(true);
}

test("checkCapacity() agrees with every line of play from a settled state", () => {
  const shape = { groups: 1, waiting: 0, already: 0, sick: false };
  fc.assert(fc.property(games(shape), compareExactly), { numRuns: 600 });
}, 60_000);

test("checkCapacity() agrees with every line of play from the midst of a rollout", () => {
  const shape = { groups: 2, waiting: 0, already: 1, sick: false };
  fc.assert(fc.property(games(shape), compareExactly), { numRuns: 400 });
}, 60_000);

test("checkCapacity() does not rely on the older ReplicaSet being quicker with its deletions", () => {
  const old = [
    [1, 0],
    [2, 2],
  ].map((on) => ({ size: 2, on, waiting: 0, sick: false }));
  const game = { replicas: 4, surge: 2, unavailable: 0, fresh: 4, free: [10, 8], old, already: [0, 1] };
  expect(compare(game)).toEqual({ verdict: "DEPENDS", mixed: true });
});

test("checkCapacity() agrees with every line of play while old pods wait for a node", () => {
  const shape = { groups: 2, waiting: 1, already: 1, sick: false };
  fc.assert(
    fc.property(games(shape), (game) => void compare(game)),
    { numRuns: 400 },
  );
}, 60_000);

test("checkCapacity() agrees with every line of play while old pods are sick", () => {
  const shape = { groups: 2, waiting: 1, already: 1, sick: true };
  fc.assert(
    fc.property(games(shape), (game) => void compare(game)),
    { numRuns: 400 },
  );
}, 60_000);

test.each([["spread"], ["anti-affinity"], ["affinity"]] as const)(
  "checkCapacity() agrees with every line of play under %s",
  (rule) => {
    const shape = { groups: 1, waiting: 0, already: 0, sick: false, rules: [rule] };
    fc.assert(fc.property(games(shape), compareExactly), { numRuns: 150 });
  },
  60_000,
);

test("checkCapacity() agrees with every line of play under several constraints, from the midst of a rollout", () => {
  const rules = ["spread", "anti-affinity", "affinity"] as const;
  const shape = { groups: 2, waiting: 1, already: 1, sick: true, rules };
  fc.assert(
    fc.property(games(shape), (game) => void compare(game)),
    { numRuns: 150 },
  );
}, 60_000);

test("checkCapacity() lets an old pod without a node compete, though nothing shows its labels", () => {
  const rules = [{ kind: "anti-affinity", over: "zone", of: "all", maxSkew: 1 }] as const;
  const old = [{ size: 1, on: [0, 0], waiting: 1, sick: false }];
  const game = { replicas: 2, surge: 1, unavailable: 0, fresh: 1, free: [1, 2], zones: [0, 1], old, rules };
  expect(compare({ ...game, already: [1, 0] })).toEqual({ verdict: "DEPENDS", mixed: true });
});

test("checkCapacity() allows for each old ReplicaSet to have its pods deleted before or after the others'", () => {
  compareExactly({
    ...{ replicas: 4, surge: 1, unavailable: 1, fresh: 2, free: [5, 4], zones: [0, 0], already: [1, 0] },
    rules: [{ kind: "affinity", over: "node", of: "new", maxSkew: 1 }],
    old: [
      { size: 2, on: [1, 2], waiting: 0, sick: false },
      { size: 1, on: [1, 0], waiting: 0, sick: true },
    ],
  });
});
