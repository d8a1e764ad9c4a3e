import type { KubeEvent } from "../model/event.ts";
import type { ContainerStatus, Pod } from "../model/pod.ts";
import type { Container, ContainerRole } from "../model/pod-spec.ts";
import type { ReplicaSet, Workload } from "../model/workload.ts";
import { replicaSetOf } from "../replica-set.ts";
import type { Goal, Observation } from "../rollout/rollout.ts";
import { withoutLog } from "./container-ends.ts";
import type { LogExcerpt } from "./finding.ts";
import { countSince } from "./history.ts";
import { lostNodeOf } from "./lost-node.ts";
import { type ContainerMemory, type Memory, memoryOf } from "./memory.ts";
import { isOver, isReady } from "./pod-state.ts";

/** One container of a new pod: what the template says, what the kubelet says, and what was seen of it before. */
export interface SeenContainer {
  readonly name: string;
  readonly role: ContainerRole;
  readonly spec: Container;
  /** `undefined` until the kubelet reports it. */
  readonly status: ContainerStatus | undefined;
  readonly events: readonly KubeEvent[];
  readonly memory: ContainerMemory;
  /** Log of an instance that ended. */
  readonly log: LogExcerpt | undefined;
}

/** How far a pod has come. 0: it has no node; 1: it has one; 2: all its containers run; 3: it is ready. */
type Stage = 0 | 1 | 2 | 3;

/** One pod of the new revision that no deletion has begun for. */
export interface SeenPod {
  readonly pod: Pod;
  readonly events: readonly KubeEvent[];
  readonly containers: readonly SeenContainer[];
  readonly isReady: boolean;
  /** The word that its node is lost, as long as nothing newer is known. */
  readonly lostNode: KubeEvent | undefined;
  /** Ended for good (phase Failed or Succeeded), or on a lost node: its containers say nothing any more. */
  readonly isSilent: boolean;
  readonly stage: Stage;
}

/** The new revision as the causes see it, pods sorted by name. */
export interface Scene {
  readonly goal: Goal;
  /** Milliseconds of watched time. */
  readonly now: number;
  readonly workload: Workload;
  readonly replicaSet: ReplicaSet | undefined;
  readonly pods: readonly SeenPod[];
  /** Events of the new ReplicaSet itself. */
  readonly events: readonly KubeEvent[];
  readonly memory: Memory;
}

/** What is known of the new revision, put together once per observation. */
export function sceneOf(parts: {
  readonly goal: Goal;
  readonly observation: Observation;
  readonly workload: Workload;
  readonly memory: Memory;
  readonly logs: ReadonlyMap<string, LogExcerpt>;
  readonly now: number;
}): Scene {
  const { goal, observation, workload, memory, logs, now } = parts;
  const replicaSet = replicaSetOf(goal.templateJson, observation.replicaSets);
  const events = eventsBySubject(observation.events, memory);
  const pods = newPodsOf(replicaSet, observation).map((pod) => {
    const ofPod = events.get(pod.uid) ?? [];
    return toSeenPod(pod, ofPod, { goal, memory, logs });
  });
  return {
    goal,
    now,
    workload,
    replicaSet,
    pods,
    events: events.get(replicaSet?.uid ?? "") ?? [],
    memory,
  };
}

/** Pods of the new revision. One whose deletion has begun counts for nothing any more. */
export function newPodsOf(
  replicaSet: ReplicaSet | undefined,
  { pods }: Pick<Observation, "pods">,
): readonly Pod[] {
  if (replicaSet === undefined) return [];
  return pods.filter((pod) => pod.ownerUid === replicaSet.uid && pod.deletedAt === undefined);
}

/** Events by the uid of their subject, their counts without what happened before the watch began. */
function eventsBySubject(events: readonly KubeEvent[], memory: Memory): ReadonlyMap<string, KubeEvent[]> {
  const bySubject = new Map<string, KubeEvent[]>();
  for (const event of events) {
    const count = countSince(memory.history, event);
    if (count <= 0) continue;
    const known = bySubject.get(event.regarding.uid);
    if (known === undefined) bySubject.set(event.regarding.uid, [{ ...event, count }]);
    else known.push({ ...event, count });
  }
  return bySubject;
}

function toSeenPod(
  pod: Pod,
  events: readonly KubeEvent[],
  { goal, memory, logs }: Pick<Scene, "goal" | "memory"> & { readonly logs: ReadonlyMap<string, LogExcerpt> },
): SeenPod {
  const containers = pod.spec.containers.map((spec) => ({
    name: spec.name,
    role: spec.role,
    spec,
    status: pod.containers.find(({ name }) => name === spec.name),
    events: events.filter(({ container }) => container === spec.name),
    memory: toTell(memoryOf(memory, pod.uid, spec.name), spec, goal),
    log: logs.get(`${pod.name}/${spec.name}`),
  }));
  const lostNode = lostNodeOf(pod, events);
  return {
    pod,
    events,
    containers,
    isReady: isReady(pod),
    lostNode,
    isSilent: isOver(pod) || lostNode !== undefined,
    stage: stageOf(pod, containers),
  };
}

/** What may be told of a container: nothing out of its log where logs may not be read. */
const toTell = (memory: ContainerMemory, spec: Container, { readLogs }: Goal): ContainerMemory =>
  readLogs || memory.lastEnd === undefined
    ? memory
    : { ...memory, lastEnd: withoutLog(memory.lastEnd, spec) };

function stageOf(pod: Pod, containers: readonly SeenContainer[]): Stage {
  if (isReady(pod)) return 3;
  const lasting = containers.filter(({ role }) => role !== "init");
  if (lasting.every(({ status }) => status?.state.kind === "running")) return 2;
  return pod.nodeName === undefined ? 0 : 1;
}

/** A container with the pod that it is in. */
export interface Place {
  readonly seen: SeenPod;
  readonly container: SeenContainer;
}

/** All containers of pods that live, in the order of pods and of their start. */
export function placesOf({ pods }: Pick<Scene, "pods">): readonly Place[] {
  return pods
    .filter(({ isSilent }) => !isSilent)
    .flatMap((seen) => seen.containers.map((container) => ({ seen, container })));
}

/** Reason and message of a container that waits; `undefined` for all others. */
export function waitingOf({
  status,
}: SeenContainer): { readonly reason: string; readonly message: string } | undefined {
  return status?.state.kind === "waiting" ? status.state : undefined;
}

/** How the report calls a container: `init container migrate`. */
export function titleOf({ name, role }: Pick<SeenContainer, "name" | "role">): string {
  const kind = { app: "container", init: "init container", sidecar: "sidecar" }[role];
  return `${kind} ${name}`;
}
