import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Quantity } from "../../src/core/model.ts";
import { formatOf, formatQuantity, formatResource, parseQuantity } from "../../src/core/quantity.ts";

const NANO = 10n ** 9n;

describe("parseQuantity()", () => {
  const legal: readonly (readonly [string, bigint])[] = [
    ["0", 0n],
    ["100m", NANO / 10n],
    ["0.1", NANO / 10n],
    [".5", NANO / 2n],
    ["1.", NANO],
    ["1.G", NANO * 10n ** 9n],
    ["+1", NANO],
    ["-1", -NANO],
    ["1k", NANO * 1000n],
    ["1Ki", NANO * 1024n],
    ["1.5Gi", NANO * 1536n * 1024n ** 2n],
    ["1E", NANO * 10n ** 18n],
    ["1E3", NANO * 1000n],
    ["1e-3", NANO / 1000n],
    ["1500m", (NANO * 3n) / 2n],
    ["7u", 7000n],
    ["1n", 1n],
    ["0.1n", 1n],
    ["-0.1n", -1n],
    ["16Ei", NANO * (2n ** 63n - 1n)],
  ];
  for (const [text, amount] of legal) {
    test(`parseQuantity() reads ${text}`, () => expect(parseQuantity(text)).toBe(amount));
  }

  for (const text of [
    "",
    ".",
    "1K",
    "1ki",
    "1 Gi",
    "1e",
    "1e+",
    "Ki",
    "1.2.3",
    "0x1",
    "1mm",
    "e3",
    "1e999999999",
  ]) {
    test(`parseQuantity() refuses ${JSON.stringify(text)}`, () =>
      expect(() => parseQuantity(text)).toThrow(RangeError));
  }
});

describe("formatQuantity()", () => {
  const canonical = [
    ["1.5Gi", "1536Mi"],
    ["0.5", "500m"],
    ["1000m", "1"],
    ["2000", "2k"],
    ["1500m", "1500m"],
    ["12e6", "12e6"],
    ["1e5", "100e3"],
    ["1023Ki", "1023Ki"],
    ["0.5Ki", "512"],
    ["0", "0"],
    ["-1.5Gi", "-1536Mi"],
    ["3G", "3G"],
  ] as const;
  for (const [text, printed] of canonical) {
    test(`formatQuantity() prints ${text} as ${printed}`, () =>
      expect(formatQuantity(parseQuantity(text), formatOf(text))).toBe(printed));
  }

  test("formatQuantity() prints what parseQuantity() reads back as the same amount", () => {
    const amounts = fc.bigInt({ min: -(10n ** 27n), max: 10n ** 27n });
    fc.assert(
      fc.property(amounts, fc.constantFrom("DecimalSI", "DecimalExponent"), (amount, format) => {
        expect(parseQuantity(formatQuantity(amount as Quantity, format))).toBe(amount);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 62n }), (bytes) => {
        expect(parseQuantity(formatQuantity((bytes * NANO) as Quantity, "BinarySI"))).toBe(bytes * NANO);
      }),
    );
  });
});

test("formatResource() prints integers of the scheduler in the unit of their resource", () => {
  expect([
    formatResource("cpu", 100),
    formatResource("cpu", 2000),
    formatResource("memory", 1536 * 2 ** 20),
    formatResource("memory", 3),
    formatResource("pods", 110),
    formatResource("nvidia.com/gpu", 2),
  ]).toEqual(["100m", "2", "1536Mi", "3", "110", "2"]);
});
