import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskSecrets } from "../../src/core/mask.ts";
import { SYNTHESISED } from "../recordings/synthesised/rows.ts";
import { hostileText } from "./report/hostile.ts";
import { LEAKS, ORDINARY } from "./secrets.ts";

const RECORDINGS = join(import.meta.dirname, "../recordings");

/** Every text in a value. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

function recordedTexts(): string[] {
  const files = readdirSync(RECORDINGS).filter((name) => /\.jsonl?$/.test(name));
  const lines = files.flatMap((name) => readFileSync(join(RECORDINGS, name), "utf8").trim().split("\n"));
  return files.length === 0
    ? []
    : lines.filter((line) => line.startsWith('{"')).flatMap((line) => textsOf(JSON.parse(line)));
}

/** Texts on which a careless pattern starts again at every character. */
const MEGABYTES: Readonly<Record<string, string>> = {
  letters: "x".repeat(1e6),
  blanks: " ".repeat(1e6),
  "base64 without an end": "A".repeat(1e6),
  "lines of base64": `${"A".repeat(64)}\n`.repeat(15_000),
  "keys without values": "secret:".repeat(140_000),
  "keys and colons": "token: ".repeat(140_000),
  "quotes without an end": 'password="'.repeat(100_000),
  "addresses without a host": "://a:".repeat(200_000),
  "an address of colons": `://${"a:".repeat(500_000)}`,
  "users without an address": "a:b@".repeat(250_000),
  "beginnings of keys": "-----BEGIN PRIVATE KEY-----".repeat(37_000),
  "ends of keys": "-----END PRIVATE KEY----- ".repeat(37_000),
  "a key of words": `-----BEGIN PRIVATE KEY-----\n${"AAAAAAAAAAAAAAAAAAAA ".repeat(47_000)}`,
  "a text before the end of a key": `${"a b ".repeat(250_000)}-----END PRIVATE KEY-----`,
  "beginnings of tokens": "eyJ".repeat(330_000),
  "dots of tokens": "eyJaaaaaaaaaaaa.".repeat(62_000),
  headers: "Bearer ".repeat(140_000),
  "a header of letters": `Bearer ${"a".repeat(1e6)}`,
  queries: "&key=".repeat(200_000),
};

describe("maskSecrets()", () => {
  test.each(LEAKS)("masks $what", ({ text, masked, secret }) => {
    expect(maskSecrets(text)).toBe(masked);
    expect(maskSecrets(text)).not.toContain(secret);
  });

  test.each(ORDINARY)("leaves %j as it is", (text) => {
    expect(maskSecrets(text)).toBe(text);
  });

  test("leaves every text of the recordings as it is", () => {
    const texts = recordedTexts();
    expect(texts.length).toBeGreaterThan(1_000);
    expect(texts.filter((text) => maskSecrets(text) !== text)).toEqual([]);
  });

  test("leaves every text of the catalogue as it is", () => {
    const texts = [...new Set(SYNTHESISED.flatMap(textsOf))];
    expect(texts.length).toBeGreaterThan(500);
    expect(texts.filter((text) => maskSecrets(text) !== text)).toEqual([]);
  });

  test("changes nothing more when it is applied twice, whatever stands beside what", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...LEAKS.flatMap(({ text, secret }) => [text, secret, text.slice(0, -secret.length / 2)]),
      ),
      fc.constantFrom(
        ...ORDINARY,
        " ",
        "\n",
        '"',
        "'",
        ":",
        "=",
        "@",
        "://",
        "password",
        "token: ",
        "\\",
        "***",
      ),
      hostileText,
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const masked = maskSecrets(pieces.join(""));
        expect(maskSecrets(masked)).toBe(masked);
      }),
      { numRuns: 2_000 },
    );
  });

  test("keeps JSON JSON", () => {
    fc.assert(
      fc.property(fc.constantFrom(...LEAKS), fc.constantFrom(...LEAKS), (one, other) => {
        const json = JSON.stringify({ [one.text]: other.text, list: [one.text, other.text] });
        expect(() => JSON.parse(maskSecrets(json))).not.toThrow();
      }),
    );
  });

  test.each(Object.entries(MEGABYTES))("comes to an end on a megabyte of %s", (_, text) => {
    expect(maskSecrets(text).length).toBeLessThanOrEqual(text.length + 3);
  });
});
