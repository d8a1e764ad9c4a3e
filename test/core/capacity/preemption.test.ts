import { describe, expect, test } from "vitest";
import { clearingOf, preemptionOf } from "../../../src/core/capacity/preemption.ts";
import type { DisruptionBudget } from "../../../src/core/model/disruption-budget.ts";
import { instant } from "../../../src/core/model/instant.ts";
import type { PodSpec } from "../../../src/core/model/pod-spec.ts";
import type { PlacedPod } from "../../../src/core/model/room.ts";
import { node, placed, podSpec } from "./builders.ts";
import { isApp, prepared } from "./views.ts";

const nodes = [node("a", { cpu: "1" }), node("b", { cpu: "1" })];
const low = (on: string, name: string, cpu: string, priority = -1, extra: Partial<PlacedPod> = {}) =>
  placed(on, { cpu }, { name, priority, ...extra });

const candidates = (pods: readonly PlacedPod[], cpu = "500m", extra: Partial<PodSpec> = {}) =>
  preemptionOf(prepared(podSpec({ cpu }, extra), nodes, pods)).map(({ index, victims }) => [
    nodes[index]?.name,
    ...victims.map(({ name }) => name),
  ]);

describe("preemptionOf()", () => {
  const full = placed("b", { cpu: "1" });

  test("preemptionOf() evicts no more than it must, and spares the important", () => {
    const pods = [full, low("a", "low", "300m"), low("a", "lower", "600m", -2)];
    expect(candidates(pods)).toEqual([["a", "lower"]]);
    expect(candidates(pods, "800m")).toEqual([["a", "low", "lower"]]);
  });

  test("preemptionOf() spares of equals the one that started earlier", () => {
    const at = (ms: number) => ({ startedAt: instant(ms) });
    const pods = [full, low("a", "late", "500m", -1, at(2)), low("a", "early", "500m", -1, at(1))];
    expect(candidates(pods)).toEqual([["a", "late"]]);
  });

  test("preemptionOf() evicts nobody of the same priority, and nobody for a pod that must not", () => {
    expect(candidates([full, low("a", "equal", "1", 0)])).toEqual([]);
    expect(candidates([full, low("a", "low", "1")], "500m", { preemptionPolicy: "Never" })).toEqual([]);
    expect(candidates([full, low("a", "low", "1")], "500m")).toEqual([["a", "low"]]);
  });

  test("preemptionOf() has no part where a node takes the pod", () => {
    expect(candidates([low("a", "low", "1")])).toEqual([]);
  });

  test("preemptionOf() puts first whom the scheduler would rather evict", () => {
    expect(candidates([low("a", "high", "1", -1), low("b", "lower", "1", -5)])).toEqual([
      ["b", "lower"],
      ["a", "high"],
    ]);
    const two = [low("b", "one", "500m", -1), low("b", "two", "500m", -1)];
    expect(candidates([low("a", "big", "1", -1), ...two], "600m")).toEqual([
      ["a", "big"],
      ["b", "one", "two"],
    ]);
    const at = (ms: number) => ({ startedAt: instant(ms) });
    const ages = [low("a", "early", "1", -1, at(1)), low("b", "late", "1", -1, at(2))];
    expect(candidates(ages)).toEqual([
      ["b", "late"],
      ["a", "early"],
    ]);
  });

  const budget = (app: string, disruptionsAllowed: number, extra: Partial<DisruptionBudget> = {}) => ({
    namespace: "shop",
    selector: isApp(app),
    disruptionsAllowed,
    disruptedPods: new Set<string>(),
    ...extra,
  });
  const db = { namespace: "shop", labels: { app: "db" } };
  const evicted = (pods: readonly PlacedPod[], budgets: readonly DisruptionBudget[]) =>
    preemptionOf(prepared(podSpec({ cpu: "500m" }), nodes, pods, { budgets })).map(
      ({ index, victims, violations }) => [
        nodes[index]?.name,
        ...victims.map(({ name }) => name),
        violations,
      ],
    );

  test("preemptionOf() spares what a budget protects, on a node and between nodes", () => {
    const pods = [full, low("a", "guarded", "500m", -3, db), low("a", "free", "500m", -1)];
    expect(evicted(pods, [])).toEqual([["a", "guarded", 0]]);
    expect(evicted(pods, [budget("db", 0)])).toEqual([["a", "free", 0]]);
    const apart = [low("a", "guarded", "1", -3, db), low("b", "free", "1", -1)];
    expect(evicted(apart, [budget("db", 0)])).toEqual([
      ["b", "free", 0],
      ["a", "guarded", 1],
    ]);
    expect(evicted(apart, [budget("db", 1)])[0]).toEqual(["a", "guarded", 0]);
  });

  test.each([
    ["of another namespace", { namespace: "other" }],
    ["that selects nothing", { selector: undefined }],
    ["with an empty selector", { selector: [] }],
    ["that counts the pod as gone already", { disruptedPods: new Set(["guarded"]) }],
  ])("preemptionOf() minds no budget %s", (_, extra) => {
    const pods = [full, low("a", "guarded", "500m", -3, db), low("a", "free", "500m", -1)];
    expect(evicted(pods, [budget("db", 0, extra)])).toEqual([["a", "guarded", 0]]);
  });

  test("preemptionOf() counts how many a budget allows, the important first", () => {
    const pods = [full, low("a", "one", "500m", -1, db), low("a", "two", "500m", -2, db)];
    // The second to go is the one too many, so it is given back first.
    expect(evicted(pods, [budget("db", 1)])).toEqual([["a", "one", 0]]);
  });

  test("clearingOf() leaves the node as it was", () => {
    const pods = [low("a", "low", "300m"), low("a", "lower", "600m", -2)];
    const scheduling = prepared(podSpec({ cpu: "500m" }), nodes, [full, ...pods]);
    clearingOf(scheduling, 0);
    expect(scheduling.room(0)).toMatchObject({ pods: 2, used: new Map([["cpu", 900]]) });
    expect(new Set(scheduling.pods(0))).toEqual(new Set(pods));
  });
});
