import type {
  V1CSIDriver,
  V1CSINode,
  V1CSIStorageCapacity,
  V1ObjectMeta,
  V1ObjectReference,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1PersistentVolumeSpec,
  V1StorageClass,
  V1VolumeAttachment,
} from "@kubernetes/client-node";
import type { NodeSelectorTerm } from "../../core/model/pod-spec.ts";
import type {
  Claim,
  ClaimRef,
  CsiDriver,
  CsiNode,
  StorageCapacity,
  StorageClass,
  Volume,
  VolumeAttachment,
} from "../../core/model/storage.ts";
import { parseQuantity } from "../../core/quantity.ts";
import { toInstant, toLabelSelector, toRequirement } from "./decode-fields.ts";
import { toMigratedDisk } from "./decode-gce-disk.ts";
import { CLASS_ANNOTATION, toClaimSpec, toVolumeMode } from "./decode-volumes.ts";

/*
 * Every function here reduces one object as the API writes it. Those that read a quantity throw `RangeError` on a
 * malformed one.
 */

/** Reduces a wire PersistentVolumeClaim. */
export function toClaim({ metadata, spec, status }: V1PersistentVolumeClaim): Claim {
  const annotations = metadata?.annotations ?? {};
  const volumeName = spec?.volumeName || undefined;
  return {
    ...toClaimSpec(metadata?.name ?? "", spec, classOf(metadata, spec?.storageClassName)),
    namespace: metadata?.namespace ?? "",
    uid: metadata?.uid ?? "",
    phase: status?.phase ?? "",
    deleted: metadata?.deletionTimestamp !== undefined,
    volumeName,
    bound: volumeName !== undefined && "pv.kubernetes.io/bind-completed" in annotations,
    selectedNode: annotations["volume.kubernetes.io/selected-node"],
  };
}

/** Sources that are attached to a node, by the controller of attachments, before a pod there can use them. */
const ATTACHED_SOURCES = [
  "csi",
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "azureDisk",
  "cinder",
  "vsphereVolume",
  "iscsi",
  "fc",
] as const satisfies readonly (keyof V1PersistentVolumeSpec)[];

/** Reduces a wire PersistentVolume. */
export function toVolume({ metadata, spec, status }: V1PersistentVolume): Volume {
  const capacity = spec?.capacity?.storage;
  const nodeAffinity = toNodeAffinity(spec);
  return {
    name: metadata?.name ?? "",
    labels: metadata?.labels ?? {},
    phase: status?.phase ?? "",
    deleted: metadata?.deletionTimestamp !== undefined,
    nodeAffinity,
    storageClassName: classOf(metadata, spec?.storageClassName) ?? "",
    accessModes: spec?.accessModes ?? [],
    volumeMode: toVolumeMode(spec?.volumeMode),
    capacity: capacity === undefined ? undefined : parseQuantity(String(capacity)),
    attributesClass: spec?.volumeAttributesClassName ?? "",
    claimRef: spec?.claimRef && toClaimRef(spec.claimRef),
    csi: spec?.csi && { driver: spec.csi.driver, handle: spec.csi.volumeHandle },
    migrated: toMigratedDisk(metadata?.labels ?? {}, spec, nodeAffinity),
    attaches: ATTACHED_SOURCES.some((source) => spec?.[source] !== undefined),
  };
}

const toClaimRef = ({ namespace, name, uid }: V1ObjectReference): ClaimRef => ({
  namespace: namespace ?? "",
  name: name ?? "",
  uid: uid ?? "",
});

/** Reduces a wire StorageClass. */
export function toStorageClass(json: V1StorageClass): StorageClass {
  const { metadata, provisioner, volumeBindingMode, allowedTopologies } = json;
  const annotations = metadata?.annotations ?? {};
  const isDefault =
    annotations["storageclass.kubernetes.io/is-default-class"] === "true" ||
    annotations["storageclass.beta.kubernetes.io/is-default-class"] === "true";
  return {
    name: metadata?.name ?? "",
    provisioner,
    waitsForConsumer: volumeBindingMode === "WaitForFirstConsumer",
    defaultSince: isDefault ? toInstant(metadata?.creationTimestamp) : undefined,
    allowedTopologies: (allowedTopologies ?? []).map(({ matchLabelExpressions }) =>
      (matchLabelExpressions ?? []).map(({ key, values }) => ({ key, operator: "In", values })),
    ),
  };
}

/** Reduces a wire CSINode. Some servers of old wrote an empty list of migrated plugins as an empty text. */
export function toCsiNode({ metadata, spec }: V1CSINode): CsiNode {
  const limits = (spec?.drivers ?? []).flatMap(({ name, allocatable }): [string, number][] =>
    allocatable?.count === undefined ? [] : [[name, allocatable.count]],
  );
  const migrated = metadata?.annotations?.["storage.alpha.kubernetes.io/migrated-plugins"] ?? "";
  return {
    limits: new Map(limits),
    migrated: new Set(migrated.split(",").filter((plugin) => plugin !== "")),
  };
}

/** Reduces a wire CSIDriver. */
export const toCsiDriver = ({ spec }: V1CSIDriver): CsiDriver => ({
  tracksCapacity: spec?.storageCapacity === true,
  attaches: spec?.attachRequired !== false,
});

/** Reduces a wire CSIStorageCapacity: the size of the largest volume tells more than all that is left. */
export function toStorageCapacity(json: V1CSIStorageCapacity): StorageCapacity {
  const most = json.maximumVolumeSize ?? json.capacity;
  return {
    storageClassName: json.storageClassName,
    nodeTopology: toLabelSelector(json.nodeTopology),
    most: most === undefined ? undefined : parseQuantity(String(most)),
  };
}

/** Reduces a wire VolumeAttachment; one of a volume of its own, or that is being deleted, is `undefined`. */
export function toVolumeAttachment({ metadata, spec }: V1VolumeAttachment): VolumeAttachment | undefined {
  const volumeName = spec.source.persistentVolumeName;
  if (volumeName === undefined || metadata?.deletionTimestamp !== undefined) return undefined;
  return { nodeName: spec.nodeName, driver: spec.attacher, volumeName };
}

/** Source: component-helpers/storage/volume/helpers.go (v1.36.3), `GetPersistentVolumeClaimClass`. */
const classOf = (metadata: V1ObjectMeta | undefined, field: string | undefined): string | undefined =>
  metadata?.annotations?.[CLASS_ANNOTATION] ?? field;

function toNodeAffinity(spec: V1PersistentVolumeSpec | undefined): readonly NodeSelectorTerm[] | undefined {
  return spec?.nodeAffinity?.required?.nodeSelectorTerms.map(({ matchExpressions, matchFields }) => ({
    matchExpressions: (matchExpressions ?? []).map(toRequirement),
    matchFields: (matchFields ?? []).map(toRequirement),
  }));
}
