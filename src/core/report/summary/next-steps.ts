import type { RootContent } from "mdast";
import type { NextStep } from "../../diagnosis/finding.ts";
import { toLine } from "../../text.ts";
import { adviceOn } from "../advice.ts";
import { fenced, list, paragraph } from "../markdown.ts";
import { fullStop, strong, upper, words } from "../prose.ts";
import type { Report } from "../report.ts";
import { isGood, type Section } from "./section.ts";

const MOST_STEPS = 5;
const LONGEST_COMMAND = 800;

/** What to do now. */
export function nextSteps(report: Report): Section {
  return { name: "next steps", worth: "always", nodes: () => [...fixes(report), ...steps(report)] };
}

function fixes(report: Report): RootContent[] {
  const { capacity, result } = report;
  const isAsked = result === "refused" || result === "checked";
  if (!isAsked || capacity === undefined || capacity.fixes.length === 0) return [];
  const items = capacity.fixes.slice(0, MOST_STEPS).map(({ text }) => [paragraph(fullStop(upper(text)))]);
  const choice = items.length === 1 ? [] : [words(" (any one of these is enough)")];
  return [paragraph([strong("What helps"), ...choice, words(":")]), list("numbers", items)];
}

function steps(report: Report): RootContent[] {
  if (isGood(report)) return [];
  const found = report.causes[0]?.next ?? [];
  const next = (found.length > 0 ? found : adviceOn(report)).slice(0, MOST_STEPS);
  if (next.length === 0) return [];
  const [only] = next;
  if (next.length > 1 || only === undefined)
    return [paragraph([strong("Next:")]), list("numbers", next.map(step))];
  return [paragraph([strong("Next:"), words(" "), ...fullStop(only.text)]), ...commandOf(only)];
}

function step(next: NextStep): RootContent[] {
  return [paragraph(fullStop(next.text)), ...commandOf(next)];
}

function commandOf({ command }: NextStep): RootContent[] {
  return command === undefined ? [] : [fenced([toLine(command, LONGEST_COMMAND)])];
}
