import type { Code } from "mdast";
import type { Instant } from "../../model/instant.ts";
import { toLine } from "../../text.ts";
import type { Moment, Report } from "../report.ts";
import { toOffset } from "../time.ts";

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

/** A chart has the hours of one day. */
const LONGEST_MS = 24 * HOUR_MS;

/** What is over at once still shows, as this part of the whole. */
const SLIVER = 1 / 200;

const LONGEST_LABEL = 48;

const TAGS: Readonly<Record<Moment["tone"], string>> = {
  normal: "done, ",
  active: "active, ",
  good: "active, ",
  bad: "crit, ",
};

/** One line of the chart, in milliseconds since the start of the run. */
interface Bar {
  readonly label: string;
  readonly tone: Moment["tone"];
  readonly from: number;
  readonly to: number;
}

/**
 * The moments as a Gantt chart in Mermaid, whose source tells the same to whoever sees it as text; `undefined` when
 * they last longer than a day. Each line begins with a time, and only letters, digits and a few marks follow, so
 * that no name in it can be a statement of Mermaid, an entity, a comment or a directive.
 */
export function chartOf(moments: readonly Moment[], { startedAt }: Report): Code | undefined {
  const bars = Map.groupBy(moments, sectionOf);
  const end = Math.max(...moments.map(({ at, until = at }) => until - startedAt));
  if (!(end < LONGEST_MS)) return undefined;
  const watched = Math.max(0, ...moments.filter(isOfRollout).map(({ at }) => at - startedAt));
  const toBars = (section: readonly Moment[]): Bar[] =>
    section.map((moment, index) => toBar(moment, section[index + 1], { startedAt, watched }));
  const format = end < HOUR_MS ? formatOf("mm:ss.SSS", "%M:%S") : formatOf("HH:mm:ss.SSS", "%H:%M:%S");
  const lines = [...bars].flatMap(([section, all]) => [
    `  section ${section}`,
    ...toBars(all).map((bar) => `    ${lineOf(bar, Math.max(end, SECOND_MS))}`),
  ]);
  return { type: "code", lang: "mermaid", value: ["gantt", ...format, ticksOf(end), ...lines].join("\n") };
}

const isOfRollout = ({ section }: Moment): boolean => section === "rollout";

const formatOf = (times: string, axis: string): string[] => [
  `  dateFormat ${times}`,
  `  axisFormat ${axis}`,
  "  todayMarker off",
];

/** Lines of the axis run through the labels, so they are few. */
function ticksOf(end: number): string {
  const [interval] = INTERVALS.find(([, ms]) => end / ms <= MOST_TICKS) ?? ["6hour"];
  return `  tickInterval ${interval}`;
}

const MOST_TICKS = 8;
const INTERVALS: readonly (readonly [string, number])[] = [
  ["1second", SECOND_MS],
  ["2second", 2 * SECOND_MS],
  ["5second", 5 * SECOND_MS],
  ["10second", 10 * SECOND_MS],
  ["30second", 30 * SECOND_MS],
  ["1minute", 60 * SECOND_MS],
  ["2minute", 120 * SECOND_MS],
  ["5minute", 300 * SECOND_MS],
  ["10minute", 600 * SECOND_MS],
  ["30minute", 1_800 * SECOND_MS],
  ["1hour", HOUR_MS],
  ["3hour", 3 * HOUR_MS],
];

/** A pod by the end of its name, which tells it from the others and fits beside the chart. */
function sectionOf({ section, subject }: Moment): string {
  if (section !== "pod") return section === "rollout" ? "Rollout" : "Rollback";
  if (/^\d{1,6} pods$/.test(subject)) return subject;
  const [suffix] = /[a-z0-9]{1,10}$/.exec(subject) ?? [];
  return suffix === undefined ? "a pod" : `pod ${suffix}`;
}

/** What a pod shows lasts until it shows something else, the last of it until the rollout is judged. */
function toBar(
  { at, until, section, subject, text, tone }: Moment,
  next: Moment | undefined,
  { startedAt, watched }: { readonly startedAt: Instant; readonly watched: number },
): Bar {
  const from = Math.max(0, at - startedAt);
  const last = section === "pod" ? Math.max(from, watched) : from;
  const to = until !== undefined ? until - startedAt : next === undefined ? last : next.at - startedAt;
  const whose = section === "pod" || subject === section ? "" : `${subject} `;
  return {
    label: `${toOffset(at, startedAt)} ${plain(`${whose}${text}`)}`,
    tone,
    from,
    to: Math.max(from, to),
  };
}

const plain = (text: string): string =>
  toLine(text)
    .replace(/[^A-Za-z0-9 .,()/+_-]+/g, " ")
    .replace(/ {2,}/g, " ")
    .trim()
    .slice(0, LONGEST_LABEL)
    .trimEnd();

function lineOf({ label, tone, from, to }: Bar, end: number): string {
  const lasts = Math.max(1, Math.ceil(end * SLIVER), Math.round(to - from));
  return `${label.replace("−", "-")} :${TAGS[tone]}${toTime(from, end)}, ${toLength(lasts)}`;
}

const toLength = (ms: number): string => (ms < SECOND_MS ? `${ms}ms` : `${Math.round(ms / 100) / 10}s`);

function toTime(ms: number, end: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const hours = end < HOUR_MS ? "" : `${two(ms / HOUR_MS)}:`;
  const rest = String(Math.floor(ms % SECOND_MS)).padStart(3, "0");
  return `${hours}${two((ms % HOUR_MS) / 60_000)}:${two((ms % 60_000) / SECOND_MS)}.${rest}`;
}
