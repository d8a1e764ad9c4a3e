import { describe, expect, test } from "vitest";
import { refusalReason, ruling } from "../../../src/core/capacity/policy.ts";
import type { CapacityVerdict, Verdict } from "../../../src/core/capacity/verdict.ts";

describe("ruling()", () => {
  const table: readonly (readonly [Verdict, string, string, string])[] = [
    ["WILL_COMPLETE", "go", "go", "go"],
    ["NEEDS_NODES", "go", "go", "go"],
    ["DEPENDS", "go-with-warning", "refuse", "go-with-warning"],
    ["UNKNOWN", "go-with-warning", "refuse", "go-with-warning"],
    ["WILL_STALL", "refuse", "refuse", "go-with-warning"],
    ["ADMISSION_FAILS", "refuse", "refuse", "go-with-warning"],
    ["NO_ROLLOUT", "go", "go", "go"],
  ];
  for (const [verdict, ...rulings] of table) {
    test(`ruling() for ${verdict}`, () =>
      expect([ruling(verdict, "enforce"), ruling(verdict, "strict"), ruling(verdict, "warn")]).toEqual(
        rulings,
      ));
  }
});

test("refusalReason() names what stands in the way, and what could not be told", () => {
  const verdict: CapacityVerdict = {
    verdict: "WILL_STALL",
    reasons: [{ reason: "TooManyPods", message: "" }],
    nodes: [],
    completes: { at: 0, most: 0, of: 1 },
    fixes: [],
    unknown: [],
    read: { nodes: 0, pods: 0 },
  };
  expect(refusalReason(verdict)).toBe("TooManyPods");
  expect(refusalReason({ ...verdict, verdict: "UNKNOWN" })).toBe("CapacityUnknown");
});
