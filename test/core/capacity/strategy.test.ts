import { describe, expect, test } from "vitest";
import { allowance } from "../../../src/core/capacity/strategy.ts";
import { rolling } from "./builders.ts";

describe("allowance()", () => {
  const cases = [
    ["25%", "25%", 10, { surge: 3, unavailable: 2 }],
    ["25%", "25%", 1, { surge: 1, unavailable: 0 }],
    ["1%", "1%", 3, { surge: 1, unavailable: 0 }],
    [0, "1%", 3, { surge: 0, unavailable: 1 }],
    [0, 0, 3, { surge: 0, unavailable: 1 }],
    [0, "100%", 4, { surge: 0, unavailable: 4 }],
    [2, 9, 3, { surge: 2, unavailable: 3 }],
    [0, "50%", 0, { surge: 0, unavailable: 0 }],
  ] as const;
  for (const [surge, unavailable, replicas, expected] of cases) {
    test(`allowance() resolves ${surge} and ${unavailable} of ${replicas}`, () =>
      expect(allowance({ strategy: rolling(surge, unavailable), replicas })).toEqual(expected));
  }

  test("allowance() lets Recreate take all away and add none", () => {
    expect(allowance({ strategy: { kind: "Recreate" }, replicas: 4 })).toEqual({ surge: 0, unavailable: 4 });
  });
});
