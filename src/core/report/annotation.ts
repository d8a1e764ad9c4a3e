import type { Report } from "./report.ts";
import { toLine } from "./text.ts";

/** The one error annotation. */
export interface Annotation {
  /** At most 255 characters. */
  readonly title: string;
  /** At most 4,000 characters; the first line is the cause. */
  readonly message: string;
}

/** Writes the report as an error annotation; `undefined` for a success. */
export function toAnnotation(report: Report): Annotation | undefined {
  return report.reason === "" ? undefined : { title: report.reason, message: toLine(report.message) };
}
