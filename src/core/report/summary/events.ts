import type { RootContent } from "mdast";
import { plural } from "../../plural.ts";
import { isRoutine } from "../events.ts";
import { details, heading, type Inline, paragraph, table } from "../markdown.ts";
import { code, prose, words } from "../prose.ts";
import type { MergedEvent, Report } from "../report.ts";
import { toOffset } from "../time.ts";
import { isGood, type Section } from "./section.ts";

/** The message of the cause stands at the top, whole. */
const LONGEST_MESSAGE = 300;
const MOST_OBJECTS = 2;

/** Rows that are not folded away. */
const IN_VIEW = 6;

/** More rows than this never fit into a summary. */
const MOST_ROWS = 800;

/** Events of the new revision and its controllers; `limit`: most rows, the most telling ones. */
export function events(report: Report, limit: number): Section {
  return {
    name: "events",
    worth: 2,
    nodes: (share) => {
      const shown = telling(report.events, Math.ceil(Math.min(limit, MOST_ROWS) * share));
      if (shown.length === 0) return [];
      const left = note(report.events.length - shown.length);
      const title = "Events of the new pods and their controllers";
      if (isGood(report)) return details(title, [rows(shown, report), ...left]);
      const loud = telling(
        shown.filter((event) => !isRoutine(event)),
        IN_VIEW,
      );
      const quiet = shown.filter((event) => !loud.includes(event));
      const rest =
        quiet.length === 0 ? left : details(restTitle(quiet, loud), [rows(quiet, report), ...left]);
      return [heading(3, [words(title)]), ...(loud.length === 0 ? [] : [rows(loud, report)]), ...rest];
    },
  };
}

function restTitle(quiet: readonly MergedEvent[], loud: readonly MergedEvent[]): string {
  const kinds = `${quiet.length}${loud.length === 0 ? "" : " more"} ${plural(quiet.length, "kind")} of event`;
  return quiet.every(isRoutine) ? `${kinds} that every healthy pod shows` : kinds;
}

function rows(shown: readonly MergedEvent[], { startedAt }: Report): RootContent {
  const header = [">first", ">last", ">×", "type", "reason", "object", "message"];
  return table(
    header,
    shown.map((event) => [
      [words(toOffset(event.firstSeen, startedAt))],
      [words(event.lastSeen === event.firstSeen ? "" : toOffset(event.lastSeen, startedAt))],
      [words(String(event.count))],
      loud(event, event.type),
      loud(event, event.reason),
      objects(event),
      [code(event.message, LONGEST_MESSAGE)],
    ]),
  );
}

const loud = ({ type }: MergedEvent, text: string): Inline =>
  type === "Warning" ? [{ type: "strong", children: prose(text) }] : prose(text);

function objects({ objects: names }: MergedEvent): Inline {
  const shown = names.slice(0, MOST_OBJECTS).flatMap((name) => [words(", "), code(name)]);
  const more = names.length > MOST_OBJECTS ? [words(` and ${names.length - MOST_OBJECTS} more`)] : [];
  return [...shown.slice(1), ...more];
}

function note(left: number): RootContent[] {
  return left <= 0
    ? []
    : [
        paragraph([
          words(
            `And ${left} more ${plural(left, "kind")} of event; the JSON report has ${left === 1 ? "it" : "them"}.`,
          ),
        ]),
      ];
}

/** Warnings first, then what a healthy rollout does not show, the newest first; shown in their order. */
function telling(all: readonly MergedEvent[], most: number): MergedEvent[] {
  const worth = (event: MergedEvent): number => (event.type === "Warning" ? 2 : isRoutine(event) ? 0 : 1);
  const best = all.toSorted((one, other) => worth(other) - worth(one) || other.lastSeen - one.lastSeen);
  const kept = new Set(best.slice(0, most));
  return all.filter((event) => kept.has(event));
}
