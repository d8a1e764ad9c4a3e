import {
  type Condition,
  type ContainerStatus,
  instant,
  type KubeEvent,
  type Pod,
  type PodSpec,
  type ReplicaSet,
  type Workload,
} from "../../../src/core/model.ts";
import type { Decision, Goal, Observation } from "../../../src/core/rollout/rollout.ts";
import { at } from "./reports.ts";

const OURS = '{"spec":"new"}';

const spec: PodSpec = {
  containers: [],
  podRequests: new Map(),
  podLimits: new Map(),
  preemptionPolicy: "PreemptLowerPriority",
  overhead: new Map(),
  nodeName: undefined,
  nodeSelector: {},
  nodeAffinity: undefined,
  tolerations: [],
  schedulerName: "default-scheduler",
  priority: 0,
  readinessGates: [],
  schedulingGates: [],
  storageLimited: false,
  unmodelled: [],
};

export const workload = (available: number, replicas = 3): Workload => ({
  kind: "Deployment",
  namespace: "shop",
  name: "web",
  uid: "deployment-uid",
  resourceVersion: "1",
  generation: 2,
  observedGeneration: 2,
  annotations: {},
  revision: 42,
  replicas,
  paused: false,
  strategy: { kind: "Recreate" },
  minReadySeconds: 0,
  selector: [],
  template: { json: OURS, labels: {}, spec },
  status: { replicas, updatedReplicas: 0, availableReplicas: available },
  conditions: [],
});

export const replicaSet = (overrides: Partial<ReplicaSet> = {}): ReplicaSet => ({
  name: "web-new",
  uid: "new-uid",
  revision: 42,
  templateJson: OURS,
  replicas: 3,
  availableReplicas: 0,
  statusReplicas: 3,
  conditions: [],
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
  name,
  uid: `uid of ${name}`,
  ownerUid: "new-uid",
  createdAt: at(1),
  deletedAt: undefined,
  phase: "Pending",
  reason: "",
  message: "",
  nodeName: undefined,
  conditions: [],
  containers: [],
  spec,
  ...overrides,
});

export const container = (overrides: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name: "web",
  role: "app",
  image: "",
  imageID: "",
  ready: false,
  started: false,
  restartCount: 0,
  state: { kind: "waiting", reason: "ContainerCreating", message: "" },
  lastState: undefined,
  ...overrides,
});

export const kubeEvent = (uid: string, about: string, overrides: Partial<KubeEvent> = {}): KubeEvent => ({
  uid,
  type: "Warning",
  reason: "BackOff",
  message: `Back-off restarting failed container web in pod ${about}_shop(uid of ${about})`,
  count: 1,
  firstSeen: at(2),
  lastSeen: at(2),
  regarding: { kind: "Pod", name: about, uid: `uid of ${about}` },
  container: undefined,
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
