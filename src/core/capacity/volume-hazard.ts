import type { PlacedPod } from "../model/room.ts";
import type { Claim, Disk, PodVolume, Storage, Volume } from "../model/storage.ts";
import type { ClusterView } from "./filters/filter.ts";
import type { Incoming } from "./room.ts";

/**
 * A volume of the pod that is attached to one node at a time. The scheduler does not care: a pod that it puts on
 * another node waits there, without ever starting, until no pod of the first node has the volume any more.
 */
export interface VolumeHazard {
  /** The claim, or the disk where there is none, in the API's words: `PersistentVolumeClaim data`. */
  readonly what: string;
  /** Name of the volume in messages about it; `undefined` where it is yet to be made. */
  readonly volume: string | undefined;
  /**
   * Nodes with the names of the pods that have the volume there and are to stay. Empty where none has: then the
   * first new pod decides.
   */
  readonly users: ReadonlyMap<string, readonly string[]>;
}

/** The volumes of the pod that only one node can have at a time. Empty where nothing of storage could be read. */
export function volumeHazards(
  { spec, namespace }: Pick<Incoming, "spec" | "namespace">,
  { nodes, storage }: Pick<ClusterView, "nodes" | "storage">,
): readonly VolumeHazard[] {
  const once = spec.volumes.flatMap((volume) => {
    const found = attachedOnce(volume, storage);
    return found === undefined ? [] : [{ ...found, volume: found.volume, of: volume }];
  });
  return once.map(({ what, volume, of }) => {
    const users = new Map<string, readonly string[]>();
    for (const { node, pods } of nodes) {
      const names = pods.filter((pod) => uses(pod, of, namespace)).map(({ name }) => name);
      if (names.length > 0) users.set(node.name, names.toSorted());
    }
    return { what, volume, users };
  });
}

/**
 * What is said of a pod that was put on another node.
 * Source: pkg/controller/volume/attachdetach/reconciler/reconciler.go (v1.36.3), `reportMultiAttachError`.
 */
export function multiAttachError({ volume, users }: VolumeHazard): string {
  const pods = [...users.values()].flat().toSorted().join(", ");
  return `Multi-Attach error for volume "${volume ?? ""}" Volume is already used by pod(s) ${pods}`;
}

function uses(pod: PlacedPod, wanted: PodVolume, namespace: string): boolean {
  if (pod.deletedAt !== undefined || pod.nodeName === undefined) return false;
  return (pod.volumes ?? []).some((volume) => {
    if (volume.kind === "claim") {
      return wanted.kind === "claim" && pod.namespace === namespace && volume.claim === wanted.claim;
    }
    if (volume.kind !== "disk" || wanted.kind !== "disk") return false;
    return volume.disk.source === wanted.disk.source && volume.disk.id === wanted.disk.id;
  });
}

type Once = Pick<VolumeHazard, "what" | "volume">;

function attachedOnce(volume: PodVolume, storage: Storage): Once | undefined {
  switch (volume.kind) {
    case "claim": {
      const claim = storage.claims.get(volume.claim);
      return claim && attachedOnceByClaim(claim, storage);
    }
    case "disk":
      return isCloudDisk(volume.disk)
        ? { what: `${volume.disk.source} ${volume.disk.id}`, volume: volume.disk.id }
        : undefined;
    case "ephemeral":
      return undefined;
  }
  return volume satisfies never;
}

/** Two nodes can have a cloud's disk only to read. */
const isCloudDisk = ({ source, readOnly }: Disk): boolean =>
  (source === "gcePersistentDisk" && !readOnly) || source === "awsElasticBlockStore";

function attachedOnceByClaim(claim: Claim, storage: Storage): Once | undefined {
  const what = `PersistentVolumeClaim ${claim.name}`;
  const volume = claim.volumeName === undefined ? undefined : storage.volumes.get(claim.volumeName);
  if (volume !== undefined) {
    return isOnce(volume) && isAttached(volume, storage) ? { what, volume: volume.name } : undefined;
  }
  const driver = storage.drivers.get(storage.classes.get(claim.storageClassName)?.provisioner ?? "");
  return isOnce(claim) && driver?.attaches !== false ? { what, volume: undefined } : undefined;
}

/** Source: pkg/volume/util/util.go (v1.36.3), `IsMultiAttachAllowed`. */
const isOnce = ({ accessModes }: Pick<Volume, "accessModes">): boolean =>
  accessModes.length > 0 && !accessModes.some((mode) => mode === "ReadWriteMany" || mode === "ReadOnlyMany");

/** A driver that is not registered is taken to attach. Source: pkg/volume/csi/csi_plugin.go (v1.36.3), `skipAttach`. */
const isAttached = ({ attaches, csi }: Volume, { drivers }: Storage): boolean =>
  attaches && (csi === undefined || drivers.get(csi.driver)?.attaches !== false);
