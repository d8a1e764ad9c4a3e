import { formatDuration } from "./core/duration.ts";
import type { Workload } from "./core/model/workload.ts";
import { noteObservation } from "./core/report/journal.ts";
import { goalOf } from "./core/rollout/goal.ts";
import type { Decision, Goal } from "./core/rollout/rollout.ts";
import { begin, step } from "./core/rollout/step.ts";
import type { Rollout } from "./rollout.ts";

/** How a watch ends. */
export type Ending = Exclude<Decision, { kind: "wait" }>;

/** A line that did not change is said again after this many milliseconds. */
const REMIND_MS = 60_000;

/**
 * Watches the workload until the goal is decided: the one loop, used forwards, backwards, and when nothing was
 * changed. Says what it waits for when that changes; throws what the cluster throws, and at the signal.
 */
export async function follow(
  goal: Goal,
  { inputs, world: { cluster, log }, facts, signal }: Rollout,
): Promise<Ending> {
  const watch = cluster.watch(goal.ref, goal.uid, signal);
  const say = progressOf(goal, (text) => log.info(text));
  let state = begin(goal);
  for await (const observation of watch) {
    const next = step(goal, state, observation);
    state = next.state;
    facts.seen = observation;
    facts.journal = noteObservation(facts.journal, goal, observation, next.decision);
    if (next.decision.kind !== "wait") return next.decision;
    say(observation.at, next.decision.waitingFor);
    watch.ask(next.decision.asks, inputs.logLines);
  }
  signal.throwIfAborted();
  throw new Error("the watch ended before the rollout was decided");
}

/** Prints a text when it is new, and again once a minute while it stays. */
function progressOf({ since }: Goal, info: (text: string) => void): (at: number, text: string) => void {
  let said = { text: "", at: 0, first: 0 };
  return (at, text) => {
    if (text === said.text && at - said.at < REMIND_MS) return;
    said = { text, at, first: text === said.text ? said.first : at };
    const lasting = at > said.first ? ` (for ${formatDuration(at - said.first)})` : "";
    info(`${formatDuration(at - since).padStart(6)}  waiting for ${text}${lasting}`);
  };
}

/** What is awaited in the workload, as the API returned it to our write just now. */
export const goalFor = (
  { inputs, world, facts }: Rollout,
  direction: Goal["direction"],
  workload: Workload,
): Goal =>
  goalOf(direction, workload, {
    since: world.clock.now(),
    replicasBefore: facts.before?.workload.replicas ?? 0,
    autoscaled: facts.autoscaled,
    room: facts.capacity?.nodes ?? [],
    order: inputs,
    images: direction === "back" ? [] : (facts.plan?.images ?? []),
  });
