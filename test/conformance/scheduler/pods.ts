import type {
  V1Affinity,
  V1Container,
  V1LabelSelector,
  V1NodeSelectorTerm,
  V1Pod,
  V1PodAffinityTerm,
  V1PodSpec,
  V1Toleration,
  V1TopologySpreadConstraint,
} from "@kubernetes/client-node";
import type { Random } from "../random.ts";

export const NAMESPACES = ["shop", "other"] as const;
export const GPU = "example.com/gpu";
const APPS = ["web", "db", "cache"];
const KEYS = ["zone", "zone", "kubernetes.io/hostname", "rack"];
const START = Date.parse("2024-01-01T00:00:00Z");

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** A pod on a node, or one that is leaving it. No two start at once: of such the scheduler evicts either. */
export function placedPod(random: Random, index: number, nodes: number): V1Pod {
  const name = `p${index}`;
  const leaves = random.chance(0.12);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...{ name, uid: name, namespace: random.pick(["shop", ...NAMESPACES]), labels: labelsOf(random) },
      ...(leaves && { deletionTimestamp: "2024-01-02T00:00:00Z" as never, finalizers: ["example.com/hold"] }),
    },
    spec: {
      nodeName: `n${random.int(0, nodes - 1)}`,
      priority: random.pick([0, 0, 0, -5, 10]),
      affinity: neighbours(random, 0.15),
      ...containersOf(random),
    },
    status: {
      phase: "Running",
      startTime: new Date(START + random.int(0, 5) * 60_000 + index * 1000).toISOString() as never,
    },
  };
}

/** A pod that was promised a node; its gates keep it from being tried. */
export const nominatedPod = (random: Random, name: string, nodes: number): V1Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, uid: name, namespace: random.pick(NAMESPACES), labels: labelsOf(random) },
  spec: {
    schedulerName: "default-scheduler",
    schedulingGates: [{ name: "example.com/wait" }],
    priority: random.pick([0, 5, 10]),
    affinity: neighbours(random, 0.2),
    ...containersOf(random),
  },
  status: { phase: "Pending", nominatedNodeName: `n${random.int(0, nodes - 1)}` },
});

/** The pod to come, with whatever may decide where it goes. */
export function incomingPod(random: Random, nodes: number): V1Pod {
  const affinity = neighbours(random, 0.3);
  const nodeSelectorTerms = times(random.int(1, 2), () => nodeTerm(random, nodes));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...{ name: "new", uid: "new", namespace: "shop" },
      labels: { app: random.pick(["web", "web", "db"]), v: "1" },
    },
    spec: {
      schedulerName: "default-scheduler",
      priority: random.pick([0, 0, 5]),
      ...(random.chance(0.1) && { preemptionPolicy: "Never" }),
      affinity: {
        ...affinity,
        ...(random.chance(0.25) && {
          nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
        }),
      },
      tolerations: random.some(
        times(random.int(0, 2), () => tolerationOf(random)),
        0.5,
      ),
      ...(random.chance(0.1) && { nodeSelector: { zone: random.pick(["a", "b"]) } }),
      ...(random.chance(0.4) && {
        topologySpreadConstraints: times(random.int(1, 2), () => spreadOf(random)),
      }),
      ...containersOf(random),
    },
    status: { phase: "Pending" },
  };
}

/** Selects some pods, all, or none. */
export function selectorOf(random: Random): V1LabelSelector | undefined {
  const app = random.pick(APPS);
  return random.weighted<V1LabelSelector | undefined>([
    [8, undefined],
    [9, {}],
    [17, { matchExpressions: [{ key: "app", operator: random.pick(["In", "NotIn"]), values: [app] }] }],
    [
      6,
      {
        matchExpressions: [
          { key: random.pick(["app", "v"]), operator: random.pick(["Exists", "DoesNotExist"]) },
        ],
      },
    ],
    [60, { matchLabels: { app } }],
  ]);
}

const labelsOf = (random: Random) => ({
  app: random.pick(APPS),
  ...(random.chance(0.5) && { v: random.pick(["1", "2"]) }),
});

function containersOf(random: Random): Pick<V1PodSpec, "containers" | "initContainers" | "overhead"> {
  return {
    containers: times(random.int(1, 2), (index) => containerOf(random, `c${index}`, 0.1)),
    ...(random.chance(0.2) && {
      initContainers: times(random.int(1, 2), (index) => ({
        ...containerOf(random, `i${index}`, 0),
        ...(random.chance(0.5) && { restartPolicy: "Always" }),
      })),
    }),
    ...(random.chance(0.05) && { overhead: { cpu: "100m" } }),
  };
}

const containerOf = (random: Random, name: string, ports: number): V1Container => ({
  name,
  image: "registry.example/any:1",
  resources: {
    requests: {
      ...(random.chance(0.8) && { cpu: random.pick(["100m", "250m", "500m", "1", "1500m"]) }),
      ...(random.chance(0.5) && { memory: random.pick(["64Mi", "256Mi", "1Gi", "1500m"]) }),
      ...(random.chance(0.1) && { [GPU]: random.pick(["1", "2"]) }),
      ...(random.chance(0.05) && { "ephemeral-storage": "1Gi" }),
    },
  },
  ...(random.chance(ports) && {
    ports: [
      {
        ...{ containerPort: 80, hostPort: random.pick([80, 81]), protocol: random.pick(["TCP", "UDP"]) },
        ...(random.chance(0.3) && { hostIP: random.pick(["10.0.0.1", "10.0.0.2"]) }),
      },
    ],
  }),
});

function neighbours(random: Random, share: number): V1Affinity {
  const required = () => ({
    requiredDuringSchedulingIgnoredDuringExecution: times(random.int(1, 2), () => termOf(random)),
  });
  return {
    ...(random.chance(share) && { podAffinity: required() }),
    ...(random.chance(share) && { podAntiAffinity: required() }),
  };
}

function termOf(random: Random): V1PodAffinityTerm {
  const labelSelector = selectorOf(random);
  return {
    topologyKey: random.pick(KEYS),
    ...(labelSelector && { labelSelector }),
    ...(random.chance(0.2) && { namespaces: [random.pick(NAMESPACES)] }),
    ...(random.chance(0.2) && {
      namespaceSelector: random.pick<V1LabelSelector>([
        {},
        { matchLabels: { tier: "a" } },
        { matchLabels: { tier: "b" } },
        { matchLabels: { "kubernetes.io/metadata.name": "other" } },
      ]),
    }),
  };
}

function spreadOf(random: Random): V1TopologySpreadConstraint {
  const labelSelector = selectorOf(random);
  const isHard = random.chance(0.9);
  return {
    maxSkew: random.int(1, 2),
    topologyKey: random.pick(["zone", "kubernetes.io/hostname", "rack"]),
    whenUnsatisfiable: isHard ? "DoNotSchedule" : "ScheduleAnyway",
    ...(labelSelector && { labelSelector }),
    ...(isHard && random.chance(0.2) && { minDomains: random.int(1, 4) }),
    ...(random.chance(0.2) && { nodeAffinityPolicy: random.pick(["Ignore", "Honor"]) }),
    ...(random.chance(0.3) && { nodeTaintsPolicy: random.pick(["Ignore", "Honor"]) }),
    ...(random.chance(0.2) && { matchLabelKeys: [random.pick(["v", "nope"])] }),
  };
}

function nodeTerm(random: Random, nodes: number): V1NodeSelectorTerm {
  const expression = random.pick([
    { key: "zone", operator: "In", values: ["a", "b"] },
    { key: "zone", operator: "NotIn", values: ["a"] },
    { key: "rack", operator: "Exists" },
    { key: "rack", operator: "DoesNotExist" },
    { key: "size", operator: "Gt", values: ["2"] },
    { key: "size", operator: "Lt", values: ["3"] },
  ]);
  const field = {
    key: "metadata.name",
    operator: random.pick(["In", "NotIn"]),
    values: [`n${random.int(0, nodes)}`],
  };
  return {
    ...(random.chance(0.7) && { matchExpressions: [expression] }),
    ...(random.chance(0.3) && { matchFields: [field] }),
  };
}

const tolerationOf = (random: Random): V1Toleration => {
  const key = random.pick(["team", "node.kubernetes.io/unschedulable", undefined]);
  return {
    ...(key !== undefined && { key }),
    operator: "Exists",
    ...(random.chance(0.4) && { effect: random.pick(["NoSchedule", "NoExecute"]) }),
  };
};
