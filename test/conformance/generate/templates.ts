import type { V1Container, V1NodeAffinity, V1PodSpec } from "@kubernetes/client-node";
import type { Quantity } from "../../../src/core/model/resources.ts";
import { formatQuantity, parseQuantity } from "../../../src/core/quantity.ts";
import type { Random } from "../random.ts";
import type { NodePlan, TemplatePlan } from "../scenario.ts";
import { EXTENDED } from "./nodes.ts";

/** A template whose pods go to the scenario's nodes only. */
export function templateOf(random: Random): TemplatePlan {
  const cpu = random.pick(["1", "500m", "700m", "250m", "2"]);
  const memory = random.pick([undefined, "128Mi", "512Mi", "1Gi"]);
  return {
    labels: {},
    spec: {
      nodeSelector: { scn: "$scn" },
      containers: [containerOf("web", { cpu, ...(memory !== undefined && { memory }) })],
    },
  };
}

const containerOf = (name: string, requests: Record<string, string>): V1Container => ({
  name,
  image: "registry.example/web:1",
  resources: { requests },
});

/** The same with another image: all that the action itself changes. */
export const withImage = (template: TemplatePlan, image: string): TemplatePlan => ({
  ...template,
  spec: {
    ...template.spec,
    containers: template.spec.containers.map((container) => ({
      ...container,
      image: `registry.example/${image}`,
    })),
  },
});

type Delta = readonly [
  feature: string,
  spec: (spec: V1PodSpec, random: Random, nodes: readonly NodePlan[]) => Partial<V1PodSpec>,
];

const QUANTITIES = ["0.1", "1.5", "100m", "1e0", "0.7", "750m", "1", "1200m", "0.25", "333m", "2"];
const MEMORIES = ["1500m", "1e3", "1Ki", "1e9", "0.5Gi", "1G", "900M", "1536Mi", "123456789"];

/** Another request for each container there is. */
function withRequests(spec: V1PodSpec, requests: () => Record<string, string>): V1PodSpec["containers"] {
  return spec.containers.map((container) => ({
    ...container,
    // A limit of before could be below what is requested now, which the API refuses.
    resources: { ...devicesOf(container), requests: { ...container.resources?.requests, ...requests() } },
  }));
}

function devicesOf({ resources }: V1Container): V1Container["resources"] & object {
  const devices = resources?.limits?.[EXTENDED];
  return devices === undefined ? {} : { limits: { [EXTENDED]: devices } };
}

/** G3: what a change of the template can touch, apart from constraints between pods. */
const DELTAS: readonly Delta[] = [
  ["cpu", (spec, random) => ({ containers: withRequests(spec, () => ({ cpu: random.pick(QUANTITIES) })) })],
  [
    "memory",
    (spec, random) => ({ containers: withRequests(spec, () => ({ memory: random.pick(MEMORIES) })) }),
  ],
  [
    "extended",
    (spec, random) => {
      const amount = random.pick(["1", "2"]);
      const [first, ...rest] = spec.containers;
      if (first === undefined) return {};
      const { requests, limits } = first.resources ?? {};
      const resources = {
        requests: { ...requests, [EXTENDED]: amount },
        limits: { ...limits, [EXTENDED]: amount },
      };
      return { containers: [{ ...first, resources }, ...rest] };
    },
  ],
  [
    "limits-only",
    (spec, random) => ({
      containers: spec.containers.map((container) => ({
        ...container,
        resources: { limits: { cpu: random.pick(QUANTITIES), memory: "64Mi" } },
      })),
    }),
  ],
  [
    "no-requests",
    (spec) => ({ containers: spec.containers.map(({ resources: _, ...container }) => container) }),
  ],
  [
    "second-container",
    (spec, random) => ({
      containers: [
        ...spec.containers,
        containerOf(`helper-${spec.containers.length}`, { cpu: random.pick(QUANTITIES) }),
      ],
    }),
  ],
  [
    "init",
    (_, random) => ({
      initContainers: Array.from({ length: random.int(1, 3) }, (__, index) => ({
        ...containerOf(`init-${index}`, { cpu: random.pick(QUANTITIES) }),
        ...(random.chance(0.5) && { restartPolicy: "Always" }),
      })),
    }),
  ],
  [
    "pod-level",
    (_, random) => ({
      resources: { requests: { cpu: random.pick(["1", "2", "1500m"]) }, limits: { cpu: "3" } },
    }),
  ],
  [
    "tolerations",
    (_, random) => ({
      tolerations: [
        random.pick([
          { operator: "Exists" },
          { key: "dedicated", operator: "Exists" },
          { key: "dedicated", operator: "Equal", value: "db", effect: "NoSchedule" },
          { key: "spot", value: "batch" },
          { key: "node.kubernetes.io/unschedulable", operator: "Exists", effect: "NoSchedule" },
        ]),
      ],
    }),
  ],
  [
    "node-selector",
    (spec, random) => ({ nodeSelector: { ...spec.nodeSelector, disk: random.pick(["ssd", "hdd"]) } }),
  ],
  ["node-affinity", (_, random, nodes) => ({ affinity: { nodeAffinity: nodeAffinityOf(random, nodes) } })],
  [
    "host-port",
    (spec, random) => ({
      containers: spec.containers.map((container, index) => ({
        ...container,
        ports: [
          {
            containerPort: 80,
            hostPort: 8000 + random.int(0, 1) + 10 * index,
            ...(random.chance(0.3) && { hostIP: random.pick(["127.0.0.1", "10.0.0.1"]) }),
            ...(random.chance(0.2) && { protocol: "UDP" }),
          },
        ],
      })),
    }),
  ],
  ["overhead", () => ({ runtimeClassName: "$sandbox" })],
  ["priority", (_, random) => ({ priorityClassName: random.pick(["$high", "$low", "$never"]) })],
  ["scheduling-gate", () => ({ schedulingGates: [{ name: "example.com/wait" }] })],
];

const WEIGHTS: Readonly<Record<string, number>> = {
  cpu: 5,
  memory: 2,
  "scheduling-gate": 0.1,
  "no-requests": 0.6,
  priority: 1.5,
};

/** Adds up to `most` deltas to a template, and tells which. */
export function changed(
  random: Random,
  template: TemplatePlan,
  nodes: readonly NodePlan[],
  most: number,
): { readonly template: TemplatePlan; readonly features: readonly string[] } {
  let { spec } = template;
  const features: string[] = [];
  for (let count = random.int(0, most); count > 0; count -= 1) {
    const [feature, delta] = random.weighted(DELTAS.map((each) => [WEIGHTS[each[0]] ?? 1, each] as const));
    if (features.includes(feature)) continue;
    const added = delta(spec, random, nodes);
    spec = {
      ...spec,
      ...added,
      ...(added.affinity && { affinity: { ...spec.affinity, ...added.affinity } }),
    };
    features.push(feature);
  }
  return { template: { ...template, spec: withPodLevel(spec) }, features };
}

/** What a pod asks for as a whole is no less than what its containers ask for together, or the API refuses it. */
function withPodLevel(spec: V1PodSpec): V1PodSpec {
  const { resources, initContainers = [], containers } = spec;
  if (resources === undefined) return spec;
  const cpu = ({ resources: { requests, limits } = {} }: V1Container) =>
    parseQuantity(requests?.cpu ?? limits?.cpu ?? "0");
  const asked = [...containers, ...initContainers].reduce((sum, container) => sum + cpu(container), 0n);
  const least = formatQuantity({ amount: asked as Quantity, format: "DecimalSI" });
  const [now, limit] = [resources.requests?.cpu ?? "0", resources.limits?.cpu ?? "0"].map(parseQuantity);
  const requests = { ...resources.requests, ...(asked > (now ?? 0n) && { cpu: least }) };
  const limits = { ...resources.limits, ...(asked > (limit ?? 0n) && { cpu: least }) };
  return { ...spec, resources: { requests, limits } };
}

function nodeAffinityOf(random: Random, nodes: readonly NodePlan[]): V1NodeAffinity {
  const expression = () =>
    random.pick([
      { key: "disk", operator: "In", values: [random.pick(["ssd", "hdd"])] },
      { key: "disk", operator: "NotIn", values: ["hdd"] },
      { key: "gen", operator: "Exists" },
      { key: "gen", operator: "DoesNotExist" },
      { key: "gen", operator: "Gt", values: [String(random.int(0, 3))] },
      { key: "gen", operator: "Lt", values: [String(random.int(2, 5))] },
      { key: "gen", operator: "NotIn", values: ["1", "2"] },
      {
        key: "topology.kubernetes.io/zone",
        operator: "In",
        values: random.some(["a", "b", "c"], 0.6).concat("d"),
      },
    ]);
  const field = () => ({
    matchFields: [
      {
        key: "metadata.name",
        operator: random.pick(["In", "In", "NotIn"]),
        values: [random.pick(nodes).name],
      },
    ],
  });
  const terms = Array.from({ length: random.int(1, 2) }, () =>
    random.chance(0.15)
      ? field()
      : { matchExpressions: Array.from({ length: random.int(1, 2) }, expression) },
  );
  return { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } };
}
