import { RolloutCache } from "../src/adapters/kubernetes/cache.ts";
import type { LogExcerpt } from "../src/core/diagnosis/finding.ts";
import { type Instant, instant } from "../src/core/model/instant.ts";
import type { RecordedEvent, RecordedInputs, RecordingMeta } from "../src/core/recording/recording.ts";
import { goalOf } from "../src/core/rollout/goal.ts";
import type { Decision, Goal, LogRequest, Observation } from "../src/core/rollout/rollout.ts";
import type { EngineState } from "../src/core/rollout/state.ts";
import { begin, step } from "../src/core/rollout/step.ts";
import { readRecording } from "./read-recording.ts";
import { changeOf, standingOf, startOf } from "./recorded-change.ts";

export type { RecordedEvent, RecordingMeta } from "../src/core/recording/recording.ts";
export { readRecording } from "./read-recording.ts";
export { changeOf, startOf } from "./recorded-change.ts";

/**
 * Plays recorded rollouts to the engine of the action in virtual time and prints one verdict a line. Inputs are those
 * of the recorded run where it wrote them down, else at their defaults with logs on.
 * Usage: `npm run --silent replay -- FILE…`, a file of JSON lines, gzipped or not
 */

/** What the engine says of a recording. */
export interface ReplayVerdict {
  readonly result: "succeeded" | "failed" | "superseded" | "pending";
  readonly reason: string;
  readonly message: string;
  readonly container: string | null;
  readonly pod: string | null;
  /** Recording seconds. */
  readonly at: number;
}

/** Inputs at their defaults, but logs are read. */
const DEFAULTS: RecordedInputs = {
  timeout: 15 * 60,
  "stable-for": "auto",
  "readiness-patience": "auto",
  "log-lines": 30,
};

function orderOf({ inputs = DEFAULTS }: RecordingMeta): Parameters<typeof goalOf>[2]["order"] {
  const toMs = (seconds: number | "auto") => (seconds === "auto" ? seconds : seconds * 1000);
  return {
    timeoutMs: inputs.timeout * 1000,
    stableForMs: toMs(inputs["stable-for"]),
    readinessPatienceMs: toMs(inputs["readiness-patience"]),
    logLines: inputs["log-lines"],
  };
}

/** Says what the engine makes of a recording. */
export function replay(events: readonly RecordedEvent[], meta: RecordingMeta): ReplayVerdict {
  const played = play(events, meta);
  return played === undefined
    ? { ...pending(endOf(events, meta)), message: "no change of a template is recorded" }
    : toVerdict(played.decision, played.at);
}

/** How a recording ended, in recording seconds, and all that the engine knew then. */
export interface Played {
  readonly decision: Decision;
  readonly at: number;
  readonly goal: Goal;
  readonly state: EngineState;
  readonly observation: Observation;
}

/**
 * Runs the engine over a recording: a step for each event, and one a second while nothing comes. `undefined` when no
 * change of a template is recorded.
 */
export function play(events: readonly RecordedEvent[], meta: RecordingMeta): Played | undefined {
  const end = endOf(events, meta);
  const change = changeOf(events) ?? (meta.unchanged ? standingOf(events) : undefined);
  if (change === undefined) return undefined;
  const base = meta.start === undefined ? startOf(events) : Date.parse(meta.start);
  const time = (t: number): Instant => instant(base + Math.round(t * 1000));
  const goal = goalOf(meta.unchanged ? "unchanged" : "forward", change.workload, {
    since: time(change.t),
    replicasBefore: change.before.replicas,
    autoscaled: meta.autoscaled ?? false,
    order: orderOf(meta),
    images: [],
  });
  const cache = new RolloutCache(goal.ref, goal.uid);
  for (const { type, object } of events.slice(0, change.index + 1)) cache.apply(type, object);

  let state = begin(goal);
  let logs: readonly LogExcerpt[] = [];
  const observe = (t: number): Decision => {
    const next = step(goal, state, cache.observation(time(t), time(t), logs));
    state = next.state;
    if (next.decision.kind !== "wait" || next.decision.asks.length === 0) return next.decision;
    logs = [...logs, ...next.decision.asks.map((request) => answerOf(request, meta))];
    return observe(t);
  };

  let now = change.t;
  let decision = observe(now);
  const { rollback = Number.POSITIVE_INFINITY } = meta;
  const rest = [...events.slice(change.index + 1).filter(({ t }) => t < rollback), undefined];
  for (const event of rest) {
    const until = event?.t ?? end;
    while (decision.kind === "wait" && now + 1 < until) {
      now += 1;
      decision = observe(now);
    }
    if (decision.kind !== "wait") break;
    now = Math.max(now, until);
    // A run ends at its verdict and may put the template back at once: what is due by then comes first.
    if (event?.object.kind === "Deployment") decision = observe(now);
    if (decision.kind !== "wait") break;
    if (event !== undefined) cache.apply(event.type, event.object);
    decision = observe(now);
  }
  return { decision, at: now, goal, state, observation: cache.observation(time(now), time(now), logs) };
}

const endOf = (events: readonly RecordedEvent[], meta: RecordingMeta): number =>
  meta.duration ?? events.at(-1)?.t ?? 0;

/** What the recording has of a log. */
export function answerOf(request: LogRequest, { logs = {} }: RecordingMeta): LogExcerpt {
  const text = logs[`${request.pod}/${request.container}/${request.previous ? "previous" : "current"}`];
  const lines = text?.split("\n").filter((line) => line !== "") ?? [];
  return { ...request, lines, note: text === undefined ? "not recorded" : undefined };
}

const pending = (at: number): ReplayVerdict => ({
  result: "pending",
  reason: "",
  message: "",
  container: null,
  pod: null,
  at,
});

function toVerdict(decision: Decision, at: number): ReplayVerdict {
  switch (decision.kind) {
    case "wait":
      return { ...pending(at), message: decision.waitingFor };
    case "succeeded":
      return { ...pending(at), result: "succeeded", message: decision.warnings.join("; ") };
    case "superseded":
      return { ...pending(at), result: "superseded", reason: decision.reason, message: decision.message };
    case "error":
      return { ...pending(at), reason: decision.reason, message: decision.message };
    case "failed": {
      const [{ reason, summary, message, container = null, pod = null }] = decision.causes;
      const text = message === "" ? summary : `${summary}: ${message}`;
      return { result: "failed", reason, message: text, container, pod, at };
    }
    default:
      return decision satisfies never;
  }
}

/** One JSON line, `at` with three decimals. */
export function toReplayLine(file: string, verdict: ReplayVerdict): string {
  const { at, ...rest } = verdict;
  return `${JSON.stringify({ file, ...rest }).slice(0, -1)},"at":${at.toFixed(3)}}`;
}

function main(files: readonly string[]): void {
  for (const file of files) {
    try {
      const { events, meta, notes } = readRecording(file);
      for (const note of notes) console.error(`${file}: ${note}`);
      console.log(toReplayLine(file, replay(events, meta)));
    } catch (error) {
      console.error(`Cannot replay ${file}: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }
}

if (import.meta.main) main(process.argv.slice(2));
