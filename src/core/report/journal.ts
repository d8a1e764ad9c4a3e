import type { KubeEvent } from "../model/event.ts";
import type { Instant } from "../model/instant.ts";
import { replicaSetOf } from "../replica-set.ts";
import type { Decision, Goal, Observation } from "../rollout/rollout.ts";
import { keepEvents, mergeEvents } from "./events.ts";
import { momentsIn, type Noted } from "./moments.ts";
import type { MergedEvent, Moment } from "./report.ts";
import { toTimeline } from "./timeline.ts";

/** What was seen while the run lasted, kept small: a value that `noteObservation` folds observations into. */
export interface Journal {
  /** In order of noting; their times come from several clocks. */
  readonly moments: readonly Moment[];
  /** Keys of what stands in `moments`. */
  readonly noted: ReadonlySet<string>;
  /** uids of the workload, of the ReplicaSets that the goals asked for, and of their pods, gone ones too. */
  readonly concerned: ReadonlySet<string>;
  /** Latest version of each event of theirs, by uid. */
  readonly events: ReadonlyMap<string, KubeEvent>;
  /** Fewest pods of the workload available in any observation; `undefined` before the first. */
  readonly leastAvailable: number | undefined;
}

/** Enough for three moments of each of 500 pods. */
const MOST_MOMENTS = 2_000;

/** A journal of nothing. */
export const emptyJournal: Journal = {
  moments: [],
  noted: new Set(),
  concerned: new Set(),
  events: new Map(),
  leastAvailable: undefined,
};

/** Notes what an observation shows that was not there before. What brings nothing new is not copied. */
export function noteObservation(
  journal: Journal,
  goal: Goal,
  observation: Observation,
  decision: Decision,
): Journal {
  const replicaSet = replicaSetOf(goal.templateJson, observation.replicaSets);
  const pods = observation.pods.filter(
    ({ ownerUid }) => replicaSet !== undefined && ownerUid === replicaSet.uid,
  );
  const news = momentsIn({ goal, observation, decision, replicaSet, pods }).filter(
    ({ key }) => !journal.noted.has(key),
  );
  const uids = [
    goal.uid,
    ...(replicaSet === undefined ? [] : [replicaSet.uid]),
    ...pods.map(({ uid }) => uid),
  ];
  const concerned = withAll(journal.concerned, uids);
  return {
    ...withNews(journal, news),
    concerned,
    events: keepEvents(journal.events, observation.events, concerned),
    leastAvailable: least(journal.leastAvailable, observation.workload?.status.availableReplicas),
  };
}

/** Notes a moment that no observation shows, such as the pre-check or the run of the verify command. */
export function noteMoment(journal: Journal, moment: Moment): Journal {
  return { ...journal, moments: [...journal.moments, moment] };
}

/** The timeline, oldest first; what befell several pods within a second is one row. */
export function timelineOf(journal: Journal): Moment[] {
  return toTimeline(journal.moments);
}

/** Events since `since`, equal ones of several pods merged, oldest first. */
export function mergedEventsOf(journal: Journal, since: Instant): MergedEvent[] {
  return mergeEvents([...journal.events.values()], since);
}

/** Single pods' moments give way when there is no more room; those of the rollout itself are few. */
function withNews(journal: Journal, news: readonly Noted[]): Pick<Journal, "moments" | "noted"> {
  const room = MOST_MOMENTS - journal.moments.length;
  const kept = news.filter(({ moment }, index) => index < room || moment.section !== "pod");
  if (kept.length === 0) return { moments: journal.moments, noted: journal.noted };
  return {
    moments: [...journal.moments, ...kept.map(({ moment }) => moment)],
    noted: withAll(
      journal.noted,
      kept.map(({ key }) => key),
    ),
  };
}

function withAll(set: ReadonlySet<string>, values: readonly string[]): ReadonlySet<string> {
  const added = values.filter((value) => !set.has(value));
  return added.length === 0 ? set : new Set([...set, ...added]);
}

function least(known: number | undefined, seen: number | undefined): number | undefined {
  return known === undefined || seen === undefined ? (known ?? seen) : Math.min(known, seen);
}
