import type { KubeEvent } from "../model/event.ts";
import type { ContainerStatus, Pod, Terminated } from "../model/pod.ts";
import type { Observation } from "../rollout/rollout.ts";
import { endedInstances, endsOf, START_ERRORS } from "./container-ends.ts";
import { type History, isHistory, noHistory } from "./history.ts";
import { noPulls, type Pulls, rememberPulls } from "./pull-memory.ts";

/** What was seen of one container and no longer stands in its status. */
export interface ContainerMemory {
  /** How many of its instances ended, less those of before the watch and those that did the work of an init container. */
  readonly exits: number;
  /** The instances of an init container that did their work. */
  readonly done: readonly number[];
  /** The instances that ended after they had started. */
  readonly ran: readonly number[];
  /** The instances that were killed for memory, by their index: the first instance is 0. */
  readonly oomKills: readonly number[];
  /** The instances that the kubelet did not kill: they ended by themselves, or for memory. */
  readonly ownEnds: readonly number[];
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
  readonly history: History;
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
  history: noHistory,
  ended: {},
  slowestReadyMs: 0,
  roomFreedAt: undefined,
};

const nothing: ContainerMemory = {
  exits: 0,
  done: [],
  ran: [],
  oomKills: [],
  ownEnds: [],
  hookFailures: 0,
  lastEnd: undefined,
  pulls: noPulls,
};

/** What is remembered of a container. */
export const memoryOf = (memory: Memory, podUid: string, container: string): ContainerMemory =>
  memory.containers[`${podUid}/${container}`] ?? nothing;

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
  const past = memory.history.exits[key] ?? 0;
  const ends = endsOf(status).filter(({ index }) => index >= past);
  const isDone = ({ exitCode }: Terminated): boolean => status.role === "init" && exitCode === 0;
  const done = noteEnds(before.done, ends, isDone);
  const failedHook = status.state.kind === "waiting" && status.state.reason === "PostStartHookError";
  const image = seen.pod.spec.containers.find(({ name }) => name === status.name)?.image ?? status.image;
  return {
    exits: Math.max(before.exits, endedInstances(status) - past - done.length),
    done,
    ran: noteEnds(before.ran, ends, hasRun),
    oomKills: noteEnds(before.oomKills, ends, isOomKill),
    ownEnds: noteEnds(before.ownEnds, ends, isOwnEnd),
    hookFailures: Math.max(before.hookFailures, failedHook ? endedInstances(status) - past : 0),
    lastEnd: ends.at(-1)?.end ?? before.lastEnd,
    pulls: rememberPulls(before.pulls, status, { image, events: seen.events, now: seen.now }),
  };
}

const hasRun = ({ reason }: Terminated): boolean => !START_ERRORS.has(reason);

const isOomKill = ({ reason }: Terminated): boolean => reason === "OOMKilled";

/** The kubelet stops a container by SIGTERM, and by SIGKILL when its grace is over. */
const isOwnEnd = (end: Terminated): boolean =>
  isOomKill(end) || (end.exitCode !== 143 && end.exitCode !== 137);

function noteEnds(
  known: readonly number[],
  ends: ReturnType<typeof endsOf>,
  isSuch: (end: Terminated) => boolean,
): readonly number[] {
  const indexes = ends.filter(({ end }) => isSuch(end)).map(({ index }) => index);
  return [...new Set([...known, ...indexes])].sort((a, b) => a - b);
}

function rememberEnded(
  memory: Memory,
  pods: readonly Pod[],
  events: ReadonlyMap<string, readonly KubeEvent[]>,
  now: number,
): Memory["ended"] {
  const ended = pods.flatMap((pod) => {
    if (memory.ended[pod.uid] !== undefined || memory.history.over[pod.uid] === true) return [];
    if (pod.phase === "Failed") {
      return [[pod.uid, { pod, reason: pod.reason, message: pod.message, since: now }] as const];
    }
    const evicted = events.get(pod.uid)?.find(({ reason }) => reason === "Evicted");
    if (evicted === undefined || isHistory(memory.history, evicted)) return [];
    return [[pod.uid, { pod, reason: "Evicted", message: evicted.message, since: now }] as const];
  });
  return ended.length === 0 ? memory.ended : { ...memory.ended, ...Object.fromEntries(ended) };
}
