import type { Node, PlacedPod } from "../../model/room.ts";
import type { Disk, PodVolume, Storage } from "../../model/storage.ts";
import type { ClusterFilter, Judge, Refusal } from "./filter.ts";
import { Tally } from "./tally.ts";

const NO_DISK: readonly Refusal[] = [
  { id: "disk-conflict", text: "node(s) had no available disk", resolvable: true },
];
const FREE: readonly Refusal[] = [];

/**
 * Wants every claim of the pod to exist, a disk that it names without a claim on no other pod of the node (unless
 * both only read), and a claim of mode ReadWriteOncePod used by no pod of the whole cluster.
 * Source: pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go (v1.36.3).
 */
export const volumeRestrictions: ClusterFilter = {
  kind: "cluster",
  prepare: ({ spec, namespace }, { nodes, storage, minor }) => {
    if (spec.volumes.length === 0 || storage.unread) return undefined;
    const missing = missingClaim(spec.volumes, storage);
    if (missing !== undefined) return { scope: "fixed", refusal: missing, refusals: () => [missing] };
    const alone = new Set(usedAlone(spec.volumes, storage));
    const disks = spec.volumes.flatMap((volume) => (volume.kind === "disk" ? [volume.disk] : []));
    if (alone.size === 0 && disks.length === 0) return undefined;
    const judge = judgeOf({ namespace, alone, disks }, minor);
    for (const { node, pods } of nodes) {
      for (const pod of pods) if (pod.nodeName !== undefined) judge.add?.(pod, node);
    }
    return judge;
  },
};

/** What of a pod it shares with none. */
interface Exclusive {
  readonly namespace: string;
  /** Claims of mode ReadWriteOncePod. */
  readonly alone: ReadonlySet<string>;
  readonly disks: readonly Disk[];
}

/** Nominated pods hold their disks, but not their claims: the scheduler's set of used claims knows no such pods. */
function judgeOf({ namespace, alone, disks }: Exclusive, minor: number): Judge {
  const claims = new Tally();
  const taken = new Tally();
  let users = 0;
  const uses = (pod: PlacedPod): readonly string[] =>
    pod.namespace === namespace && pod.nodeName !== undefined
      ? claimsOf(pod.volumes ?? []).filter((claim) => alone.has(claim))
      : [];
  const change = (pod: PlacedPod, node: Node, by: 1 | -1): void => {
    if (pod.volumes === undefined) return;
    for (const claim of uses(pod)) {
      claims.change(node.name, claim, by);
      users += by;
    }
    for (const volume of pod.volumes)
      if (volume.kind === "disk") taken.change(node.name, JSON.stringify(volume.disk), by);
  };
  const inUse: readonly Refusal[] = [{ id: "rwop", text: inUseText(minor), resolvable: true }];
  return {
    scope: alone.size > 0 ? "cluster" : "node",
    refusals: ({ node }) => {
      const others = [...taken.on(node.name).keys()].map((text) => JSON.parse(text) as Disk);
      if (disks.some((disk) => others.some((other) => clash(disk, other)))) return NO_DISK;
      return users > 0 ? inUse : FREE;
    },
    further: () => (alone.size > 0 || disks.some((disk) => clash(disk, disk)) ? 1 : Number.POSITIVE_INFINITY),
    add: (pod, node) => change(pod, node, 1),
    remove: (pod, node) => change(pod, node, -1),
    reaches: (pod) => uses(pod).length > 0,
    signature: ({ name }) =>
      JSON.stringify([...claims.on(name), ...(disks.length > 0 ? taken.on(name) : [])]),
  };
}

const claimsOf = (volumes: readonly PodVolume[]): readonly string[] =>
  volumes.flatMap((volume) => (volume.kind === "claim" ? [volume.claim] : []));

function usedAlone(volumes: readonly PodVolume[], { claims }: Storage): readonly string[] {
  return claimsOf(volumes).filter((name) => claims.get(name)?.accessModes.includes("ReadWriteOncePod"));
}

function missingClaim(volumes: readonly PodVolume[], { claims }: Storage): Refusal | undefined {
  const name = claimsOf(volumes).find((claim) => !claims.has(claim));
  if (name === undefined) return undefined;
  return { id: "pvc", text: `persistentvolumeclaim "${name}" not found`, resolvable: false };
}

/** Source: `isVolumeConflict` there. An EBS volume is nobody's second one, even to read. */
function clash(left: Disk, right: Disk): boolean {
  if (left.source !== right.source || left.id !== right.id) return false;
  if (left.source === "rbd" && !left.monitors.some((monitor) => right.monitors.includes(monitor)))
    return false;
  return left.source === "awsElasticBlockStore" || !(left.readOnly && right.readOnly);
}

/** Source: the same file at v1.33.0 and v1.34.4. */
function inUseText(minor: number): string {
  return minor >= 34
    ? "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod"
    : "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode";
}
