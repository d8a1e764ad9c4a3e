import type { KubernetesObject, V1LimitRangeItem, V1PodSpec } from "@kubernetes/client-node";

/** A template, and the objects that admission finds beside it. */
export interface Shape {
  readonly name: string;
  readonly spec: object;
  /** Items of one LimitRange of the namespace. */
  readonly limits?: readonly V1LimitRangeItem[];
}

type Texts = Readonly<Record<string, string>>;

const web = (resources: object = {}, extra: object = {}) => ({
  name: "web",
  image: "web:1",
  resources,
  ...extra,
});
const of = (resources: object, extra: Partial<V1PodSpec> = {}) => ({
  containers: [web(resources)],
  ...extra,
});
const init = (name: string, requests: Texts, extra: object = {}) => ({
  name,
  image: "init:1",
  resources: { requests },
  ...extra,
});
const item = (lists: object, type = "Container") => ({ type, ...lists }) as V1LimitRangeItem;
const CPU = { requests: { cpu: "100m" } };

/** Classes that the shapes name; cluster-wide, so named apart. */
export const CLASSES: readonly KubernetesObject[] = [
  {
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: { name: "shape-high" },
    value: 1000,
    preemptionPolicy: "Never",
  } as KubernetesObject,
  {
    apiVersion: "node.k8s.io/v1",
    kind: "RuntimeClass",
    metadata: { name: "shape-sandbox" },
    handler: "sandbox",
    overhead: { podFixed: { cpu: "250m", memory: "120Mi" } },
    scheduling: {
      nodeSelector: { sandbox: "yes" },
      tolerations: [{ key: "sandbox", operator: "Exists", effect: "NoSchedule" }],
    },
  } as KubernetesObject,
  {
    apiVersion: "node.k8s.io/v1",
    kind: "RuntimeClass",
    metadata: { name: "shape-plain" },
    handler: "plain",
  } as KubernetesObject,
];

/** What a template can leave to admission, or be refused for. */
export const SHAPES: readonly Shape[] = [
  { name: "nothing", spec: of({}) },
  { name: "requests only", spec: of(CPU) },
  { name: "limits only", spec: of({ limits: { cpu: "2", memory: "1Gi", "ephemeral-storage": "2Gi" } }) },
  { name: "some limits", spec: of({ requests: { cpu: "1" }, limits: { cpu: "2", memory: "1Gi" } }) },
  {
    name: "odd quantities",
    spec: of({ requests: { cpu: "0.5", memory: "1.5Gi" }, limits: { memory: "2G" } }),
  },
  { name: "finer than a thousandth", spec: of({ requests: { cpu: "1500u", memory: "1000m" } }) },
  { name: "exponents", spec: of({ requests: { cpu: "2e0", memory: "1e9" } }) },
  { name: "decimal memory", spec: of({ requests: { memory: "128M" } }) },
  {
    name: "two containers of two notations",
    spec: {
      containers: [
        web({ requests: { memory: "64Mi" } }),
        { name: "side", image: "s:1", resources: { requests: { memory: "100M" } } },
      ],
    },
  },
  {
    name: "an init container that needs more",
    spec: { ...of({ requests: { memory: "64Mi" } }), initContainers: [init("first", { memory: "1G" })] },
  },
  {
    name: "a sidecar before an init container",
    spec: {
      ...of(CPU),
      initContainers: [
        init("proxy", { cpu: "1" }, { restartPolicy: "Always" }),
        init("first", { cpu: "3", memory: "1Gi" }),
      ],
    },
  },
  { name: "an extended resource", spec: of({ limits: { "example.com/device": "2" } }) },
  { name: "huge pages", spec: of({ requests: { cpu: "1" }, limits: { "hugepages-2Mi": "4Mi" } }) },
  {
    name: "the host's network",
    spec: {
      hostNetwork: true,
      containers: [web(CPU, { ports: [{ containerPort: 8080 }, { containerPort: 53, protocol: "UDP" }] })],
    },
  },
  {
    name: "a host port",
    spec: { containers: [web(CPU, { ports: [{ containerPort: 80, hostPort: 8080 }] })] },
  },
  { name: "a priority class", spec: of(CPU, { priorityClassName: "shape-high" }) },
  { name: "a system's priority class", spec: of(CPU, { priorityClassName: "system-node-critical" }) },
  { name: "no such priority class", spec: of(CPU, { priorityClassName: "shape-absent" }) },
  { name: "a priority of its own", spec: of(CPU, { priorityClassName: "shape-high", priority: 7 }) },
  {
    name: "a runtime class",
    spec: of(
      { requests: { cpu: "1" }, limits: { cpu: "1" } },
      { runtimeClassName: "shape-sandbox", nodeSelector: { disk: "ssd" } },
    ),
  },
  { name: "a runtime class without overhead", spec: of(CPU, { runtimeClassName: "shape-plain" }) },
  { name: "no such runtime class", spec: of(CPU, { runtimeClassName: "shape-absent" }) },
  {
    name: "a node selector against that of the runtime class",
    spec: of(CPU, { runtimeClassName: "shape-sandbox", nodeSelector: { sandbox: "no" } }),
  },
  {
    name: "tolerations of its own",
    spec: of(CPU, {
      tolerations: [
        {
          key: "node.kubernetes.io/not-ready",
          operator: "Exists",
          effect: "NoExecute",
          tolerationSeconds: 5,
        },
        { key: "sandbox", operator: "Exists", effect: "NoSchedule" },
      ],
      runtimeClassName: "shape-sandbox",
    }),
  },
  { name: "every toleration", spec: of(CPU, { tolerations: [{ operator: "Exists" }] }) },
  {
    name: "resources of the pod's own",
    spec: { ...of(CPU), resources: { limits: { cpu: "2", memory: "1Gi" } } },
  },
  {
    name: "requests of the pod's own",
    spec: { ...of({}), resources: { requests: { cpu: "1", memory: "500M" } } },
  },
  {
    name: "huge pages beside resources of the pod's own",
    spec: {
      ...of({ requests: { cpu: "1" }, limits: { "hugepages-2Mi": "4Mi" } }),
      resources: { limits: { cpu: "2", memory: "1Gi" } },
    },
  },
  {
    name: "defaults of a LimitRange",
    spec: of({}),
    limits: [item({ default: { cpu: "500m", memory: "256M" }, defaultRequest: { cpu: "100m" } })],
  },
  { name: "a maximum as default", spec: of({}), limits: [item({ max: { cpu: "500m" } })] },
  {
    name: "a minimum as default",
    spec: { ...of({}), initContainers: [init("first", {})] },
    limits: [item({ min: { memory: "64Mi" } })],
  },
  {
    name: "a default limit beside limits of its own",
    spec: of({ limits: { memory: "128Mi" } }),
    limits: [item({ default: { cpu: "1", memory: "64Mi" }, defaultRequest: { memory: "32Mi" } })],
  },
  {
    name: "a default limit below the request",
    spec: of({ requests: { cpu: "2", memory: "300M" } }),
    limits: [item({ default: { cpu: "1" } })],
  },
  {
    name: "below the minimum",
    spec: of({ requests: { cpu: "50m" }, limits: { cpu: "1" } }),
    limits: [item({ min: { cpu: "100m" } })],
  },
  {
    name: "above the maximum",
    spec: of({ requests: { memory: "1Gi" }, limits: { memory: "2G" } }),
    limits: [item({ max: { memory: "1Gi" } })],
  },
  {
    name: "above the ratio",
    spec: of({ requests: { cpu: "300m" }, limits: { cpu: "1" } }),
    limits: [item({ maxLimitRequestRatio: { cpu: "3" } })],
  },
  { name: "a ratio of nothing", spec: of({}), limits: [item({ maxLimitRequestRatio: { cpu: "2" } })] },
  {
    name: "a ratio without a limit",
    spec: of(CPU),
    limits: [item({ maxLimitRequestRatio: { cpu: "2" } })],
  },
  {
    name: "a pod below its minimum",
    spec: { ...of(CPU), initContainers: [init("proxy", { cpu: "100m" }, { restartPolicy: "Always" })] },
    limits: [item({ min: { cpu: "300m" } }, "Pod")],
  },
  { name: "a pod without what has a maximum", spec: of(CPU), limits: [item({ max: { cpu: "1" } }, "Pod")] },
  {
    name: "a pod's own resources above the maximum",
    spec: { ...of(CPU), resources: { requests: { cpu: "1" }, limits: { cpu: "3" } } },
    limits: [item({ max: { cpu: "2" } }, "Pod")],
  },
  {
    name: "overhead, which no LimitRange counts",
    spec: of({ requests: { cpu: "1" }, limits: { cpu: "1" } }, { runtimeClassName: "shape-sandbox" }),
    limits: [item({ max: { cpu: "1" } }, "Pod")],
  },
  {
    name: "an exact maximum, for the pod and for the container",
    spec: of({ limits: { cpu: "1" } }),
    limits: [item({ max: { cpu: "1" } }, "Pod"), item({ max: { cpu: "1" }, min: { cpu: "1" } })],
  },
];
