import { toSchedulerIntegers } from "../../../src/core/capacity/requests.ts";
import type { Snapshot } from "../../../src/core/capacity/verdict.ts";
import { NO_AUTOSCALING } from "../../../src/core/model/autoscaling.ts";
import { instant } from "../../../src/core/model/instant.ts";
import type { Pod } from "../../../src/core/model/pod.ts";
import type { Container, PodSpec, Template } from "../../../src/core/model/pod-spec.ts";
import type { Quantities, Resources } from "../../../src/core/model/resources.ts";
import type { Node, PlacedPod } from "../../../src/core/model/room.ts";
import { NO_STORAGE } from "../../../src/core/model/storage.ts";
import type { ReplicaSet, Strategy, Target, Workload } from "../../../src/core/model/workload.ts";
import { parseQuantity } from "../../../src/core/quantity.ts";
import { plainContainer, plainPod, plainReplicaSet, plainSpec, plainWorkload } from "../plain.ts";

export const NOW = instant(1_700_000_000_000);

type Texts = Readonly<Record<string, string>>;

export const quantities = (texts: Texts): Quantities =>
  new Map(Object.entries(texts).map(([name, text]) => [name, parseQuantity(text)]));

const resources = (texts: Texts): Resources => toSchedulerIntegers(quantities(texts));

export const container = (requests: Texts, extra: Partial<Container> = {}): Container => ({
  ...plainContainer,
  name: "app",
  image: "app:1",
  requests: quantities(requests),
  ...extra,
});

export const podSpec = (requests: Texts, extra: Partial<PodSpec> = {}): PodSpec => ({
  ...plainSpec,
  containers: [container(requests)],
  ...extra,
});

export const node = (name: string, { pods = "110", ...rest }: Texts, extra: Partial<Node> = {}): Node => ({
  name,
  labels: { "kubernetes.io/hostname": name },
  taints: [],
  unschedulable: false,
  allocatable: new Map([...resources(rest), ["pods", Number(pods)]]),
  ...extra,
});

export const placed = (nodeName: string, requests: Texts, extra: Partial<PlacedPod> = {}): PlacedPod => ({
  namespace: "shop",
  name: "pod",
  labels: {},
  ownerUid: undefined,
  nodeName,
  nominatedNodeName: undefined,
  requests: resources(requests),
  hostPorts: [],
  priority: 0,
  deletedAt: undefined,
  ready: true,
  daemon: false,
  repels: [],
  ...extra,
});

/** A pod of the workload that no node has taken yet. */
export const waitingPod = (ownerUid: string, spec: PodSpec): Pod => ({
  ...plainPod,
  name: "web-waiting",
  uid: "uid-web-waiting",
  ownerUid,
  createdAt: NOW,
  spec,
});

export const OLD = "uid-old";
export const FRESH = "uid-fresh";

/** `count` pods of the old ReplicaSet on a node. */
export const olds = (
  nodeName: string,
  count: number,
  requests: Texts,
  extra: Partial<PlacedPod> = {},
): PlacedPod[] =>
  Array.from({ length: count }, (_, index) =>
    placed(nodeName, requests, { name: `web-old-${nodeName}-${index}`, ownerUid: OLD, ...extra }),
  );

export const replicaSet = (uid: string, replicas: number, extra: Partial<ReplicaSet> = {}): ReplicaSet => ({
  ...plainReplicaSet,
  name: uid,
  uid,
  templateJson: uid === FRESH ? NEXT : '{"image":"app:1"}',
  replicas,
  availableReplicas: replicas,
  statusReplicas: replicas,
  createdAt: instant(NOW - 3_600_000),
  ...extra,
});

export const rolling = (surge: number | string, unavailable: number | string): Strategy => ({
  kind: "RollingUpdate",
  maxSurge: toIntOrPercent(surge),
  maxUnavailable: toIntOrPercent(unavailable),
});

const toIntOrPercent = (value: number | string) =>
  typeof value === "number"
    ? ({ kind: "int", value } as const)
    : ({ kind: "percent", value: Number.parseInt(value, 10) } as const);

const NEXT = '{"image":"app:2"}';

export interface Scenario {
  readonly replicas: number;
  readonly strategy?: Strategy;
  readonly nodes: readonly Node[];
  readonly pods?: readonly PlacedPod[];
  readonly pod: PodSpec;
  readonly replicaSets?: readonly ReplicaSet[];
  readonly waiting?: readonly Pod[];
  readonly snapshot?: Partial<Snapshot>;
  readonly unchanged?: boolean;
}

/** The three arguments of `checkCapacity`; by default one old ReplicaSet that wants what is placed of it. */
export const scenario = (given: Scenario): [Snapshot, Target, Template] => {
  const { replicas, nodes, pods = [], pod, strategy = rolling("25%", "25%") } = given;
  const old = pods.filter(({ ownerUid, deletedAt }) => ownerUid === OLD && deletedAt === undefined).length;
  const current: Template = { json: '{"image":"app:1"}', labels: { app: "web" }, spec: pod };
  const next: Template = given.unchanged ? current : { ...current, json: NEXT };
  const snapshot: Snapshot = {
    minor: 36,
    at: NOW,
    pod,
    admission: { kind: "admitted" },
    nodes,
    pods,
    labels: next.labels,
    namespaceLabels: new Map(),
    storage: NO_STORAGE,
    quotas: [],
    autoscaling: NO_AUTOSCALING,
    gaps: [],
    ...given.snapshot,
  };
  const target: Target = {
    workload: workload(replicas, strategy, current),
    replicaSets: given.replicaSets ?? [replicaSet(OLD, old)],
    pods: given.waiting ?? [],
  };
  return [snapshot, target, next];
};

const workload = (replicas: number, strategy: Strategy, template: Template): Workload => ({
  ...plainWorkload,
  uid: "uid-web",
  replicas,
  strategy,
  template,
  status: { replicas, updatedReplicas: replicas, availableReplicas: replicas },
});
