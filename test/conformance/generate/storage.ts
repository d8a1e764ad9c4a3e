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
  };
}

/** The template with these claims mounted. */
export const mounted = (template: TemplatePlan, claims: readonly string[]): TemplatePlan => ({
  ...template,
  spec: { ...template.spec, ...volumesOf(claims, template.spec) },
});

/** A pod of others that uses a claim of ours. */
export function sharing(random: Random, pods: readonly PodPlan[], claims: readonly string[]): PodPlan[] {
  return pods.map((pod) =>
    pod.namespace === "$ns" && pod.state === "running" && random.chance(0.1)
      ? { ...pod, spec: { ...pod.spec, ...volumesOf(claims.slice(0, 1), pod.spec) } }
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
    [1, { kind: "immediate-unbound", objects: (name) => [claim(name, { storageClassName: "nowhere" })] }],
    [1, { kind: "missing", objects: () => [] }],
  ]);
}
