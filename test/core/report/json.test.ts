import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, expectTypeOf, test } from "vitest";
import { type ReportJson, toJson } from "../../../src/core/report/json.ts";
import type { Report } from "../../../src/core/report/report.ts";
import { crowd } from "./crowd.ts";
import { PRECHECKS, precheckReport } from "./prechecks.ts";
import { REPORT_SCHEMA, type SchemaJson } from "./report-schema.ts";
import { report } from "./reports.ts";
import { play, STORIES } from "./stories.ts";

const ajv = new Ajv2020({ allErrors: true, strict: true });
ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const validate = ajv.compile(JSON.parse(JSON.stringify(REPORT_SCHEMA)));

const errorsOf = (made: Report, change: object = {}): unknown => {
  validate(JSON.parse(JSON.stringify({ ...toJson(made), ...change })));
  return validate.errors ?? [];
};

test("the schema has every field of the JSON report, and no other", () => {
  expectTypeOf<ReportJson>().toExtend<SchemaJson>();
  expectTypeOf<SchemaJson>().toExtend<ReportJson>();
  expectTypeOf<keyof ReportJson>().toEqualTypeOf<keyof SchemaJson>();
});

test("the schema is published as docs/report.schema.json", async () => {
  const text = `${JSON.stringify(REPORT_SCHEMA, undefined, 2)}\n`;
  await expect(text).toMatchFileSnapshot("../../../docs/report.schema.json");
});

describe("toJson()", () => {
  test.each(Object.entries(STORIES))("is as the schema says when a run ended %s", async (_, story) => {
    expect(errorsOf(await play(story))).toEqual([]);
  });

  test.each(Object.entries(PRECHECKS))("is as the schema says when the pre-check found %s", (_, given) => {
    expect(errorsOf(precheckReport(given))).toEqual([]);
  });

  test("is as the schema says when 500 pods fail", () => {
    expect(errorsOf(crowd())).toEqual([]);
  });

  test.each([
    ["a reason that is none", { reason: "Whatever" }, "/reason"],
    ["a time without its zone", { startedAt: "2026-11-24 21:03:07" }, "/startedAt"],
    ["another format", { format: "gke-safe-rollout/report/v2" }, "/format"],
    ["a number as text", { eventsLeftOut: "0" }, "/eventsLeftOut"],
  ])("is not as the schema says with %s", (_, change, where) => {
    expect(errorsOf(report(), change)).toContainEqual(expect.objectContaining({ instancePath: where }));
  });
});
