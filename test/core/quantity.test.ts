import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatResource, parseQuantity } from "../../src/core/quantity.ts";

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

describe("formatResource()", () => {
  const canonical = [
    ["cpu", 100, "100m"],
    ["cpu", 1500, "1500m"],
    ["cpu", 2000, "2"],
    ["cpu", 2_000_000, "2k"],
    ["memory", 1536 * 2 ** 20, "1536Mi"],
    ["memory", 1023 * 2 ** 10, "1023Ki"],
    ["memory", 2 ** 40, "1Ti"],
    ["memory", 1_500_000_000, "1500000000"],
    ["memory", 512, "512"],
    ["memory", 1000, "1k"],
    ["memory", 0, "0"],
    ["hugepages-2Mi", 2 ** 21, "2Mi"],
    ["pods", 110, "110"],
    ["nvidia.com/gpu", 2, "2"],
  ] as const;
  for (const [name, amount, printed] of canonical) {
    test(`formatResource() prints ${amount} of ${name} as ${printed}`, () =>
      expect(formatResource(name, amount)).toBe(printed));
  }

  test("formatResource() prints what parseQuantity() reads back as the same amount", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), fc.nat(12), (digits, shift) => {
        const bytes = digits * 2 ** shift;
        expect(parseQuantity(formatResource("memory", bytes))).toBe(BigInt(bytes) * NANO);
        expect(parseQuantity(formatResource("cpu", digits))).toBe(BigInt(digits) * (NANO / 1000n));
      }),
    );
  });
});
