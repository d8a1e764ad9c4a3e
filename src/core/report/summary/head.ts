import type { RootContent } from "mdast";
import type { Finding } from "../../diagnosis/finding.ts";
import { formatDuration } from "../../duration.ts";
import { fenced, heading, type Inline, list, paragraph, quote } from "../markdown.ts";
import { code, fullStop, strong, upper, words } from "../prose.ts";
import type { Report } from "../report.ts";
import { objectionOf } from "./objection.ts";
import { isGood, type Section } from "./section.ts";
import { headlineOf } from "./title.ts";

const MOST_STANDS = 6;
const MOST_FURTHER_CAUSES = 4;
const MOST_DETAILS = 40;

/** Lines of a message of several, such as the end of what the verify command printed. */
const MOST_LINES = 15;

/** Kubernetes cuts the messages of events at 1,024 characters itself. */
const LONGEST_MESSAGE = 1_200;

/** The verdict in the first line, the cause, what stands now, and Kubernetes' own words. */
export function head(report: Report): Section {
  return {
    name: "head",
    worth: "always",
    nodes: () => [
      heading(2, headlineOf(report)),
      paragraph(causeOf(report)),
      ...verbatimOf(report),
      ...standsOf(report),
    ],
  };
}

/** What else was found, below what to do about the first of it. */
export function further(report: Report): Section {
  return {
    name: "further causes",
    worth: 8,
    nodes: (share) => {
      const causes = report.causes.slice(1).map(({ reason, summary }) => ({ reason, text: summary }));
      const reasons = (objectionOf(report)?.further ?? []).map(({ reason, message }) => ({
        reason,
        text: message,
      }));
      const title = causes.length > 0 ? "Also seen:" : "Also in the way:";
      return listed(title, [...causes, ...reasons], share);
    },
  };
}

/** Further lines of an error: problems of the inputs are sentences, all else is to be copied, such as a Role rule. */
export function detail(report: Report): Section {
  return { name: "detail", worth: 8, nodes: (share) => linesOf(report, share) };
}

function causeOf(report: Report): Inline {
  const [cause] = report.causes;
  const objection = objectionOf(report);
  const sentence = fullStop(upper(cause?.summary ?? objection?.sentence ?? report.message));
  const reason = isGood(report) ? objection?.reason : report.reason;
  if (reason === undefined) return sentence;
  return [strong(reason), words(": "), ...sentence, ...seenIn(report, cause)];
}

function seenIn(report: Report, cause: Finding | undefined): Inline {
  if (cause?.pod === undefined) return [];
  const others = cause.pods.length - 1;
  const more = others > 0 ? [words(` and ${others} more of the new pods`)] : [];
  const node = cause.node === undefined ? [] : [words(" on node "), code(cause.node)];
  const after = formatDuration(cause.firstSeen - report.startedAt);
  return [words(" Seen in pod "), code(cause.pod), ...node, ...more, words(`, first ${after} into the run.`)];
}

function verbatimOf(report: Report): RootContent[] {
  const message = report.causes[0]?.message ?? objectionOf(report)?.message ?? "";
  const lines = message.trim().split("\n");
  if (lines.length > 1)
    return [fenced(lines.slice(-MOST_LINES).map((line) => line.slice(0, LONGEST_MESSAGE)))];
  return lines[0] === "" ? [] : [quote([code(message, LONGEST_MESSAGE)])];
}

function standsOf(report: Report): RootContent[] {
  const stands = report.stands.slice(0, MOST_STANDS).map((text) => fullStop(upper(text)));
  const sentences = [...stands, leastOf(report)].filter((sentence) => sentence.length > 0);
  const spaced = sentences.flatMap((sentence, index) => (index === 0 ? sentence : [words(" "), ...sentence]));
  return spaced.length === 0 ? [] : [paragraph(spaced)];
}

function leastOf(report: Report): Inline {
  const { replicas } = report;
  if (replicas === undefined || report.touched !== "yes") return [];
  const { leastAvailable, allowedLeast, desired } = replicas;
  if (leastAvailable >= allowedLeast)
    return [words(`Never fewer than ${leastAvailable} of ${desired} pods were available during the run.`)];
  return [
    words(
      `At the lowest, ${leastAvailable} of ${desired} pods ${leastAvailable === 1 ? "was" : "were"} available during the run; the strategy promises ${allowedLeast}.`,
    ),
  ];
}

function listed(
  title: string,
  all: readonly { readonly reason: string; readonly text: string }[],
  share: number,
): RootContent[] {
  if (all.length === 0) return [];
  const items = all
    .slice(0, Math.ceil(MOST_FURTHER_CAUSES * share))
    .map(({ reason, text }) => [paragraph([strong(reason), words(": "), ...fullStop(upper(text))])]);
  const more = all.length - items.length;
  const note = more > 0 ? [paragraph([words(`And ${more} more; the JSON report has them all.`)])] : [];
  return [paragraph([strong(title)]), list("bullets", items), ...note];
}

function linesOf({ reason, detail }: Report, share: number): RootContent[] {
  const lines = detail.slice(0, Math.ceil(MOST_DETAILS * share));
  if (lines.length === 0) return [];
  return reason === "InvalidInput"
    ? [
        list(
          "bullets",
          lines.map((line) => [paragraph(line)]),
        ),
      ]
    : [fenced(lines)];
}
