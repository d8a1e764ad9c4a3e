import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { INPUTS, type InputRow, NOT_BUILT } from "../src/core/inputs/table.ts";
import { toOutputs } from "../src/core/report/outputs.ts";
import { report } from "./core/report/reports.ts";

const action = parse(readFileSync(join(import.meta.dirname, "../action.yml"), "utf8"));
const rows: [string, InputRow<unknown>][] = Object.entries(INPUTS);

describe("action.yml", () => {
  it("declares the inputs that the parser knows, in its order, with its defaults", () => {
    const declared = Object.entries<{ default?: string; required?: boolean }>(action.inputs);
    expect(declared.map(([name, input]) => [name, input.default, input.required ?? false])).toEqual(
      rows.map(([name, row]) => [name, row.default, row.required]),
    );
  });

  it("declares no input that does nothing yet", () => {
    expect([...NOT_BUILT.keys()].filter((name) => name in action.inputs)).toEqual([]);
  });

  it("declares the outputs that a run sets, in their order", () => {
    expect(Object.keys(action.outputs)).toEqual(Object.keys(toOutputs(report(), "")));
  });

  it("describes everything", () => {
    for (const { description } of Object.values<{ description: string }>({
      ...action.inputs,
      ...action.outputs,
    })) {
      expect(description).toMatch(/^[`A-Z].*\.$/s);
    }
  });

  it("runs our bundle on node24", () => {
    expect(action.runs).toEqual({ using: "node24", main: "dist/index.js" });
  });
});

describe("INPUTS", () => {
  it.each(rows)("takes its own default and example of %s", (_name, row) => {
    for (const text of [row.default ?? row.example, row.example]) {
      expect(row.form.parse(text)).toMatchObject({ kind: "ok", warnings: [] });
    }
  });
});
