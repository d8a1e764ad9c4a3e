import { IMAGE, type Said, stamp, type Wire } from "./objects.ts";

/** What one moment shows of a pod; `at` in seconds since it was created. */
export interface Sign {
  readonly at: number;
  readonly status?: Wire;
  /** `false` while it has no node. */
  readonly placed?: false;
  readonly metadata?: Wire;
  readonly event?: Said;
}

/** How a container stands. */
export interface Stands {
  readonly state: Wire;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly restarts?: number;
  readonly last?: Wire;
}

/** Status of a container in the API's words. */
const container = (name: string, stands: Stands): Wire => ({
  name,
  image: IMAGE,
  imageID: "127.0.0.1:5000/web@sha256:0a",
  ready: stands.ready ?? false,
  started: stands.started ?? stands.state.running !== undefined,
  restartCount: stands.restarts ?? 0,
  state: stands.state,
  lastState: stands.last === undefined ? {} : { terminated: stands.last },
});

export const waiting = (reason: string, message = ""): Wire => ({ waiting: { reason, message } });

export const running = (t: number): Wire => ({ running: { startedAt: stamp(t) } });

export const terminated = (t: number, exitCode: number, more: Wire = {}): Wire => ({
  exitCode,
  reason: exitCode === 0 ? "Completed" : "Error",
  startedAt: stamp(t - 1),
  finishedAt: stamp(t),
  ...more,
});

/** Status of a pod on a node, with its sandbox; `at` is the moment of its conditions. */
export function onNode(at: number, web: Stands, more: { sandbox?: boolean; sidecar?: Stands } = {}): Wire {
  const { sandbox = true, sidecar } = more;
  const isReady = web.ready === true && sidecar?.ready !== false;
  const condition = (type: string, isTrue: boolean): Wire => ({
    type,
    status: isTrue ? "True" : "False",
    lastTransitionTime: stamp(at),
  });
  return {
    phase: web.state.running === undefined ? "Pending" : "Running",
    conditions: [
      condition("PodReadyToStartContainers", sandbox),
      condition("Initialized", sandbox),
      condition("Ready", isReady),
      condition("ContainersReady", isReady),
      condition("PodScheduled", true),
    ],
    ...(sidecar === undefined ? {} : { initContainerStatuses: [container("proxy", sidecar)] }),
    containerStatuses: [container("web", web)],
  };
}

/** Status of a pod that waits for its sandbox or its volumes. */
export const creating = (at: number): Wire =>
  onNode(at, { state: waiting("ContainerCreating") }, { sandbox: false });

/** Status of a pod that found no node. */
export const unplaced = (at: number, message: string): Wire => ({
  phase: "Pending",
  conditions: [
    {
      type: "PodScheduled",
      status: "False",
      reason: "Unschedulable",
      message,
      lastTransitionTime: stamp(at),
    },
  ],
});

/** Status of a pod that its node ended. */
export const failed = (reason: string, message: string): Wire => ({ phase: "Failed", reason, message });

/** Something that an event tells again and again, from the first time on, counted. */
export function told(times: readonly number[], offset: number, said: Said): readonly Sign[] {
  return times.map((at, index) => ({
    at,
    event: { ...said, count: index + 1, first: offset + (times[0] ?? at) },
  }));
}
