import type { ImageChange } from "../plan.ts";
import { toLine } from "../text.ts";
import { toCapacityJson } from "./capacity-json.ts";
import type { Report } from "./report.ts";

/**
 * Every output of the action by name, each a safe line, also when the run came to nothing. `reportPath`: where
 * the JSON report lies, empty when it could not be written.
 */
export function toOutputs(report: Report, reportPath: string): Record<string, string> {
  const { images, replicas } = report;
  const only = images.length === 1 ? images[0] : undefined;
  const outputs: Record<string, string> = {
    result: report.result,
    reason: report.reason,
    message: toLine(report.message),
    images: imagesJson(images),
    image: only?.wanted ?? "",
    "previous-image": only?.previous ?? "",
    "image-digest": only?.digest ?? "",
    revision: number(report.revision),
    "previous-revision": number(report.previousRevision),
    "replicas-desired": number(replicas?.desired),
    "replicas-available": number(replicas?.available),
    "rolled-back": String(report.rolledBack),
    capacity: toCapacityJson(report.capacity),
    report: reportPath,
    "duration-seconds": String(Math.max(0, Math.round((report.finishedAt - report.startedAt) / 1000))),
    endpoint: report.endpoint,
    "console-url": report.consoleUrl,
  };
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, toLine(value, Infinity)]));
}

/** Texts are made safe one by one, because a cut or an escape must not break the JSON around them. */
function imagesJson(images: readonly ImageChange[]): string {
  const entries = images.map(({ container, wanted, previous, digest }) => [
    toLine(container),
    { wanted: toLine(wanted), previous: toLine(previous), digest: toLine(digest) },
  ]);
  return JSON.stringify(Object.fromEntries(entries));
}

const number = (value: number | undefined): string => (value === undefined ? "" : String(value));
