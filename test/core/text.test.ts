import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toLine, toLines } from "../../src/core/text.ts";
import { hostileText } from "./report/hostile.ts";

/** What `TrimStart` of the runner removes, and the two shapes of a command. */
const STARTS_COMMAND = /^[\s\u0085\u200B]*::/u;

describe("toLine()", () => {
  test.each([
    ["::error::x", ": :error::x"],
    ["  \u00A0\u3000::error::x", "    : :error::x"],
    ["\u200B::error::x", ": :error::x"],
    [":::::error::x", ": : : : :error::x"],
    [":\u001B[0m:error::x", ": :error::x"],
    ["a\n::set-env name=x::y", "a : :set-env name=x::y"],
    ["a ##[error]x", "a ## [error]x"],
    ["#\u200B#[group]x", "## [group]x"],
    ["##\u001B[1m[group]x", "## [group]x"],
    ["a%0A::error::b", "a%250A::error::b"],
    ["a%0db", "a%250db"],
    ["progress\r::error::x", "progress : :error::x"],
    ["\uFEFF\t::stop-commands::x", " : :stop-commands::x"],
    ["\u180E\u{E0020}::add-mask::x", ": :add-mask::x"],
    ["\u2800::add-mask::x", " : :add-mask::x"],
    ["done ::add-mask::x", "done : :add-mask::x"],
    ["a%250A", "a%250A"],
  ])("takes the command out of %j", (text, line) => {
    expect(toLine(text)).toBe(line);
  });

  test.each(["https://[::1]:6443", "std::runtime_error", "a: b:: c", "100% of 0A", "## [x]"])(
    "leaves %j as it is",
    (text) => {
      expect(toLine(text)).toBe(text);
    },
  );

  test.each([
    ["\u001B[31mred\u001B[0m", "red"],
    ["\u009B31mred", "red"],
    ["\u001B]0;title\u0007x", "x"],
    ["\u001B]8;;https://evil\u001B\\link\u001B]8;;\u001B\\", "link"],
    ["\u001BP1$r\u001B\\x", "x"],
    ["\u001B]no end", "no end"],
    ["a\rb\r\nc\u2028d\u0085e\vf", "a b c d e f"],
    ["\u202Eabc\u2066d\u200Ee\uFEFFf\u00ADg", "abcdefg"],
    ["a\u0000b\u0008c\u007Fd", "abcd"],
    ["a\uD800b", "a\uFFFDb"],
    ["\u009D0;title\u009Cx", "x"],
    ["\u0090\u009D\u0098x", "x"],
    ["a\u{E0041}\u{E007F}b\uFE01c\u{E0100}d", "abcd"],
    ["a\u2800b", "a b"],
    ["a\uFFFEb\u{1FFFF}c", "a\uFFFDb\uFFFDc"],
    [`e${"\u0301".repeat(40)}x`, `e${"\u0301".repeat(6)}x`],
  ])("makes %j harmless to look at", (text, line) => {
    expect(toLine(text)).toBe(line);
  });

  test("cuts visibly when a text is longer than the limit, never through a character", () => {
    const line = toLine(`${"x".repeat(59)}😀${"y".repeat(60)}`, 100);
    expect(line).toBe(`${"x".repeat(59)}… (62 more characters)`);
  });

  test.each([
    ["escapes", "\u001B]".repeat(500_000), "\u001B"],
    ["introducers", "\u009D".repeat(1_000_000), "\u009D"],
    ["colons", ":".repeat(1_000_000), "::"],
    ["blanks", " ".repeat(1_000_000), "\t"],
    ["invisible letters", "\u200B".repeat(1_000_000), "\u200B"],
    ["hashes", "#".repeat(1_000_000), "##["],
    ["marks", "\u0301".repeat(1_000_000), "\u0301".repeat(7)],
    ["lines", "x\n".repeat(100_000), "\n"],
  ])("makes one line of a million %s", (_, text, hidden) => {
    const line = toLine(text);
    expect(line.length).toBeLessThanOrEqual(2_000);
    expect(line).not.toContain(hidden);
    expect(toLine(text, Number.POSITIVE_INFINITY)).not.toContain(hidden);
  });

  test("says how much of a text there is more, when what was looked at shows as nothing", () => {
    expect(toLine(`${"\u200B".repeat(1_600)}abc`, 100)).toBe("… (3 more characters)");
  });

  test("masks a secret that invisible letters divide", () => {
    expect(toLine("pass\u200Bword=hun\u001B[1mter2")).toBe("password=***");
  });

  test("keeps letters of all languages, with as many marks as they need", () => {
    const text = "été हिन्दी עִבְרִית ไทย việt اَلْعَرَبِيَّةُ 漢字 👍🏽";
    expect(toLine(text)).toBe(text);
  });

  test("keeps a text that just fits", () => {
    expect(toLine("x".repeat(100), 100)).toBe("x".repeat(100));
  });

  test("never starts a command, breaks a line or hides anything, whatever comes", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const line = toLine(text);
        expect(line).not.toMatch(STARTS_COMMAND);
        expect(line).not.toContain("##[");
        expect(line).not.toMatch(/%0[ad]/i);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
        expect(line.isWellFormed()).toBe(true);
        expect(toLine(line)).toBe(line);
      }),
    );
  });
});

describe("toLines()", () => {
  test("makes each line safe when a text has several", () => {
    expect(toLines("a\r\n::error::b\u2028c")).toEqual(["a", ": :error::b", "c"]);
  });

  test("masks a key of several lines", () => {
    const key = [
      "-----BEGIN PRIVATE KEY-----",
      "MIIEvQIBADANBgkqhkiG9w0B",
      "AQEFAASC",
      "-----END PRIVATE KEY-----",
    ];
    expect(toLines(["a", ...key, "b"].join("\n"))).toEqual(["a", `${key[0]}***`, key[3], "b"]);
  });

  test("makes safe lines of a hundred thousand", () => {
    const lines = toLines("::error::x\n".repeat(100_000));
    expect(lines).toHaveLength(100_001);
    expect(new Set(lines)).toEqual(new Set([": :error::x", ""]));
  });
});
