import type { KubernetesObject, V1Node, V1Pod, V1Taint } from "@kubernetes/client-node";
import type { Played } from "./play.ts";
import type { World } from "./world.ts";

/** Nodes of other scenarios that nobody can tell apart: to this one they are counts in messages, and domains. */
export interface Others {
  readonly count: number;
  readonly zone?: string;
  readonly disk?: string;
  readonly taints?: readonly V1Taint[];
  readonly unschedulable?: boolean;
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
  const own = (world: World) => {
    const collections: Record<string, readonly KubernetesObject[]> = {};
    for (const [path, objects] of Object.entries(world.collections)) {
      const clusterWide = CLUSTER_WIDE.some((plural) => path.endsWith(`/${plural}`));
      const kept = objects.filter(
        (object) => isOurs(object) || (clusterWide && (object.metadata?.labels?.conformance ?? id) === id),
      );
      collections[path] = path.endsWith("/pods") ? kept.map(plainPod) : kept;
    }
    const nodes = (world.collections[NODES] ?? []) as V1Node[];
    collections[NODES] = nodes.filter(({ metadata }) => metadata?.labels?.conformance === id).map(plainNode);
    return collections;
  };
  const nodes = (played.world.collections[NODES] ?? []) as V1Node[];
  return {
    minor,
    played: {
      world: { ...played.world, collections: own(played.world) },
      changed: played.changed.filter(isOurs).map(withoutManager),
      dryRuns: played.dryRuns
        .filter(({ namespace }) => namespace === `${id}-ns`)
        .map((answer) => ({ ...answer, body: withoutManager(answer.body as KubernetesObject) })),
      ends: played.ends.filter(({ scenario }) => scenario.id === id),
      skipped: [],
      ...(played.end && { end: { ...played.end, collections: own(played.end) } }),
    },
    others: othersOf(nodes.filter(({ metadata }) => metadata?.labels?.conformance !== id)),
  };
}

/** The way back: a world in which the others are there again, as nodes. */
export function among({ played, others }: Alone): Played {
  const nodes = others.flatMap((kind, at) =>
    Array.from({ length: kind.count }, (_, index) => nodeOf(kind, `other-${at}-${index}`)),
  );
  const amid = (world: World): World => ({
    ...world,
    collections: {
      ...world.collections,
      [NODES]: [...(world.collections[NODES] ?? []), ...nodes],
    },
  });
  const { world, end } = played;
  return { ...played, world: amid(world), ...(end && { end: amid(end) }) };
}

const ZONE = "topology.kubernetes.io/zone";

/** What they can give is of no interest: no pod of another scenario may go there. */
const nodeOf = ({ zone, disk, taints = [], unschedulable = false }: Others, name: string): V1Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: {
    name,
    labels: { "kubernetes.io/hostname": name, ...(zone && { [ZONE]: zone }), ...(disk && { disk }) },
  },
  spec: { taints: [...taints], unschedulable },
  status: { allocatable: { cpu: "1", memory: "1Gi", pods: "110" } },
});

function othersOf(nodes: readonly V1Node[]): Others[] {
  const counts = new Map<string, number>();
  for (const { metadata, spec } of nodes) {
    const { [ZONE]: zone, disk } = metadata?.labels ?? {};
    const taints = spec?.taints?.map(({ key, value = "", effect }) => ({ key, value, effect }));
    const kind = JSON.stringify({ zone, disk, taints, unschedulable: spec?.unschedulable });
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => ({ ...JSON.parse(kind), count }));
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
