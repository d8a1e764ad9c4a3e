import { CAUSES } from "../diagnosis/causes/index.ts";
import { askFor, logsOf, noEvidence, takeAnswers } from "../diagnosis/evidence.ts";
import { judge } from "../diagnosis/findings.ts";
import { beginHistory, noteOldEvents } from "../diagnosis/history.ts";
import { emptyMemory, type Memory, remember } from "../diagnosis/memory.ts";
import { replacedPodsOf, slowestReadyOf } from "../diagnosis/readiness-patience.ts";
import { newPodsOf, type Scene, sceneOf } from "../diagnosis/scene.ts";
import { noteTroubles } from "../diagnosis/trouble.ts";
import { replicaSetOf } from "../replica-set.ts";
import { decide } from "./decide.ts";
import type { Decision, Goal, Observation } from "./rollout.ts";
import { noteStability, notYetStable } from "./stability.ts";
import { standingOf } from "./standing.ts";
import type { EngineState } from "./state.ts";
import { advance, startWatching } from "./watched-time.ts";

/** The state before the first observation. */
export function begin(goal: Goal): EngineState {
  return {
    time: startWatching(goal),
    memory: emptyMemory,
    troubles: {},
    evidence: noEvidence,
    stability: notYetStable,
    isFirst: true,
    wasScaledUp: goal.replicasBefore > 0,
    failingSince: undefined,
  };
}

/** Takes one observation in and decides. Pure: the same observations in the same order give the same decisions. */
export function step(
  goal: Goal,
  state: EngineState,
  observation: Observation,
): { readonly state: EngineState; readonly decision: Decision } {
  const time = advance(state.time, observation);
  const standing = standingOf(goal, observation, state);
  if (standing.kind === "superseded") return { state: { ...state, time }, decision: standing };

  const { workload } = standing;
  const memory = memorise(goal, state, observation, time.now);
  const taken = takeAnswers(state.evidence, observation.logs);
  const scene = sceneOf({ goal, observation, workload, memory, logs: logsOf(taken), now: time.now });
  const symptoms = CAUSES.flatMap((cause) => cause.detect(scene));
  const { evidence, asks } = askFor(taken, scene);
  const troubles = noteTroubles(state.troubles, symptoms, {
    now: time.now,
    at: time.at,
    stages: stagesOf(scene),
  });
  const judged = judge(symptoms, troubles, { now: time.now, roomFreedAt: memory.roomFreedAt });
  const noted: EngineState = {
    ...state,
    time,
    memory,
    evidence,
    troubles,
    stability: noteStability(state.stability, standing.kind, symptoms, time.now),
    isFirst: false,
    wasScaledUp: state.wasScaledUp || workload.replicas > 0,
  };
  const { decision, failingSince } = decide(noted, { scene, judged, standing, observation, asks });
  return { state: { ...noted, failingSince }, decision };
}

function memorise(goal: Goal, state: EngineState, observation: Observation, now: number): Memory {
  const replicaSet = replicaSetOf(goal.templateJson, observation.replicaSets);
  const pods = newPodsOf(replicaSet, observation);
  const before = state.memory;
  const known = state.isFirst ? beginHistory(pods, goal) : before.history;
  const history = noteOldEvents(known, observation.events);
  const slowest = slowestReadyOf(replacedPodsOf(observation, replicaSet?.uid));
  const slowestReadyMs = Math.max(before.slowestReadyMs, replicaSet === undefined ? 0 : slowest);
  const isTerminating = observation.pods.some(({ deletedAt }) => deletedAt !== undefined);
  const roomFreedAt = isTerminating ? now : before.roomFreedAt;
  return { ...remember({ ...before, history }, pods, observation, now), slowestReadyMs, roomFreedAt };
}

function stagesOf({ pods, replicaSet }: Scene): ReadonlyMap<string, number> {
  return new Map([
    ["", replicaSet?.statusReplicas ?? 0],
    ...pods.map(({ pod, stage }) => [pod.uid, stage] as const),
  ]);
}
