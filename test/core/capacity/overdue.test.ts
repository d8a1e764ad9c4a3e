import { expect, test } from "vitest";
import { checkCapacity } from "../../../src/core/capacity/check.ts";
import { instant } from "../../../src/core/model/instant.ts";
import { NOW, node, olds, placed, podSpec, rolling, scenario } from "./builders.ts";

const checkAll = (...given: ReturnType<typeof scenario>) => checkCapacity(...given, { allEnds: true });

const LATE = instant(NOW - 61_000);
const late = (cpu: string, name = "held") => placed("n1", { cpu }, { name, deletedAt: LATE });

/** One node, an old pod of 1 cpu on it, and one more to come beside it. */
const ask = (cpu: string, pods: readonly ReturnType<typeof placed>[], nodes = [node("n1", { cpu })]) =>
  checkAll(
    ...scenario({
      replicas: 1,
      strategy: rolling(1, 0),
      nodes,
      pods: [...olds("n1", 1, { cpu: "1" }), ...pods],
      pod: podSpec({ cpu: "1" }),
    }),
  );

test("checkCapacity() names the pod that should have been gone when the rollout would complete without it", () => {
  const { verdict, completes, fixes, reasons, instead } = ask("2", [late("1")]);
  expect([verdict, completes.at, completes.most]).toEqual(["WILL_STALL", 0, 0]);
  expect(fixes[0]).toMatchObject({ kind: "pods", value: "shop/held" });
  expect(reasons.at(-1)?.message).toBe("pod shop/held should have been gone by now, so it counts as staying");
  expect(instead).toBeUndefined();
});

test("checkCapacity() names only the one of several such pods that is in the way", () => {
  const { fixes } = ask("2", [late("1"), late("0", "tiny")]);
  expect(fixes[0]?.value).toBe("shop/held");
});

test("checkCapacity() names all of them when no single one is enough", () => {
  const { fixes } = ask("2500m", [late("900m", "a"), late("900m", "b")]);
  expect(fixes[0]?.value).toBe("shop/a,shop/b");
});

test("checkCapacity() does not name it when the rollout stalls even without it", () => {
  const { verdict, fixes, reasons } = ask("1500m", [late("500m")]);
  expect(verdict).toBe("WILL_STALL");
  expect(fixes.filter(({ kind }) => kind === "pods")).toEqual([]);
  expect(reasons).toHaveLength(1);
});

test("checkCapacity() reaches as far as the rollout comes once such a pod goes after all", () => {
  const { verdict, completes, fixes } = checkAll(
    ...scenario({
      replicas: 4,
      strategy: rolling(1, 0),
      nodes: [node("n1", { cpu: "5" })],
      pods: [...olds("n1", 4, { cpu: "1" }), late("1")],
      pod: podSpec({ cpu: "2" }),
    }),
  );
  expect([verdict, completes.at, completes.most]).toEqual(["WILL_STALL", 0, 0]);
  expect(fixes.filter(({ kind }) => kind === "pods")).toEqual([]);
});

test("checkCapacity() does not mind such a pod on a node that the new ones cannot go to", () => {
  const far = node("n2", { cpu: "8" }, { unschedulable: true });
  const other = placed("n2", { cpu: "1" }, { name: "held", deletedAt: LATE });
  const { instead } = ask("1500m", [other], [node("n1", { cpu: "1500m" }), far]);
  expect(instead).toEqual([]);
});

test("checkCapacity() does not count on evicting a pod that should have been gone, and knows that the scheduler does", () => {
  const low = (deletedAt: typeof LATE | undefined, on = "n1") =>
    placed(on, { cpu: "1" }, { name: "low", priority: -5, deletedAt });
  const { verdict, reasons, fixes } = ask("2", [low(LATE)]);
  expect([verdict, fixes[0]?.value]).toEqual(["WILL_STALL", "shop/low"]);
  expect(reasons[0]?.message).toMatch(
    /preemption: not eligible due to a terminating pod on the nominated node\.$/,
  );
  expect(ask("2", [low(undefined)]).verdict).toBe("WILL_COMPLETE");
  expect(ask("2", [low(NOW)]).verdict).toBe("WILL_COMPLETE");
  const nodes = [node("n1", { cpu: "2" }), node("n2", { cpu: "1" })];
  expect(ask("2", [low(LATE), low(undefined, "n2")], nodes).verdict).toBe("DEPENDS");
  expect(ask("2", [late("1"), low(undefined, "n2")], nodes).verdict).toBe("WILL_COMPLETE");
});
