import type { V1Deployment, V1Node, V1Pod, V1Taint } from "@kubernetes/client-node";

/** A node to make; quantities as Kubernetes writes them. */
export interface NodeOptions {
  readonly name: string;
  /** Allocatable, to the digit. Default `4`. */
  readonly cpu?: string;
  /** Default `16Gi`. */
  readonly memory?: string;
  /** Default 110. */
  readonly pods?: number;
  /** Further allocatable resources: `ephemeral-storage`, `nvidia.com/gpu`. */
  readonly resources?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly V1Taint[];
  /** Cordoned. */
  readonly unschedulable?: boolean;
  /**
   * Who plays its pods: our scripted kubelet (the default), or kwok, which makes every pod Ready at once, also
   * thousands of them, but knows no behaviours and no logs.
   */
  readonly kubelet?: "scripted" | "kwok";
}

/** The node as its kubelet registers it, Ready. */
export function nodeOf(options: NodeOptions, kubeletPort: number): V1Node {
  const allocatable = {
    cpu: options.cpu ?? "4",
    memory: options.memory ?? "16Gi",
    pods: String(options.pods ?? 110),
    ...options.resources,
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: options.name,
      labels: {
        "kubernetes.io/hostname": options.name,
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/os": "linux",
        ...options.labels,
      },
      ...(options.kubelet === "kwok" && { annotations: { "kwok.x-k8s.io/node": "fake" } }),
    },
    spec: { taints: [...(options.taints ?? [])], unschedulable: options.unschedulable ?? false },
    status: {
      allocatable,
      capacity: allocatable,
      addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
      daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
      conditions: [{ type: "Ready", status: "True", reason: "KubeletReady" }],
    },
  };
}

/** What a fixture pod or Deployment can differ in. */
export interface WorkloadOptions {
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  /** Default `web`, as in the recordings. */
  readonly container?: string;
  /** CPU request. Default `100m`. */
  readonly cpu?: string;
  /** Labels that a node must have: the node pool of a shared cluster. */
  readonly nodeSelector?: Readonly<Record<string, string>>;
}

/** A Deployment with one container. */
export function deployment(options: WorkloadOptions & { readonly replicas?: number }): V1Deployment {
  const labels = { app: options.name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: options.name, namespace: options.namespace },
    spec: {
      replicas: options.replicas ?? 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec(options) },
    },
  };
}

/** A pod that takes its request on one node, without the scheduler's leave. */
export function filler(node: string, cpu: string, namespace: string): V1Pod {
  const name = `filler-${crypto.randomUUID().slice(0, 8)}`;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      ...podSpec({ name, namespace, image: "registry.k8s.io/pause:3.10", container: "pause", cpu }),
      nodeName: node,
    },
  };
}

function podSpec(options: WorkloadOptions) {
  return {
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: false,
    nodeSelector: { ...options.nodeSelector },
    containers: [
      {
        name: options.container ?? "web",
        image: options.image,
        resources: { requests: { cpu: options.cpu ?? "100m" } },
      },
    ],
  };
}
