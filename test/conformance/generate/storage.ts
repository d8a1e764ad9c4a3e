import type { KubernetesObject, V1PodSpec } from "@kubernetes/client-node";
import type { Random } from "../random.ts";
import type { NodePlan, PodPlan, TemplatePlan } from "../scenario.ts";
import { ZONE } from "./nodes.ts";

/** What of storage a scenario has: objects, and templates and pods that use it. */
export interface Storage {
  readonly features: readonly string[];
  readonly objects: readonly KubernetesObject[];
  /** Volumes that every revision has. */
  readonly always: readonly string[];
  /** Volumes that only the change brings. */
  readonly added: readonly string[];
  /** Volumes of others. */
  readonly theirs: readonly string[];
}

interface Claim {
  readonly kind: string;
  readonly objects: (name: string) => readonly KubernetesObject[];
}

const MODES = ["ReadWriteOnce", "ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany", "ReadOnlyMany"];

/** G6: a claim or two: zonal, of one node, of one pod, waiting for its first consumer, unbound, or missing. */
export function storageOf(random: Random, nodes: readonly NodePlan[]): Storage {
  const names = random.chance(0.2) ? ["data", "logs"] : ["data"];
  const claims = names.map((name) => ({ name, claim: claimOf(random, nodes), late: random.chance(0.4) }));
  return {
    features: [...new Set(claims.map(({ claim }) => `claim:${claim.kind}`))],
    objects: claims.flatMap(({ name, claim }) => claim.objects(name)),
    always: claims.filter(({ late }) => !late).map(({ name }) => name),
    added: claims.filter(({ late }) => late).map(({ name }) => name),
    theirs: claims.filter(({ claim }) => claim.kind === "attached").map(({ name }) => theirs(name)),
  };
}

/** The template with these claims mounted. */
export const mounted = (template: TemplatePlan, claims: readonly string[]): TemplatePlan => ({
  ...template,
  spec: { ...template.spec, ...volumesOf(claims, template.spec) },
});

/** The claim of others beside one of ours. */
const theirs = (name: string) => `${name}-of-others`;

/** A pod of others that uses a claim of ours, or one of its own. */
export function sharing(
  random: Random,
  pods: readonly PodPlan[],
  { claims, theirs }: { readonly claims: readonly string[]; readonly theirs: readonly string[] },
): PodPlan[] {
  return pods.map((pod) =>
    pod.namespace === "$ns" && pod.state === "running" && random.chance(0.1 + 0.3 * theirs.length)
      ? {
          ...pod,
          spec: { ...pod.spec, ...volumesOf([random.pick([...claims.slice(0, 1), ...theirs])], pod.spec) },
        }
      : pod,
  );
}

const volumesOf = (claims: readonly string[], spec: V1PodSpec): Partial<V1PodSpec> => ({
  volumes: [
    ...(spec.volumes ?? []),
    ...claims.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
  ],
});

function claimOf(random: Random, nodes: readonly NodePlan[]): Claim {
  const mode = random.pick(MODES);
  const zone = random.pick(["a", "b", "c"]);
  const where = random.chance(0.7)
    ? { key: ZONE, operator: "In", values: random.chance(0.6) ? [zone] : [zone, "d"] }
    : { key: "kubernetes.io/hostname", operator: "In", values: [random.pick(nodes).name] };
  const labels = random.chance(0.2) ? { [ZONE]: random.pick([zone, `${zone}__d`]) } : undefined;
  const volume = (name: string, rest: object): KubernetesObject =>
    ({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: `$pv-${name}`, ...(labels && { labels }) },
      spec: {
        capacity: { storage: "1Gi" },
        accessModes: [mode],
        persistentVolumeReclaimPolicy: "Retain",
        local: { path: `/mnt/${name}` },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [where] }] } },
        ...rest,
      },
    }) as KubernetesObject;
  const claim = (name: string, rest: object): KubernetesObject =>
    ({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name, namespace: "$ns" },
      spec: { accessModes: [mode], resources: { requests: { storage: "1Gi" } }, ...rest },
    }) as KubernetesObject;
  const storageClass = (volumeBindingMode: string): KubernetesObject =>
    ({
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "$local" },
      provisioner: "kubernetes.io/no-provisioner",
      volumeBindingMode,
    }) as KubernetesObject;
  return random.weighted<Claim>([
    [
      5,
      {
        kind: mode === "ReadWriteOncePod" ? "one-pod" : "bound",
        objects: (name) => [
          volume(name, { claimRef: { name, namespace: "$ns" }, storageClassName: "" }),
          claim(name, { volumeName: `$pv-${name}`, storageClassName: "" }),
        ],
      },
    ],
    [
      3,
      {
        kind: "first-consumer",
        objects: (name) => [
          ...(name === "data" ? [storageClass("WaitForFirstConsumer")] : []),
          ...(random.chance(0.7) ? [volume(name, { storageClassName: "$local" })] : []),
          claim(name, { storageClassName: "$local" }),
        ],
      },
    ],
    [
      1,
      {
        kind: "no-provisioner-here",
        objects: (name) => [
          ...(name === "data" ? provisioned(random) : []),
          claim(name, { storageClassName: "$far" }),
        ],
      },
    ],
    [
      2.5,
      {
        kind: "attached",
        objects: (name) => [
          ...attached(name),
          ...attached(theirs(name)),
          ...(name === "data" ? limitsOf(random, nodes) : []),
        ],
      },
    ],
    [1, { kind: "immediate-unbound", objects: (name) => [claim(name, { storageClassName: "nowhere" })] }],
    [1, { kind: "missing", objects: () => [] }],
  ]);
}

/** A class whose volumes cannot be made for any of our nodes: none has its topology, or no room is told to be left. */
function provisioned(random: Random): KubernetesObject[] {
  const full = random.chance(0.5);
  const topology = { matchLabelExpressions: [{ key: ZONE, values: ["nowhere"] }] };
  const storageClass = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "$far" },
    provisioner: "$far.example.com",
    volumeBindingMode: "WaitForFirstConsumer",
    ...(!full && { allowedTopologies: [topology] }),
  };
  const driver = {
    apiVersion: "storage.k8s.io/v1",
    kind: "CSIDriver",
    metadata: { name: "$far.example.com" },
    spec: { storageCapacity: full },
  };
  return [storageClass, ...(full || random.chance(0.5) ? [driver] : [])] as KubernetesObject[];
}

/** A volume of a driver that attaches so many to a node and no more. */
function attached(name: string): KubernetesObject[] {
  const metadata = { name: `$pv-${name}` };
  const accessModes = ["ReadWriteMany"];
  const volume = {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata,
    spec: {
      capacity: { storage: "1Gi" },
      accessModes,
      persistentVolumeReclaimPolicy: "Retain",
      storageClassName: "",
      csi: { driver: "$disk.example.com", volumeHandle: `$handle-${name}` },
      claimRef: { name, namespace: "$ns" },
    },
  };
  const claim = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, namespace: "$ns" },
    spec: {
      accessModes,
      storageClassName: "",
      volumeName: metadata.name,
      resources: { requests: { storage: "1Gi" } },
    },
  };
  return [volume, claim] as KubernetesObject[];
}

/** How many volumes the driver attaches to nodes. */
function limitsOf(random: Random, nodes: readonly NodePlan[]): KubernetesObject[] {
  const limits = random.some(nodes, 0.85).map((node) => ({
    apiVersion: "storage.k8s.io/v1",
    kind: "CSINode",
    metadata: { name: node.name },
    spec: {
      drivers: [
        {
          name: "$disk.example.com",
          nodeID: node.name,
          topologyKeys: [],
          ...(random.chance(0.9) && { allocatable: { count: random.int(1, 2) } }),
        },
      ],
    },
  }));
  return limits as KubernetesObject[];
}
