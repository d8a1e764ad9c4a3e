import type { Moment } from "./report.ts";

/** Moments of several pods this close together, in milliseconds, read as one. */
const TOGETHER_MS = 1_000;

/** Sorts moments, and joins those of several pods that show the same at the same time: `3 pods`. */
export function toTimeline(moments: readonly Moment[]): Moment[] {
  const sorted = moments.toSorted((one, other) => one.at - other.at);
  const groups: Moment[][] = [];
  const open = new Map<string, Moment[]>();
  for (const moment of sorted) {
    const group = moment.section === "pod" ? open.get(moment.text) : undefined;
    if (group?.[0] !== undefined && moment.at - group[0].at < TOGETHER_MS) {
      group.push(moment);
      continue;
    }
    const fresh = [moment];
    groups.push(fresh);
    open.set(moment.text, fresh);
  }
  return groups.flatMap(joined);
}

function joined(group: readonly Moment[]): Moment[] {
  const [first] = group;
  const pods = new Set(group.map(({ subject }) => subject)).size;
  if (first === undefined) return [];
  return [pods === 1 ? first : { ...first, subject: `${pods} pods` }];
}
