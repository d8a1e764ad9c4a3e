import type { V1PersistentVolumeClaimSpec, V1PodSpec, V1Volume } from "@kubernetes/client-node";
import type { ClaimSpec, Disk, PodVolume } from "../../core/model/storage.ts";
import { parseQuantity } from "../../core/quantity.ts";
import { toLabelSelector } from "./decode-fields.ts";

const NONE: readonly PodVolume[] = [];

/**
 * The volumes of a pod that decide where it may run, and whom it leaves room for. Throws `RangeError` on a malformed
 * quantity.
 */
export function toPodVolumes({ volumes }: Pick<V1PodSpec, "volumes">): readonly PodVolume[] {
  const found = (volumes ?? []).flatMap((volume) => toPodVolume(volume) ?? []);
  return found.length === 0 ? NONE : found;
}

/** Reduces the wire spec of a claim. `storageClassName`: as its annotations would have it, if they do. */
export function toClaimSpec(
  name: string,
  spec: V1PersistentVolumeClaimSpec | undefined,
  storageClassName = spec?.storageClassName,
): ClaimSpec {
  const size = spec?.resources?.requests?.storage;
  return {
    name,
    storageClassName: storageClassName ?? "",
    accessModes: spec?.accessModes ?? [],
    volumeMode: toVolumeMode(spec?.volumeMode),
    size: size === undefined ? undefined : parseQuantity(String(size)),
    selector: toLabelSelector(spec?.selector),
    attributesClass: spec?.volumeAttributesClassName ?? "",
  };
}

/** Source: component-helpers/storage/volume/pv_helpers.go (v1.36.3), `CheckVolumeModeMismatches`. */
export const toVolumeMode = (mode: string | undefined): "Filesystem" | "Block" =>
  mode === "Block" ? "Block" : "Filesystem";

function toPodVolume(volume: V1Volume): PodVolume | undefined {
  const { persistentVolumeClaim, ephemeral } = volume;
  if (persistentVolumeClaim !== undefined) return { kind: "claim", claim: persistentVolumeClaim.claimName };
  if (ephemeral !== undefined) {
    const spec = ephemeral.volumeClaimTemplate?.spec;
    const annotated = ephemeral.volumeClaimTemplate?.metadata?.annotations?.[CLASS_ANNOTATION];
    const named = annotated ?? spec?.storageClassName;
    return {
      kind: "ephemeral",
      claim: toClaimSpec(volume.name, spec, named),
      defaultClass: named === undefined || named === null,
    };
  }
  const disk = toDisk(volume);
  return disk === undefined ? undefined : { kind: "disk", disk };
}

/** Names a class in the way of old; it counts before the field. */
export const CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

/** Source: pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go (v1.36.3), `isVolumeConflict`. */
function toDisk({ gcePersistentDisk, awsElasticBlockStore, iscsi, rbd }: V1Volume): Disk | undefined {
  const disk = (source: Disk["source"], id: string, readOnly: boolean | undefined): Disk => ({
    source,
    id,
    readOnly: readOnly === true,
    monitors: [],
  });
  if (gcePersistentDisk !== undefined)
    return disk("gcePersistentDisk", gcePersistentDisk.pdName, gcePersistentDisk.readOnly);
  if (awsElasticBlockStore !== undefined)
    return disk("awsElasticBlockStore", awsElasticBlockStore.volumeID, awsElasticBlockStore.readOnly);
  if (iscsi !== undefined) return disk("iscsi", iscsi.iqn, iscsi.readOnly);
  if (rbd === undefined) return undefined;
  return {
    ...disk("rbd", JSON.stringify([rbd.pool || "rbd", rbd.image]), rbd.readOnly),
    monitors: rbd.monitors,
  };
}
