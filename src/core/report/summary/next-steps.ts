import type { RootContent } from "mdast";
import type { Fix } from "../../capacity/verdict.ts";
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
  return { name: "next steps", worth: "always", nodes: () => both(fixes(report), report) };
}

/** What helps against a refusal is what to do next, unless nothing of that kind was found. */
const both = (found: readonly RootContent[], report: Report): readonly RootContent[] =>
  found.length > 0 ? found : steps(report);

function fixes({ capacity, result }: Report): RootContent[] {
  const isAsked = result === "refused" || result === "checked";
  if (!isAsked || capacity === undefined) return [];
  const isGrowing = capacity.verdict === "NEEDS_NODES";
  const shown = capacity.fixes.filter(({ kind }) => !isGrowing || kind !== "nodes").slice(0, MOST_STEPS);
  if (shown.length === 0) return [];
  const items = shown.map((fix) => [paragraph(fullStop(upper(marked(fix))))]);
  const choice = items.length === 1 ? [] : [words(" (any one of these is enough)")];
  const title = isGrowing ? "Without another node" : "What helps";
  return [paragraph([strong(title), ...choice, words(":")]), list("numbers", items)];
}

/** What is to be set, as code. */
function marked({ kind, text, value }: Fix): string {
  if (kind === "strategy") return text.replace(/^max[A-Z]\w+: \d+%?/, "`$&`");
  if (kind !== "constraint" && kind !== "request") return text;
  return text.replace(value, () => `\`${value}\``);
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
