import { appendFile } from "node:fs/promises";
import type { Log } from "../../ports.ts";
import type { Environment } from "../environment.ts";
import { messageOf } from "./message-of.ts";

/**
 * Appends Markdown to the job summary. A summary file that is absent or cannot be written is said in the log and
 * changes nothing else. It does not use `core.summary`, which also wants to read the file.
 */
export async function writeSummary(markdown: string, env: Environment, log: Log): Promise<void> {
  const file = env.GITHUB_STEP_SUMMARY;
  if (!file) {
    log.info("No job summary is written: GITHUB_STEP_SUMMARY is not set");
    return;
  }
  try {
    await appendFile(file, `${markdown}\n`);
  } catch (error) {
    log.warning(`Cannot write the job summary: ${messageOf(error)}`);
  }
}
