import { titleOf } from "../diagnosis/scene.ts";
import { toLine } from "../text.ts";
import { REASON_PHRASES } from "./reason-phrase.ts";
import type { Report } from "./report.ts";

/** The one error annotation of a run. */
export interface Annotation {
  /** At most 255 characters. */
  readonly title: string;
  /** At most 4,000 characters; the first line is the cause. */
  readonly message: string;
}

/** The runner cuts titles and messages itself (4,096), but silently. */
const LONGEST_TITLE = 255;
const LONGEST_MESSAGE = 4_000;
const LONGEST_LINE = 900;
const MOST_DETAILS = 12;

/**
 * Writes the report as an error annotation: the cause, Kubernetes' own words, what stands, what to do, a line
 * each. `undefined` when there is nothing to warn of.
 */
export function toAnnotation(report: Report): Annotation | undefined {
  const { reason, workload, causes, stands, detail } = report;
  if (reason === "") return undefined;
  const [cause] = causes;
  const name = workload === undefined ? "rollout" : `${workload.kind.toLowerCase()}/${workload.name}`;
  const lines = [
    `${reason}: ${cause?.summary ?? report.message}`,
    ...(cause === undefined ? [] : [placeOf(cause), cause.message, fateOf(report.message, cause.summary)]),
    ...stands,
    ...(cause?.next ?? []).map(({ text, command }) => [text, command].filter(Boolean).join(": ")),
    ...detail.slice(0, MOST_DETAILS),
  ];
  return {
    title: toLine(`${name}: ${REASON_PHRASES[reason]} (${reason})`, LONGEST_TITLE),
    message: fitting(lines.map((line) => toLine(line, LONGEST_LINE)).filter((line) => line.trim() !== "")),
  };
}

/** What became of the rollout, without the cause that the first line told already. */
function fateOf(message: string, summary: string): string {
  return message.endsWith(summary) ? message.slice(0, -summary.length).replace(/:\s*$/, "") : message;
}

function placeOf(cause: Report["causes"][number]): string {
  const { container, role = "app", pod, node } = cause;
  const parts = [
    container === undefined ? "" : titleOf({ name: container, role }),
    pod === undefined ? "" : `pod ${pod}`,
    node === undefined ? "" : `node ${node}`,
  ];
  return parts.filter(Boolean).join(", ");
}

/** Whole lines from the top as long as they fit; the first always does. */
function fitting(lines: readonly string[]): string {
  return lines.reduce((text, line) => {
    const longer = text === "" ? line : `${text}\n${line}`;
    return longer.length <= LONGEST_MESSAGE ? longer : text;
  }, "");
}
