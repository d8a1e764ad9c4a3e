import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toJsonText } from "../../core/report/json-text.ts";
import type { Log } from "../../ports.ts";
import type { Environment } from "../environment.ts";
import { messageOf } from "./message-of.ts";

/**
 * Writes the JSON report into a new folder under `RUNNER_TEMP`, so that runs of one job do not overwrite each
 * other's. Returns its path, empty when it cannot be written, which is said in the log and changes nothing else.
 */
export async function writeReportFile(report: unknown, env: Environment, log: Log): Promise<string> {
  try {
    const folder = await mkdtemp(join(env.RUNNER_TEMP || tmpdir(), "gke-safe-rollout-"));
    const file = join(folder, "report.json");
    await writeFile(file, `${toJsonText(report)}\n`);
    return file;
  } catch (error) {
    log.warning(`Cannot write the report file: ${messageOf(error)}`);
    return "";
  }
}
