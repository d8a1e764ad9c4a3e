import * as core from "@actions/core";
import type { Annotation } from "../../core/report/annotation.ts";
import { toLine, toLines } from "../../core/text.ts";

/** Longest title that GitHub shows. */
const LONGEST_TITLE = 255;

/** Longest message, in characters; the runner cuts at 4,096. Source: actions/runner, ExecutionContext.cs. */
const LONGEST_MESSAGE = 4000;

/** Writes the one error annotation of a run. Its lines are made safe; the step's exit code stays as it is. */
export function annotate({ title, message }: Annotation): void {
  const lines = toLines(message).join("\n").slice(0, LONGEST_MESSAGE).toWellFormed();
  core.error(lines, { title: toLine(title, LONGEST_TITLE) });
}
