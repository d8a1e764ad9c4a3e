import type { KubeEvent } from "../../src/core/model/event.ts";
import { instant } from "../../src/core/model/instant.ts";
import type { ContainerStatus, Pod } from "../../src/core/model/pod.ts";
import type { Container, PodSpec } from "../../src/core/model/pod-spec.ts";
import type { ReplicaSet, Workload } from "../../src/core/model/workload.ts";

/*
 * Objects with nothing special in them. The builders of each area say what is otherwise there.
 */

export const plainContainer: Container = {
  name: "web",
  role: "app",
  image: "shop/web:2",
  requests: new Map(),
  limits: new Map(),
  hostPorts: [],
  startupProbe: undefined,
  livenessProbe: undefined,
  readinessProbe: undefined,
  terminationMessagePolicy: "File",
};

export const plainSpec: PodSpec = {
  containers: [],
  podRequests: new Map(),
  podLimits: new Map(),
  overhead: new Map(),
  nodeName: undefined,
  nodeSelector: {},
  nodeAffinity: undefined,
  podAffinity: [],
  podAntiAffinity: [],
  topologySpread: [],
  tolerations: [],
  volumes: [],
  schedulerName: "default-scheduler",
  priority: 0,
  preemptionPolicy: "PreemptLowerPriority",
  readinessGates: [],
  schedulingGates: [],
  storageLimited: false,
  unmodelled: [],
};

export const plainStatus: ContainerStatus = {
  name: "web",
  role: "app",
  image: "",
  imageID: "",
  ready: false,
  started: false,
  restartCount: 0,
  state: { kind: "waiting", reason: "ContainerCreating", message: "" },
  lastState: undefined,
};

export const plainPod: Pod = {
  name: "web-new-1",
  uid: "uid of web-new-1",
  ownerUid: undefined,
  createdAt: instant(0),
  deletedAt: undefined,
  phase: "Pending",
  reason: "",
  message: "",
  nodeName: undefined,
  nominatedNodeName: undefined,
  conditions: [],
  containers: [],
  spec: plainSpec,
};

export const plainReplicaSet: ReplicaSet = {
  name: "web-new",
  uid: "rs-new",
  revision: 1,
  templateJson: "{}",
  replicas: 1,
  availableReplicas: 0,
  statusReplicas: 1,
  conditions: [],
  createdAt: instant(0),
};

export const plainWorkload: Workload = {
  kind: "Deployment",
  namespace: "shop",
  name: "web",
  uid: "u-1",
  resourceVersion: "1",
  deletedAt: undefined,
  generation: 1,
  observedGeneration: 1,
  annotations: {},
  revision: 1,
  replicas: 1,
  paused: false,
  strategy: { kind: "Recreate" },
  minReadySeconds: 0,
  selector: [],
  template: { json: "{}", labels: {}, spec: plainSpec },
  status: { replicas: 1, updatedReplicas: 1, availableReplicas: 0 },
  conditions: [],
};

export const plainEvent: KubeEvent = {
  uid: "event",
  type: "Warning",
  reason: "",
  message: "",
  count: 1,
  firstSeen: instant(0),
  lastSeen: instant(0),
  regarding: { kind: "Pod", name: "web-new-1", uid: "uid of web-new-1" },
  container: undefined,
};
