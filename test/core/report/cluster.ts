import type { Condition } from "../../../src/core/model/condition.ts";
import type { KubeEvent } from "../../../src/core/model/event.ts";
import { instant } from "../../../src/core/model/instant.ts";
import type { ContainerStatus, Pod } from "../../../src/core/model/pod.ts";
import type { ReplicaSet, Workload } from "../../../src/core/model/workload.ts";
import type { Decision, Goal, Observation } from "../../../src/core/rollout/rollout.ts";
import { plainEvent, plainPod, plainReplicaSet, plainStatus, plainWorkload } from "../plain.ts";
import { at } from "./reports.ts";

const OURS = '{"spec":"new"}';

export const workload = (available: number, replicas = 3): Workload => ({
  ...plainWorkload,
  uid: "deployment-uid",
  generation: 2,
  observedGeneration: 2,
  revision: 42,
  replicas,
  template: { ...plainWorkload.template, json: OURS },
  status: { replicas, updatedReplicas: 0, availableReplicas: available },
});

export const replicaSet = (overrides: Partial<ReplicaSet> = {}): ReplicaSet => ({
  ...plainReplicaSet,
  uid: "new-uid",
  revision: 42,
  templateJson: OURS,
  replicas: 3,
  statusReplicas: 3,
  createdAt: at(1),
  ...overrides,
});

export const condition = (type: string, status: string, seconds: number, reason = ""): Condition => ({
  type,
  status,
  reason,
  message: "",
  lastTransition: at(seconds),
  lastUpdate: undefined,
});

export const pod = (name: string, overrides: Partial<Pod> = {}): Pod => ({
  ...plainPod,
  name,
  uid: `uid of ${name}`,
  ownerUid: "new-uid",
  createdAt: at(1),
  ...overrides,
});

export const container = (overrides: Partial<ContainerStatus> = {}): ContainerStatus => ({
  ...plainStatus,
  ...overrides,
});

export const kubeEvent = (uid: string, about: string, overrides: Partial<KubeEvent> = {}): KubeEvent => ({
  ...plainEvent,
  uid,
  reason: "BackOff",
  message: `Back-off restarting failed container web in pod ${about}_shop(uid of ${about})`,
  firstSeen: at(2),
  lastSeen: at(2),
  regarding: { kind: "Pod", name: about, uid: `uid of ${about}` },
  ...overrides,
});

export const goal = (overrides: Partial<Goal> = {}): Goal => ({
  direction: "forward",
  ref: { kind: "Deployment", namespace: "shop", name: "web" },
  uid: "deployment-uid",
  templateJson: OURS,
  generation: 2,
  since: at(0.5),
  replicasBefore: 3,
  progressedAt: undefined,
  images: new Map(),
  timeoutMs: 900_000,
  stableForMs: 0,
  readinessPatienceMs: "auto",
  readLogs: true,
  autoscaled: false,
  room: [],
  ...overrides,
});

export const observation = (seconds: number, overrides: Partial<Observation> = {}): Observation => ({
  at: at(seconds),
  freshAt: instant(at(seconds)),
  workload: workload(3),
  replicaSets: [replicaSet()],
  pods: [],
  events: [],
  logs: [],
  ...overrides,
});

export const WAIT: Decision = { kind: "wait", waitingFor: "3 of 3 new pods", asks: [] };
