import type { ContainerStatus, KubeEvent, Pod, Terminated } from "../model.ts";
import type { Observation } from "../rollout/rollout.ts";
import { isOver, isReady } from "./pod-state.ts";
import { noPulls, type Pulls, rememberPulls } from "./pull-memory.ts";

/** What was seen of one container and no longer stands in its status. */
export interface ContainerMemory {
  /** How many of its instances ended, less those of before the watch. */
  readonly exits: number;
  /** The instances that were killed for memory, by their index: the first instance is 0. */
  readonly oomKills: readonly number[];
  /** How often its postStart hook failed, by the status alone. */
  readonly hookFailures: number;
  readonly lastEnd: Terminated | undefined;
  readonly pulls: Pulls;
}

/** A pod of the new revision that its node ended. Kept when the pod is gone. */
export interface EndedPod {
  readonly pod: Pod;
  readonly reason: string;
  readonly message: string;
  /** Milliseconds of watched time. */
  readonly since: number;
}

/** History of the new revision: the engine's only memory of what observations no longer show. */
export interface Memory {
  /** By pod uid and container name. */
  readonly containers: Readonly<Record<string, ContainerMemory>>;
  /** Counts at the start of the watch, by event uid, by container, and by the uid of pods that were over then. */
  readonly history: Readonly<Record<string, number>>;
  /** By pod uid. */
  readonly ended: Readonly<Record<string, EndedPod>>;
  /** What the slowest pod of the versions before took from its start to Ready, in milliseconds. */
  readonly slowestReadyMs: number;
  /** When a pod of the workload was last seen terminating, in milliseconds of watched time. */
  readonly roomFreedAt: number | undefined;
}

/** Before anything was seen. */
export const emptyMemory: Memory = {
  containers: {},
  history: {},
  ended: {},
  slowestReadyMs: 0,
  roomFreedAt: undefined,
};

const nothing: ContainerMemory = {
  exits: 0,
  oomKills: [],
  hookFailures: 0,
  lastEnd: undefined,
  pulls: noPulls,
};

/** What is remembered of a container. */
export const memoryOf = (memory: Memory, podUid: string, container: string): ContainerMemory =>
  memory.containers[`${podUid}/${container}`] ?? nothing;

/**
 * Sets aside what happened before the watch to pods that are ready or over when it begins: those got over it,
 * these were replaced, and only what comes counts.
 */
export function rememberHistory(all: readonly Pod[], events: readonly KubeEvent[]): Memory {
  const pods = all.filter((pod) => isReady(pod) || isOver(pod));
  const uids = new Set(pods.map(({ uid }) => uid));
  const exits = pods.flatMap((pod) =>
    pod.containers.map((status) => [`${pod.uid}/${status.name}`, endedInstances(status)] as const),
  );
  const counts = events
    .filter(({ regarding }) => uids.has(regarding.uid))
    .map(({ uid, count }) => [uid, count] as const);
  const over = pods.filter(isOver).map(({ uid }) => [uid, 1] as const);
  return { ...emptyMemory, history: Object.fromEntries([...exits, ...counts, ...over]) };
}

/** Adds what this observation shows of the new revision's pods; forgets containers of pods that are gone. */
export function remember(
  memory: Memory,
  pods: readonly Pod[],
  { events }: Pick<Observation, "events">,
  now: number,
): Memory {
  const byPod = Map.groupBy(events, ({ regarding }) => regarding.uid);
  const containers = pods.flatMap((pod) =>
    pod.containers.map((status) => {
      const key = `${pod.uid}/${status.name}`;
      const own = (byPod.get(pod.uid) ?? []).filter(({ container }) => container === status.name);
      return [key, rememberContainer(memory, key, status, { pod, events: own, now })] as const;
    }),
  );
  return {
    ...memory,
    containers: Object.fromEntries(containers),
    ended: rememberEnded(memory, pods, byPod, now),
  };
}

function rememberContainer(
  memory: Memory,
  key: string,
  status: ContainerStatus,
  seen: { readonly pod: Pod; readonly events: readonly KubeEvent[]; readonly now: number },
): ContainerMemory {
  const before = memory.containers[key] ?? nothing;
  const past = memory.history[key] ?? 0;
  const ends = endsOf(status).filter(({ index }) => index >= past);
  const oomKills = ends.filter(({ end }) => end.reason === "OOMKilled").map(({ index }) => index);
  const failedHook = status.state.kind === "waiting" && status.state.reason === "PostStartHookError";
  const image = seen.pod.spec.containers.find(({ name }) => name === status.name)?.image ?? status.image;
  return {
    exits: Math.max(before.exits, crashedInstances(status) - past),
    oomKills: [...new Set([...before.oomKills, ...oomKills])].sort((a, b) => a - b),
    hookFailures: Math.max(before.hookFailures, failedHook ? endedInstances(status) - past : 0),
    lastEnd: ends.at(-1)?.end ?? before.lastEnd,
    pulls: rememberPulls(before.pulls, status, { image, events: seen.events, now: seen.now }),
  };
}

/**
 * How many instances ended. `restartCount` counts the instances before the present one, so one more ended while
 * none runs. A container that waits for its very first start has none, unless its start or hook failed already.
 * Source: pkg/kubelet/kubelet_pods.go (v1.36.3), `convertToAPIContainerStatuses`.
 */
function endedInstances({ state, lastState, restartCount }: ContainerStatus): number {
  switch (state.kind) {
    case "running":
      return restartCount;
    case "terminated":
      return restartCount + 1;
    case "waiting":
      return lastState !== undefined || STARTED.has(state.reason) ? restartCount + 1 : restartCount;
    default:
      return state satisfies never;
  }
}

/** Waiting reasons of a container whose instance was created and is gone. */
const STARTED: ReadonlySet<string> = new Set(["CrashLoopBackOff", "RunContainerError", "PostStartHookError"]);

/** As `endedInstances`, without the one by which an init container did its work. */
function crashedInstances(status: ContainerStatus): number {
  const { role, state } = status;
  const isDone = role === "init" && state.kind === "terminated" && state.exitCode === 0;
  return endedInstances(status) - (isDone ? 1 : 0);
}

/** The ends that the status still shows, oldest first, each with the index of its instance. */
function endsOf(status: ContainerStatus): readonly { readonly index: number; readonly end: Terminated }[] {
  const { state, lastState, restartCount } = status;
  const lastIndex = state.kind === "waiting" ? restartCount : restartCount - 1;
  const last = lastState === undefined ? [] : [{ index: lastIndex, end: lastState }];
  return state.kind === "terminated" ? [...last, { index: restartCount, end: state }] : last;
}

function rememberEnded(
  memory: Memory,
  pods: readonly Pod[],
  events: ReadonlyMap<string, readonly KubeEvent[]>,
  now: number,
): Memory["ended"] {
  const ended = pods.flatMap((pod) => {
    if (memory.ended[pod.uid] !== undefined || memory.history[pod.uid] !== undefined) return [];
    if (pod.phase === "Failed") {
      return [[pod.uid, { pod, reason: pod.reason, message: pod.message, since: now }] as const];
    }
    const evicted = events.get(pod.uid)?.find(({ reason }) => reason === "Evicted");
    if (evicted === undefined || memory.history[evicted.uid] !== undefined) return [];
    return [[pod.uid, { pod, reason: "Evicted", message: evicted.message, since: now }] as const];
  });
  return ended.length === 0 ? memory.ended : { ...memory.ended, ...Object.fromEntries(ended) };
}
