import type { Report } from "./report.ts";

/** Every output of the action by name. `reportPath`: where the JSON report was written, or empty. */
export function toOutputs(report: Report, reportPath: string): Record<string, string> {
  return { result: report.result, report: reportPath };
}
