import type { RootContent } from "mdast";
import { formatDuration } from "../../duration.ts";
import { details, heading, type Inline, paragraph, table } from "../markdown.ts";
import { code, prose, words } from "../prose.ts";
import type { Moment, Report } from "../report.ts";
import { toClock, toOffset } from "../time.ts";
import { chartOf } from "./chart.ts";
import type { Section } from "./section.ts";

const MOST_MOMENTS = 40;

/** Bars of the rollout and its rollback, of a few pods, and of each of these. */
const BARS = { ofRollout: 10, pods: 3, ofPod: 6 };

/** What stopped at the pre-check tells no story. */
const ALONE = 1;

const MARKS: Readonly<Record<Moment["tone"], string>> = { normal: "", active: "🔵", good: "🟢", bad: "🔴" };

/** What happened when, as a chart, and in words folded below it; quiet moments of single pods give way first. */
export function timeline(report: Report): Section {
  return {
    name: "timeline",
    worth: 3,
    nodes: (share) => {
      if (report.timeline.length <= ALONE) return [];
      const shown = telling(report.timeline, Math.ceil(MOST_MOMENTS * share));
      const content = [...rows(report, shown), ...note(report, shown.length)];
      const chart = chartOf(charted(report.timeline), report);
      const title = [heading(3, [words("Timeline")])];
      return chart === undefined
        ? [...title, ...content]
        : [...title, chart, ...details("In words", content)];
    },
  };
}

function rows(report: Report, moments: readonly Moment[]): RootContent[] {
  return [
    table(
      [">at", "", "what", "where"],
      moments.map((moment) => row(moment, report)),
    ),
  ];
}

function row({ at, until, section, subject, text, tone }: Moment, { startedAt }: Report): Inline[] {
  const took = until === undefined ? "" : `, took ${formatDuration(until - at)}`;
  const whose = section === "pod" || subject === section ? "" : `${subject}: `;
  const what = [words(whose), ...prose(text), words(took)];
  return [
    [words(toOffset(at, startedAt))],
    [words(MARKS[tone])],
    tone === "bad" ? [{ type: "strong", children: what }] : what,
    section === "pod" ? (/^\d+ pods$/.test(subject) ? [words(subject)] : [code(subject)]) : [words(section)],
  ];
}

function note({ timeline, startedAt }: Report, shown: number): RootContent[] {
  const left = timeline.length - shown;
  const more = left > 0 ? ` ${left} quieter ${left === 1 ? "moment is" : "moments are"} left out.` : "";
  return [paragraph([words(`Times count from ${toClock(startedAt)}.${more}`)])];
}

/** What a chart has room for: the rollout, and the pods that tell the most. */
function charted(moments: readonly Moment[]): Moment[] {
  const isOfPod = ({ section }: Moment): boolean => section === "pod";
  const loud = new Set(moments.filter(({ tone }) => tone === "bad").map(({ subject }) => subject));
  const pods = [...Map.groupBy(moments.filter(isOfPod), ({ subject }) => subject)]
    .toSorted(([one], [other]) => Number(loud.has(other)) - Number(loud.has(one)))
    .slice(0, BARS.pods);
  const kept = new Set([
    ...telling(
      moments.filter((moment) => !isOfPod(moment)),
      BARS.ofRollout,
    ),
    ...pods.flatMap(([, all]) => telling(all, BARS.ofPod)),
  ]);
  return moments.filter((moment) => kept.has(moment));
}

/** The `most` moments that tell the most, in their order. */
function telling(moments: readonly Moment[], most: number): Moment[] {
  const worth = ({ section, tone }: Moment): number =>
    (section === "pod" ? 0 : 2) + (tone === "bad" ? 3 : tone === "good" ? 1 : 0);
  const best = new Set(moments.toSorted((one, other) => worth(other) - worth(one)).slice(0, most));
  return moments.filter((moment) => best.has(moment));
}
