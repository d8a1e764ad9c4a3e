import { isHeldUpByNode } from "../diagnosis/causes/scale-up-events.ts";
import { isAwaiting } from "../diagnosis/evidence.ts";
import type { Finding } from "../diagnosis/finding.ts";
import { type Findings, toFindings } from "../diagnosis/findings.ts";
import { kubectl } from "../diagnosis/next-step.ts";
import { isReady } from "../diagnosis/pod-state.ts";
import type { Scene } from "../diagnosis/scene.ts";
import type { Symptom } from "../diagnosis/symptom.ts";
import { formatDuration } from "../duration.ts";
import type { ReasonCode } from "../reason.ts";
import { deadlineExceeded } from "./deadline.ts";
import type { Decision } from "./rollout.ts";
import { stableForOf } from "./stability.ts";
import type { EngineState, Present } from "./state.ts";
import { warningsOf } from "./warnings.ts";
import { isBlind } from "./watched-time.ts";

/** Time in which the cluster did not answer, in all, in milliseconds; after that we cannot do our work. */
const BLIND_MS = 300_000;

/** A verdict waits so long for a log, in milliseconds of watched time. */
const EVIDENCE_MS = 3_000;

/** Windows of stability that may begin after the time is over. */
const WINDOWS = 3;

interface Decided {
  readonly decision: Decision;
  readonly failingSince: number | undefined;
}

/** Decides, in this order: we are blind; it failed; it is done; its time is over; wait. */
export function decide(state: EngineState, present: Present): Decided {
  const undecided = { failingSince: undefined };
  if (state.time.blind >= BLIND_MS) return { ...undecided, decision: blind(present) };
  const causes = causesOf(state, present);
  if (causes !== undefined) return fail(state, present, causes);
  const done = succeed(state, present);
  if (done !== undefined) return { ...undecided, decision: done };
  if (isOver(state, present)) return fail(state, present, timedOut(state, present));
  return {
    ...undecided,
    decision: { kind: "wait", waitingFor: toWaitFor(state, present), asks: present.asks },
  };
}

function blind({ scene: { goal } }: Present): Decision {
  const name = `deployment/${goal.ref.name}`;
  const unknown =
    goal.direction === "unchanged"
      ? `whether ${name} is healthy; nothing was changed`
      : `what became of the change of ${name}`;
  return {
    kind: "error",
    reason: "ApiUnavailable",
    message: `the API server did not answer for ${formatDuration(BLIND_MS)}, so it is not known ${unknown}`,
  };
}

/** Reasons to fail now: a symptom whose patience is over, or the controller's word; then what else is wrong. */
function causesOf({ troubles }: EngineState, { scene, judged }: Present): Findings | undefined {
  const { reasons, others } = judged;
  const [first, ...rest] = toFindings([...reasons, ...byRelevance(others)], troubles, scene);
  if (reasons.length > 0 && first !== undefined) return [first, ...rest];
  const deadline = deadlineExceeded(scene);
  if (deadline === undefined) return undefined;
  if (scene.pods.some((seen) => isHeldUpByNode(seen, deadline.lastUpdate))) return undefined;
  const summary = "the rollout made no progress within its progressDeadlineSeconds";
  const own = ofRollout("ProgressDeadlineExceeded", summary, deadline.message, scene);
  if (first === undefined) return [own];
  return others.every(isOvercome) ? [own, first, ...rest] : [first, ...rest, own];
}

/** What its pod has got over, and what is never a reason, comes last. */
function byRelevance(symptoms: readonly Symptom[]): readonly Symptom[] {
  const isPast = (symptom: Symptom): boolean =>
    !Number.isFinite(symptom.patience.lastingMs) || isOvercome(symptom);
  return symptoms.toSorted((a, b) => Number(isPast(a)) - Number(isPast(b)));
}

const isOvercome = ({ pod }: Symptom): boolean => pod !== undefined && isReady(pod);

/** A verdict waits a moment for the log that was asked for. */
function fail({ evidence, time, failingSince }: EngineState, present: Present, causes: Findings): Decided {
  const since = failingSince ?? time.now;
  const isPending = isAwaiting(evidence) && time.now - since < EVIDENCE_MS;
  if (!isPending) return { failingSince: since, decision: { kind: "failed", causes } };
  const waitingFor = `the log of the container that failed (${causes[0].reason})`;
  return { failingSince: since, decision: { kind: "wait", waitingFor, asks: present.asks } };
}

function succeed(
  { stability, time }: EngineState,
  { scene, standing, observation }: Present,
): Decision | undefined {
  if (standing.kind !== "complete" || stability.since === undefined) return undefined;
  if (time.now - stability.since < stableForOf(scene.goal, scene.workload)) return undefined;
  return { kind: "succeeded", warnings: warningsOf(scene.goal, observation, scene.workload) };
}

/** The time is over; once every replica was available, the windows in which that has to last are on top. */
function isOver({ stability, time }: EngineState, { scene: { goal, workload } }: Present): boolean {
  const windows = stability.wasComplete ? WINDOWS * stableForOf(goal, workload) : 0;
  return time.now >= goal.timeoutMs + windows;
}

function timedOut(state: EngineState, present: Present): Findings {
  const { scene, judged } = present;
  const others = toFindings(byRelevance(judged.others), state.troubles, scene);
  const summary = `after ${formatDuration(scene.goal.timeoutMs)} the rollout still waits for ${waitingFor(present)}`;
  const [first] = others;
  return [ofRollout("Timeout", summary, first?.message ?? "", scene), ...others];
}

/** Changes only when something changed: no clock, no count of seconds in it. */
const toWaitFor = ({ time }: EngineState, present: Present): string =>
  isBlind(time) ? "the API server to answer; until it does, no time counts" : waitingFor(present);

function waitingFor({ scene, judged, standing }: Present): string {
  if (standing.kind === "complete") {
    return `every replica to stay available for ${formatDuration(stableForOf(scene.goal, scene.workload))}`;
  }
  const [first] = toFindings(byRelevance(judged.others), {}, scene);
  const what = standing.waitingFor;
  return first === undefined
    ? what
    : `${what}; ${first.pod ?? `deployment/${scene.goal.ref.name}`}: ${first.summary}`;
}

function ofRollout(reason: ReasonCode, summary: string, message: string, { goal }: Scene): Finding {
  const next = [
    kubectl("See where it stands", goal.ref.namespace, "describe", `deployment/${goal.ref.name}`),
  ];
  return {
    reason,
    summary,
    message,
    next,
    pod: undefined,
    container: undefined,
    role: undefined,
    node: undefined,
    pods: [],
    firstSeen: goal.since,
    log: undefined,
  };
}
