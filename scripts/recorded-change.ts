import { toWorkload } from "../src/adapters/kubernetes/decode.ts";
import { toInstant } from "../src/adapters/kubernetes/decode-fields.ts";
import type { Workload } from "../src/core/model/workload.ts";
import type { RecordedEvent } from "../src/core/recording/recording.ts";

/** What is watched in a recording: the workload as our change left it, or as it was found. */
export interface RecordedChange {
  readonly index: number;
  readonly t: number;
  readonly before: Workload;
  readonly workload: Workload;
}

/** Where the image was there already: the state before, as the run found it. */
export function standingOf(events: readonly RecordedEvent[]): RecordedChange | undefined {
  const index = events.findLastIndex(({ t }) => t < 0);
  const found = events.slice(0, index + 1).findLast(({ object }) => object.kind === "Deployment")?.object;
  if (found === undefined) return undefined;
  const workload = toWorkload(found as Parameters<typeof toWorkload>[0]);
  return { index, t: 0, before: workload, workload };
}

/** Our change is the first event of the workload after the start whose template differs from the one before. */
export function changeOf(events: readonly RecordedEvent[]): RecordedChange | undefined {
  let before: Workload | undefined;
  for (const [index, { t, object }] of events.entries()) {
    if (object.kind !== "Deployment") continue;
    const workload = toWorkload(object as Parameters<typeof toWorkload>[0]);
    if (t > 0 && before !== undefined && workload.template.json !== before.template.json)
      return { index, t, before, workload };
    before = workload;
  }
  return undefined;
}

/** Wall-clock milliseconds of second 0: the least that no timestamp of the recording is ahead of. */
export function startOf(events: readonly RecordedEvent[]): number {
  const starts = events
    .filter(({ t }) => t > 0)
    .flatMap(({ t, object }) => stampsOf(object).map((at) => at - t * 1000));
  return Math.ceil(starts.reduce((latest, start) => Math.max(latest, start), 0));
}

function stampsOf(value: unknown): readonly number[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([field, each]) =>
    /(Time|Timestamp)$/.test(field) && field !== "deletionTimestamp"
      ? (toInstant(each) ?? [])
      : stampsOf(each),
  );
}
