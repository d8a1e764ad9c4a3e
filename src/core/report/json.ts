import type { Finding } from "../diagnosis/finding.ts";
import { capacityJson } from "./capacity-json.ts";
import { verbatim, verbatimLines } from "./json-text.ts";
import type { MergedEvent, Moment, Report } from "./report.ts";
import { toIso } from "./time.ts";

/** More kinds of event than anyone reads; hostile events come in thousands. */
const MOST_EVENTS = 2_000;

/**
 * Name and major version of the format, which `docs/report.schema.json` describes; new fields leave it as it is.
 *
 * @internal
 */
export const REPORT_FORMAT = "gke-safe-rollout/report/v1";

/**
 * The whole report as a JSON value: resources as quantity strings, times as ISO 8601, texts verbatim but
 * for secrets, what is not known as `null`.
 */
export function toJson(report: Report): ReportJson {
  return orNull(jsonOf(report)) as ReportJson;
}

/** What `toJson` makes. */
export type ReportJson = OrNull<ReturnType<typeof jsonOf>>;

type OrNull<Value> = Value extends undefined
  ? null
  : Value extends readonly (infer Entry)[]
    ? OrNull<Entry>[]
    : Value extends object
      ? { -readonly [Key in keyof Value]-?: OrNull<Value[Key]> }
      : Value;

function jsonOf(report: Report) {
  const { images, capacity, causes, timeline, events, startedAt, finishedAt, ...rest } = report;
  return {
    format: REPORT_FORMAT,
    ...rest,
    startedAt: toIso(startedAt),
    finishedAt: toIso(finishedAt),
    durationSeconds: (finishedAt - startedAt) / 1000,
    images: Object.fromEntries(images.map(({ container, ...image }) => [container, image])),
    capacity: capacity && {
      ...capacityJson(capacity),
      completes: capacity.completes,
      warnings: capacity.warnings ?? [],
      read: capacity.read,
    },
    causes: causes.map(causeJson),
    timeline: timeline.map(momentJson),
    events: events.slice(0, MOST_EVENTS).map(eventJson),
    eventsLeftOut: Math.max(0, events.length - MOST_EVENTS),
  } as const;
}

const causeJson = ({ firstSeen, log, ...cause }: Finding) => ({
  ...cause,
  log: log && { ...log, lines: verbatimLines(log.lines) },
  firstSeen: toIso(firstSeen),
});

const momentJson = ({ at, until, ...moment }: Moment) => ({
  at: toIso(at),
  until: until === undefined ? undefined : toIso(until),
  ...moment,
});

const eventJson = ({ firstSeen, lastSeen, ...event }: MergedEvent) => ({
  firstSeen: toIso(firstSeen),
  lastSeen: toIso(lastSeen),
  ...event,
});

/** Makes texts safe, and keeps keys whose value is not known: JSON would drop `undefined` silently. */
function orNull(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === "string") return verbatim(value);
  if (Array.isArray(value)) return value.map(orNull);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [verbatim(key), orNull(entry)]));
}
