import type { Report } from "./report.ts";
import { capacity, takers } from "./summary/capacity.ts";
import { change } from "./summary/change.ts";
import { events } from "./summary/events.ts";
import { footer, warnings } from "./summary/footer.ts";
import { detail, further, head } from "./summary/head.ts";
import { log } from "./summary/log.ts";
import { nextSteps } from "./summary/next-steps.ts";
import { timeline } from "./summary/timeline.ts";
import { within } from "./summary/within.ts";

/** An eighth of what GitHub takes, so that other steps and further workloads find room. */
const LIMIT_BYTES = 128 * 1024;

/**
 * Writes the report as Markdown for the job summary: the verdict, the cause and the next step first, then the
 * evidence. At most 128 KiB of UTF-8. `eventLimit`: most rows of the event table.
 */
export function toSummary(report: Report, { eventLimit }: { readonly eventLimit: number }): string {
  const room = [capacity(report), takers(report)];
  const isAboutRoom = report.result === "refused" || report.result === "checked";
  const sections = [
    head(report),
    nextSteps(report),
    detail(report),
    further(report),
    log(report),
    warnings(report),
    ...(isAboutRoom ? room : []),
    change(report),
    timeline(report),
    events(report, eventLimit),
    ...(isAboutRoom ? [] : room),
    footer(report),
  ];
  return within(LIMIT_BYTES, sections);
}
