import type { Environment } from "./adapters/environment.ts";
import { annotate } from "./adapters/github/annotation.ts";
import { writeOutputs } from "./adapters/github/outputs.ts";
import { writeReportFile } from "./adapters/github/report-file.ts";
import { writeSummary } from "./adapters/github/summary.ts";
import type { Inputs } from "./core/inputs.ts";
import { toAnnotation } from "./core/report/annotation.ts";
import { toJson } from "./core/report/json.ts";
import { isGood } from "./core/report/outcome.ts";
import { toOutputs } from "./core/report/outputs.ts";
import type { Report } from "./core/report/report.ts";
import { toSummary } from "./core/report/summary.ts";
import type { Log } from "./ports.ts";

/**
 * Shows the four faces of a report: JSON file, outputs, job summary, error annotation. None of them can change
 * how the run ended; what cannot be written is said in the log.
 */
export async function publish(
  report: Report,
  { summary, eventLimit }: Pick<Inputs, "summary" | "eventLimit">,
  env: Environment,
  log: Log,
): Promise<void> {
  const path = await writeReportFile(toJson(report), env, log);
  writeOutputs(toOutputs(report, path), log);
  const good = isGood(report.result);
  if (summary === "always" || (summary === "on-failure" && !good)) {
    await writeSummary(toSummary(report, { eventLimit }), env, log);
  }
  for (const line of [...report.stands, ...report.detail]) log.info(line);
  const annotation = toAnnotation(report);
  if (annotation === undefined) log.info(`${report.result}: ${report.message}`);
  else annotate(annotation);
}
