import type { Instant } from "../model.ts";
import type { Decision, Goal, Observation } from "../rollout/rollout.ts";
import type { MergedEvent, Moment } from "./report.ts";

/** What was seen while the run lasted, kept small: a value that `noteObservation` folds observations into. */
export interface Journal {
  readonly moments: readonly Moment[];
  /** Fewest pods of the workload available in any observation; `undefined` before the first. */
  readonly leastAvailable: number | undefined;
}

/** A journal of nothing. */
export const emptyJournal: Journal = { moments: [], leastAvailable: undefined };

/** Notes what an observation shows that was not there before. */
export function noteObservation(
  journal: Journal,
  _goal: Goal,
  _observation: Observation,
  _decision: Decision,
): Journal {
  return journal;
}

/** Notes a moment that no observation shows, such as the pre-check or the run of the verify command. */
export function noteMoment(journal: Journal, moment: Moment): Journal {
  return { ...journal, moments: [...journal.moments, moment] };
}

/** The timeline, oldest first. */
export function timelineOf(journal: Journal): Moment[] {
  return [...journal.moments];
}

/** Events since `since`, equal ones of several pods merged, oldest first. */
export function mergedEventsOf(_journal: Journal, _since: Instant): MergedEvent[] {
  return [];
}
