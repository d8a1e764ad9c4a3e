import { annotate } from "../../../src/adapters/github/annotation.ts";
import { githubLog } from "../../../src/adapters/github/log.ts";
import { writeOutputs } from "../../../src/adapters/github/outputs.ts";
import { writeReportFile } from "../../../src/adapters/github/report-file.ts";
import { writeSummary } from "../../../src/adapters/github/summary.ts";

/** Stands for a step: says and writes one thing of each kind, given as JSON in the first argument. */
const { text = "", title = "", outputs = {} } = JSON.parse(process.argv[2] ?? "{}");
const log = githubLog();
await log.group(`group ${text}`, async () => log.info(text));
log.warning(text);
log.debug?.(text);
annotate({ title, message: text });
writeOutputs(outputs, log);
await writeSummary("# Done", process.env, log);
log.info(`report: ${await writeReportFile({ result: "failed" }, process.env, log)}`);
