import { type Instant, instant } from "../model/instant.ts";
import type { Pod } from "../model/pod.ts";
import type { ReplicaSet } from "../model/workload.ts";
import type { Decision, Goal, Observation } from "../rollout/rollout.ts";
import { CLOCK_SLACK_MS } from "./events.ts";
import { signsOf } from "./pod-signs.ts";
import type { Moment } from "./report.ts";

/** A moment with a key that is the same whenever the same thing is seen again. */
export interface Noted {
  readonly key: string;
  readonly moment: Moment;
}

/** What there is to read moments from. `replicaSet` and `pods` are those of the goal's template. */
export interface Sight {
  readonly goal: Goal;
  readonly observation: Observation;
  readonly decision: Decision;
  readonly replicaSet: ReplicaSet | undefined;
  readonly pods: readonly Pod[];
}

/** A rollout of many replicas shows this many steps towards all of them available. */
const STEPS = 10;

/** Every moment that an observation and its decision show, those of the rollout first. */
export function momentsIn(sight: Sight): Noted[] {
  const rollout = sight.goal.direction === "unchanged" ? [] : rolloutMoments(sight);
  return [...rollout, ...verdictMoments(sight), ...podMoments(sight)];
}

function rolloutMoments(sight: Sight): Noted[] {
  const { goal, replicaSet } = sight;
  const applied = goal.direction === "back" ? "previous template written back" : "change applied";
  const first = note(goal, "applied", { at: goal.since, text: applied, tone: "normal" });
  if (replicaSet === undefined) return [first];
  const { name, revision } = replicaSet;
  const text = revision === undefined ? `ReplicaSet ${name}` : `revision ${revision}, ReplicaSet ${name}`;
  const at = instant(Math.max(replicaSet.createdAt, goal.since));
  return [first, note(goal, "replica set", { at, text, tone: "normal" }), ...availability(sight, replicaSet)];
}

function availability({ goal, observation }: Sight, replicaSet: ReplicaSet): Noted[] {
  const wanted = observation.workload?.replicas ?? replicaSet.replicas;
  const available = Math.min(replicaSet.availableReplicas, wanted);
  const step = Math.floor((available * STEPS) / Math.max(wanted, STEPS));
  if (available === 0) return [];
  const key = available === wanted ? "all available" : `available ${wanted <= STEPS ? available : step}`;
  const tone = available === wanted ? "good" : "active";
  return [note(goal, key, { at: observation.at, text: `${available} of ${wanted} available`, tone })];
}

function verdictMoments({ goal, observation, decision }: Sight): Noted[] {
  if (decision.kind === "wait") return [];
  const tone = decision.kind === "succeeded" ? "good" : "bad";
  const text = verdictText(goal, decision);
  return [note(goal, text, { at: observation.at, text, tone })];
}

function verdictText(goal: Goal, decision: Exclude<Decision, { readonly kind: "wait" }>): string {
  switch (decision.kind) {
    case "succeeded":
      return goal.direction === "back"
        ? "previous version available again"
        : "every replica available and stable";
    case "failed":
      return `verdict: ${decision.causes[0].reason}`;
    case "superseded":
    case "error":
      return `stopped: ${decision.reason}`;
    default:
      return decision satisfies never;
  }
}

function note(
  goal: Goal,
  what: string,
  seen: { readonly at: Instant } & Pick<Moment, "text" | "tone">,
): Noted {
  const section = goal.direction === "back" ? "rollback" : "rollout";
  return {
    key: `${goal.direction} ${goal.generation} ${what}`,
    moment: { at: seen.at, until: undefined, section, subject: section, text: seen.text, tone: seen.tone },
  };
}

/** What pods showed before is no news. Times of the API have whole seconds, so nothing seems to precede the change. */
function podMoments({ goal: { since }, observation, pods }: Sight): Noted[] {
  return pods.flatMap((pod) =>
    signsOf(pod, observation.at)
      .filter(({ at }) => at >= since - CLOCK_SLACK_MS)
      .map(({ key, at, text, tone }) => ({
        key: `${pod.uid} ${key}`,
        moment: {
          at: instant(Math.max(at, since)),
          until: undefined,
          section: "pod" as const,
          subject: pod.name,
          text,
          tone,
        },
      })),
  );
}
