import {
  answerOf,
  changeOf,
  type RecordedEvent,
  type RecordingMeta,
  startOf,
} from "../../../scripts/replay.ts";
import { RolloutCache } from "../../../src/adapters/kubernetes/cache.ts";
import type { LogExcerpt } from "../../../src/core/diagnosis/finding.ts";
import { type Instant, instant } from "../../../src/core/model/instant.ts";
import { goalOf } from "../../../src/core/rollout/goal.ts";
import type { Decision, Goal, Observation } from "../../../src/core/rollout/rollout.ts";
import { begin, step } from "../../../src/core/rollout/step.ts";

/** Inputs at their defaults, with logs. */
const ORDER = { timeoutMs: 900_000, stableForMs: "auto", readinessPatienceMs: "auto", logLines: 30 } as const;

/** Nothing takes longer, in seconds. */
const END = 1_200;

/** How the watch of a recording goes. */
export interface Watched {
  readonly meta?: RecordingMeta;
  /** Seconds in which the API does not answer: what happens then comes at their end. */
  readonly blind?: readonly [from: number, to: number];
  /** Called with everything that the engine sees and says. */
  readonly note?: (goal: Goal, observation: Observation, decision: Decision) => void;
}

/** Shows a recording to the engine, a step for each moment and one a second, until it decides; 20 min at most. */
export function watchTo(
  events: readonly RecordedEvent[],
  { meta = {}, blind = [Number.POSITIVE_INFINITY, 0], note = () => undefined }: Watched = {},
): { readonly decision: Decision; readonly second: number } {
  const change = changeOf(events);
  if (change === undefined) throw new Error("nothing is changed");
  const base = startOf(events);
  const time = (t: number): Instant => instant(base + Math.round(t * 1000));
  const goal = goalOf("forward", change.workload, {
    since: time(change.t),
    replicasBefore: change.before.replicas,
    autoscaled: false,
    order: ORDER,
    images: [],
  });
  const cache = new RolloutCache(goal.ref, goal.uid);
  const isBlind = (second: number): boolean => second > blind[0] && second < blind[1];
  const shown = events
    .map((event) => ({ ...event, t: isBlind(event.t) ? blind[1] : event.t }))
    .toSorted((one, other) => one.t - other.t);
  let next = 0;
  let state = begin(goal);
  let logs: readonly LogExcerpt[] = [];
  for (let second = change.t; second < END; second = Math.min(second + 1, shown[next]?.t ?? END)) {
    for (let event = shown[next]; event !== undefined && event.t <= second; event = shown[next]) {
      cache.apply(event.type, event.object);
      next += 1;
    }
    const freshAt = isBlind(second) ? blind[0] : second;
    const observation = cache.observation(time(second), time(freshAt), logs);
    const { state: after, decision } = step(goal, state, observation);
    state = after;
    note(goal, observation, decision);
    if (decision.kind !== "wait") return { decision, second };
    logs = decision.asks.map((request) => answerOf(request, meta));
  }
  throw new Error("20 minutes were not enough to decide");
}
