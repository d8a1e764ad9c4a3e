import type { LogExcerpt } from "../../../src/core/diagnosis/finding.ts";
import type { Condition } from "../../../src/core/model/condition.ts";
import type { KubeEvent } from "../../../src/core/model/event.ts";
import { type Instant, instant } from "../../../src/core/model/instant.ts";
import type { ContainerState, ContainerStatus, Pod, Terminated } from "../../../src/core/model/pod.ts";
import type { Container, PodSpec, Probe } from "../../../src/core/model/pod-spec.ts";
import type { ReplicaSet, Workload } from "../../../src/core/model/workload.ts";
import type { Decision, Goal, LogRequest, Observation } from "../../../src/core/rollout/rollout.ts";
import { begin, step } from "../../../src/core/rollout/step.ts";
import {
  plainContainer,
  plainEvent,
  plainPod,
  plainReplicaSet,
  plainSpec,
  plainStatus,
  plainWorkload,
} from "../plain.ts";

/** Wall clock of second 0, in milliseconds. */
const START = 1_700_000_000_000;

/** The instant that many seconds after our write. */
export const at = (seconds: number): Instant => instant(START + seconds * 1000);

const TEMPLATE = '{"spec":"new"}';

export const aProbe = (times: Partial<Probe> = {}): Probe => ({
  initialDelaySeconds: 0,
  periodSeconds: 10,
  failureThreshold: 3,
  ...times,
});

export const aContainer = (container: Partial<Container> = {}): Container => ({
  ...plainContainer,
  ...container,
});

export const aSpec = (spec: Partial<PodSpec> = {}): PodSpec => ({
  ...plainSpec,
  containers: [aContainer()],
  ...spec,
});

export const aCondition = (type: string, status: string, more: Partial<Condition> = {}): Condition => ({
  type,
  status,
  reason: "",
  message: "",
  lastTransition: undefined,
  lastUpdate: undefined,
  ...more,
});

export const running: ContainerState = { kind: "running", startedAt: at(0) };

export const waiting = (reason: string, message = ""): ContainerState => ({
  kind: "waiting",
  reason,
  message,
});

export const ended = (exitCode: number, more: Partial<Terminated> = {}): Terminated => ({
  kind: "terminated",
  reason: exitCode === 0 ? "Completed" : "Error",
  exitCode,
  message: "",
  finishedAt: undefined,
  ...more,
});

export const aStatus = (status: Partial<ContainerStatus> = {}): ContainerStatus => ({
  ...plainStatus,
  image: "shop/web:2",
  started: true,
  state: running,
  ...status,
});

export const aPod = (pod: Partial<Pod> = {}): Pod => ({
  ...plainPod,
  uid: `uid of ${pod.name ?? plainPod.name}`,
  ownerUid: "rs-new",
  createdAt: at(1),
  phase: "Running",
  nodeName: "node-a",
  containers: [aStatus()],
  spec: aSpec(),
  ...pod,
});

/** A pod that the kubelet calls ready. */
export const aReadyPod = (pod: Partial<Pod> = {}): Pod =>
  aPod({ conditions: [aCondition("Ready", "True")], containers: [aStatus({ ready: true })], ...pod });

/** A pod whose one container is in some state. */
export const podIn = (
  state: ContainerState,
  status: Partial<ContainerStatus> = {},
  pod: Partial<Pod> = {},
): Pod => aPod({ containers: [aStatus({ state, ...status })], ...pod });

export const aReplicaSet = (replicaSet: Partial<ReplicaSet> = {}): ReplicaSet => ({
  ...plainReplicaSet,
  revision: 2,
  templateJson: TEMPLATE,
  createdAt: at(1),
  ...replicaSet,
});

export const aWorkload = (
  workload: Partial<Workload> & { spec?: Partial<PodSpec>; available?: number } = {},
): Workload => {
  const { spec, available = 0, ...rest } = workload;
  const replicas = rest.replicas ?? 1;
  return {
    ...plainWorkload,
    generation: 2,
    observedGeneration: 2,
    revision: 2,
    replicas,
    strategy: {
      kind: "RollingUpdate",
      maxSurge: { kind: "int", value: 1 },
      maxUnavailable: { kind: "int", value: 0 },
    },
    template: { json: TEMPLATE, labels: {}, spec: aSpec(spec) },
    status: { replicas, updatedReplicas: replicas, availableReplicas: available },
    ...rest,
  };
};

const aGoal = (goal: Partial<Goal> = {}): Goal => ({
  direction: "forward",
  ref: { kind: "Deployment", namespace: "shop", name: "web" },
  uid: "u-1",
  templateJson: TEMPLATE,
  generation: 2,
  since: at(0),
  replicasBefore: 0,
  progressedAt: at(-1),
  images: new Map([["web", "shop/web:2"]]),
  timeoutMs: 900_000,
  stableForMs: "auto",
  readinessPatienceMs: "auto",
  readLogs: true,
  autoscaled: false,
  room: [],
  ...goal,
});

export const anEvent = (
  reason: string,
  message: string,
  more: Partial<KubeEvent> & { pod?: string } = {},
): KubeEvent => {
  const { pod = plainPod.name, ...rest } = more;
  return {
    ...plainEvent,
    uid: `${reason}/${message}/${pod}`,
    reason,
    message,
    firstSeen: at(1),
    lastSeen: at(1),
    regarding: { kind: "Pod", name: pod, uid: `uid of ${pod}` },
    container: "web",
    ...rest,
  };
};

/** What an observation shows from some second on; what is not named stays as it was. */
export type Scene = Partial<Omit<Observation, "at" | "freshAt" | "logs">> & { readonly second: number };

/** How a play ended: the last decision and its second. */
export interface Played {
  readonly second: number;
  readonly decision: Decision;
  /** Everything that was waited for, in its order. */
  readonly waitedFor: readonly string[];
  readonly asked: readonly LogRequest[];
}

/** Shows scenes to the engine, one step a second and one at each scene, until it decides or the time is over. */
export function play(
  scenes: readonly Scene[],
  options: {
    readonly goal?: Partial<Goal>;
    readonly until?: number;
    /** Lines; or, as a text, the reason why there are none. */
    readonly logs?: (request: LogRequest) => readonly string[] | string | undefined;
    /** Seconds in which the API does not answer. */
    readonly blind?: readonly [from: number, to: number];
    /** Seconds that our clock is ahead of the cluster's. */
    readonly ahead?: number;
  } = {},
): Played {
  const ours = (second: number): Instant => at(second + (options.ahead ?? 0));
  const goal = aGoal({ since: ours(0), ...options.goal });
  const until = options.until ?? 1_000;
  const seconds = new Set([
    ...scenes.map(({ second }) => second),
    ...Array.from({ length: until + 1 }, (_, i) => i),
  ]);
  let state = begin(goal);
  let shown: Omit<Observation, "at" | "freshAt" | "logs"> = {
    workload: aWorkload(),
    replicaSets: [aReplicaSet()],
    pods: [],
    events: [],
  };
  let fresh = 0;
  let logs: LogExcerpt[] = [];
  const waitedFor: string[] = [];
  const asked: LogRequest[] = [];
  let played: Played | undefined;
  for (const second of [...seconds].sort((a, b) => a - b)) {
    const [from, to] = options.blind ?? [Number.POSITIVE_INFINITY, 0];
    if (second <= from || second >= to) fresh = second;
    for (const scene of scenes) {
      if (scene.second === second) {
        const { second: _, ...more } = scene;
        shown = { ...shown, ...more };
      }
    }
    const next = step(goal, state, { ...shown, at: ours(second), freshAt: ours(fresh), logs });
    state = next.state;
    logs = [];
    played = { second, decision: next.decision, waitedFor, asked };
    if (next.decision.kind !== "wait") return played;
    if (waitedFor.at(-1) !== next.decision.waitingFor) waitedFor.push(next.decision.waitingFor);
    asked.push(...next.decision.asks);
    for (const request of next.decision.asks) {
      const answer = options.logs?.(request);
      if (typeof answer === "string") logs.push({ ...request, lines: [], note: answer });
      else if (answer !== undefined) logs.push({ ...request, lines: answer, note: undefined });
    }
  }
  if (played === undefined) throw new Error("nothing was played");
  return played;
}

/** A play's end in one line: `failed ImageNotFound web @14`, `succeeded @30`, `wait @600`. */
export function endOf({ second, decision }: Played): string {
  switch (decision.kind) {
    case "failed": {
      const [{ reason, container }] = decision.causes;
      return ["failed", reason, ...(container === undefined ? [] : [container]), `@${second}`].join(" ");
    }
    case "superseded":
    case "error":
      return `${decision.kind} ${decision.reason} @${second}`;
    default:
      return `${decision.kind} @${second}`;
  }
}
