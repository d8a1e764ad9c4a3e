import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatQuantity, formatResource, parseQuantity, parseWritten } from "../../src/core/quantity.ts";

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

describe("formatQuantity()", () => {
  test.each([
    ["1.5Gi", "1536Mi"],
    ["0.5", "500m"],
    ["1000m", "1"],
    ["2000", "2k"],
    ["1024", "1024"],
    ["1024Mi", "1Gi"],
    ["512", "512"],
    ["0.5Ki", "512"],
    ["1.0005Ki", "1024512m"],
    ["128M", "128M"],
    ["1000Ki", "1000Ki"],
    ["1e3", "1e3"],
    ["1500e3", "1500e3"],
    ["5e-1", "500e-3"],
    ["1E", "1E"],
    ["0Gi", "0"],
    ["0", "0"],
    ["-1500m", "-1500m"],
    ["100n", "100n"],
    ["1.250", "1.250"],
    ["2e0", "2e0"],
    ["1E3", "1E3"],
    ["007", "007"],
    ["0.500", "500m"],
    ["1.000", "1"],
    ["1.25", "1250m"],
  ])("formatQuantity() prints %s as %s", (text, canonical) => {
    expect(formatQuantity(parseWritten(text))).toBe(canonical);
    expect(formatQuantity(parseWritten(canonical))).toBe(canonical);
  });
});
