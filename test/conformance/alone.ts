import type { KubernetesObject, V1Node, V1Pod } from "@kubernetes/client-node";
import type { Played } from "./play.ts";
import type { World } from "./world.ts";

/** Nodes of other scenarios that nobody can tell apart: to this one they are counts in messages, and domains. */
export interface Others {
  readonly node: V1Node;
  readonly count: number;
}

/** One scenario of a batch, small enough to be kept. */
export interface Alone {
  readonly minor: number;
  readonly played: Played;
  readonly others: readonly Others[];
}

const NODES = "/api/v1/nodes";
const CLUSTER_WIDE = [
  "persistentvolumes",
  "priorityclasses",
  "runtimeclasses",
  "storageclasses",
  "csinodes",
  "csidrivers",
];

/** Takes one scenario out of its batch. */
export function alone(played: Played, id: string, minor: number): Alone {
  const isOurs = ({ metadata }: KubernetesObject) =>
    [`${id}-ns`, `${id}-other`].includes(metadata?.namespace ?? metadata?.name ?? "");
  const collections: Record<string, readonly KubernetesObject[]> = {};
  for (const [path, objects] of Object.entries(played.world.collections)) {
    const clusterWide = CLUSTER_WIDE.some((plural) => path.endsWith(`/${plural}`));
    const kept = objects.filter(
      (object) => isOurs(object) || (clusterWide && (object.metadata?.labels?.conformance ?? id) === id),
    );
    collections[path] = path.endsWith("/pods") ? kept.map(plainPod) : kept;
  }
  const nodes = (played.world.collections[NODES] ?? []) as V1Node[];
  collections[NODES] = nodes.filter(({ metadata }) => metadata?.labels?.conformance === id).map(plainNode);
  return {
    minor,
    played: {
      world: { ...played.world, collections },
      changed: played.changed.filter(isOurs).map(withoutManager),
      dryRuns: played.dryRuns.filter(({ namespace }) => namespace === `${id}-ns`),
      ends: played.ends.filter(({ scenario }) => scenario.id === id),
      skipped: [],
    },
    others: othersOf(nodes.filter(({ metadata }) => metadata?.labels?.conformance !== id)),
  };
}

/** The way back: a world in which the others are there again, as nodes. */
export function among({ played, others }: Alone): Played {
  const nodes = others.flatMap(({ node, count }, kind) =>
    Array.from({ length: count }, (_, index): V1Node => {
      const name = `other-${kind}-${index}`;
      const labels = { ...node.metadata?.labels, "kubernetes.io/hostname": name };
      return { ...node, metadata: { name, labels } };
    }),
  );
  const collections: World["collections"] = {
    ...played.world.collections,
    [NODES]: [...(played.world.collections[NODES] ?? []), ...nodes],
  };
  return { ...played, world: { ...played.world, collections } };
}

const LABELS = ["topology.kubernetes.io/zone", "topology.kubernetes.io/region", "disk", "gen"];

function othersOf(nodes: readonly V1Node[]): Others[] {
  const kinds = new Map<string, { node: V1Node; count: number }>();
  for (const { metadata, spec } of nodes) {
    const labels = Object.fromEntries(
      Object.entries(metadata?.labels ?? {})
        .filter(([name]) => LABELS.includes(name))
        .toSorted(),
    );
    const { taints = [], unschedulable = false } = spec ?? {};
    const plain = taints.map(({ key, value = "", effect }) => ({ key, value, effect }));
    const node: V1Node = {
      apiVersion: "v1",
      kind: "Node",
      metadata: { labels },
      spec: { ...(plain.length > 0 && { taints: plain }), ...(unschedulable && { unschedulable }) },
      status: { allocatable: { cpu: "1", memory: "1Gi", pods: "110" } },
    };
    const key = JSON.stringify(node);
    kinds.set(key, { node, count: (kinds.get(key)?.count ?? 0) + 1 });
  }
  return [...kinds.values()];
}

const plainNode = ({ metadata, spec, status, ...rest }: V1Node): V1Node => ({
  ...rest,
  metadata: { name: metadata?.name ?? "", labels: metadata?.labels ?? {}, uid: metadata?.uid ?? "" },
  spec: spec ?? {},
  status: { allocatable: status?.allocatable ?? {} },
});

/** Without what the kubelet says of containers, which decides nothing before a rollout. */
function plainPod(object: KubernetesObject): KubernetesObject {
  const { status, ...pod } = object as V1Pod;
  const {
    containerStatuses: _,
    initContainerStatuses: __,
    podIPs: ___,
    hostIPs: ____,
    ...rest
  } = status ?? {};
  return { ...pod, status: rest } as KubernetesObject;
}

function withoutManager<T extends KubernetesObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata ?? {};
  return { ...object, metadata };
}
