import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toAnnotation } from "../../../src/core/report/annotation.ts";
import { toJson } from "../../../src/core/report/json.ts";
import { toJsonText } from "../../../src/core/report/json-text.ts";
import { toOutputs } from "../../../src/core/report/outputs.ts";
import { toSummary } from "../../../src/core/report/summary.ts";
import { LEAKS } from "../secrets.ts";
import { hostileText } from "./hostile.ts";
import { poisoned, told } from "./poisoned.ts";

/** What no line may hold that the runner or a terminal reads. */
const LOUD = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]|##\[|%0[ad]/iu;
const STARTS_COMMAND = /^\s*::/;

const RUNS = 200;

const jsonOf = (text: string): string => toJsonText(toJson(poisoned(text)));

function expectSafe(line: string): void {
  expect(line).not.toMatch(LOUD);
  expect(line).not.toMatch(STARTS_COMMAND);
  expect(line.isWellFormed()).toBe(true);
}

describe("a report of hostile text", { timeout: 60_000 }, () => {
  test("has an annotation whose every line is safe", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const { title = "", message = "" } = toAnnotation(poisoned(text)) ?? {};
        for (const line of [title, ...message.split("\n")]) expectSafe(line);
        expect(title.length).toBeLessThanOrEqual(255);
        expect(message.length).toBeLessThanOrEqual(4_000);
      }),
      { numRuns: RUNS },
    );
  });

  test("has outputs of one safe line each, and JSON where JSON is promised", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const outputs = toOutputs(poisoned(text), "/tmp/report.json");
        for (const value of Object.values(outputs)) expectSafe(value);
        expect(Object.keys(JSON.parse(outputs.images ?? ""))).toHaveLength(1);
        expect(JSON.parse(outputs.capacity ?? "")).toMatchObject({ verdict: "UNKNOWN" });
        expect(Buffer.byteLength(outputs.capacity ?? "")).toBeLessThanOrEqual(32 * 1024);
      }),
      { numRuns: RUNS },
    );
  });

  test("has a JSON report that is valid UTF-8, harmless to print, and says what came", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const json = jsonOf(text);
        expect(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(json))).toBe(json);
        expect(JSON.parse(json)).toEqual(toJson(poisoned(text)));
        for (const line of json.split("\n")) {
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]|##\[/u);
          expect(line).not.toMatch(STARTS_COMMAND);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test("keeps a message of the cluster in the JSON report as it came", () => {
    const text = 'a\u001B[31m\t"b"\n::error::c ##[d] \u202Ee \u{E0041}f';
    expect(JSON.parse(jsonOf(text))).toMatchObject({ events: [{ message: text }], message: text });
  });
});

/** A key has several lines, each of which is a secret. */
const partsOf = (secret: string): string[] =>
  secret.split(/\s+|\\n/).filter((part) => part.length >= 4 && part !== "maria");

describe.each(LEAKS.filter(({ isAlone }) => !isAlone))("a report with $what in it", ({ text, secret }) => {
  const faces = {
    annotation: toAnnotation(told(text))?.message ?? "",
    title: toAnnotation(told(text))?.title ?? "",
    outputs: Object.values(toOutputs(told(text), "")).join("\n"),
    summary: toSummary(told(text), { eventLimit: 50 }).replaceAll("\\", ""),
    json: toJsonText(toJson(told(text))),
  };

  test.each(Object.entries(faces))("shows none of it in its %s", (_, face) => {
    for (const part of partsOf(secret)) expect(face).not.toContain(part);
  });
});

test.each([
  ["one line", "x::error::".repeat(100_000)],
  ["a hundred thousand lines", "::error::x|y\n".repeat(100_000)],
  ["one word", "x".repeat(1_000_000)],
  ["markup", "[a](http://e.vil)`*_<b>".repeat(45_000)],
  ["introducers", "\u009D\u001B".repeat(500_000)],
])("a report with a megabyte of %s has faces of the usual size", { timeout: 60_000 }, (_, text) => {
  const report = told(text);
  expect(Buffer.byteLength(toSummary(report, { eventLimit: 50 }))).toBeLessThanOrEqual(128 * 1024);
  expect(toAnnotation(report)?.message.length).toBeLessThanOrEqual(4_000);
  expect(Object.values(toOutputs(report, "")).join("").length).toBeLessThanOrEqual(128 * 1024);
  expect(toJsonText(toJson(told(text))).length).toBeLessThanOrEqual(16 * 1024 * 1024);
});
