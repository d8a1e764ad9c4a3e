import type { Instant } from "./instant.ts";
import type { LabelSelector, Labels } from "./labels.ts";
import type { NodeSelectorTerm } from "./pod-spec.ts";
import type { Quantity } from "./resources.ts";

/**
 * What of storage decides where a pod may run. Read it where `PodSpec.volumes` of the new pod is not empty, else it
 * is `NO_STORAGE`.
 *
 * `claims`, `volumes` and `classes` belong together: where one of them cannot be read, use `UNREAD_STORAGE` and name
 * a gap that takes room. The others may be left empty one by one, `capacities` undefined, each with such a gap: what
 * they hide can only refuse nodes.
 */
export interface Storage {
  /** PersistentVolumeClaims of the pod's namespace, by name; those that generic ephemeral volumes made included. */
  readonly claims: ReadonlyMap<string, Claim>;
  /** All PersistentVolumes, by name: they tell as well which volumes pods of other namespaces use. */
  readonly volumes: ReadonlyMap<string, Volume>;
  /** StorageClasses by name. */
  readonly classes: ReadonlyMap<string, StorageClass>;
  /** CSINodes by name, which is the node's. */
  readonly csiNodes: ReadonlyMap<string, CsiNode>;
  /** CSIDrivers by name. */
  readonly drivers: ReadonlyMap<string, CsiDriver>;
  /**
   * CSIStorageCapacities of all namespaces. Needed only where a claim of the pod is unbound, or it has a generic
   * ephemeral volume, and a driver tracks capacity. `undefined` where they could not be read: then there is space.
   */
  readonly capacities: readonly StorageCapacity[] | undefined;
  /** VolumeAttachments. Needed from 1.32 on, where the scheduler counts them. */
  readonly attachments: readonly VolumeAttachment[];
  /** Nothing of it could be read: filters of volumes then say nothing. */
  readonly unread?: true;
}

/** What a claim wants of the volume that is bound to it. */
export interface ClaimSpec {
  readonly name: string;
  /** The beta annotation counts before the field; empty where there is none. */
  readonly storageClassName: string;
  readonly accessModes: readonly string[];
  readonly volumeMode: "Filesystem" | "Block";
  /** Requested; `undefined` where nothing is. */
  readonly size: Quantity | undefined;
  /** Of labels of volumes; `undefined` selects all. */
  readonly selector: LabelSelector | undefined;
  /** `volumeAttributesClassName`, empty where there is none. */
  readonly attributesClass: string;
}

/** A PersistentVolumeClaim. */
export interface Claim extends ClaimSpec {
  readonly namespace: string;
  readonly uid: string;
  readonly phase: string;
  /** Has a `deletionTimestamp`. */
  readonly deleted: boolean;
  /** `spec.volumeName`, once bound or pre-bound. */
  readonly volumeName: string | undefined;
  /** Whether both sides agreed on the binding. */
  readonly bound: boolean;
  /** Node that dynamic provisioning was told to use. */
  readonly selectedNode: string | undefined;
}

/** The volume as a CSI driver knows it. */
export interface CsiVolume {
  readonly driver: string;
  readonly handle: string;
}

/** A PersistentVolume. */
export interface Volume {
  readonly name: string;
  readonly labels: Labels;
  readonly phase: string;
  /** Has a `deletionTimestamp`. */
  readonly deleted: boolean;
  /** `undefined` when it is reachable from every node. */
  readonly nodeAffinity: readonly NodeSelectorTerm[] | undefined;
  readonly storageClassName: string;
  readonly accessModes: readonly string[];
  readonly volumeMode: "Filesystem" | "Block";
  readonly capacity: Quantity | undefined;
  readonly attributesClass: string;
  readonly claimRef: ClaimRef | undefined;
  /** `undefined` where it is no CSI volume. */
  readonly csi: CsiVolume | undefined;
  /** What a disk of the time before CSI is since; `undefined` for all else. */
  readonly migrated: MigratedVolume | undefined;
  /** Whether its source is one that is attached to a node before a pod there can use it; NFS and the like are not. */
  readonly attaches: boolean;
}

/** The claim that a volume is meant for. */
export interface ClaimRef {
  readonly namespace: string;
  readonly name: string;
  /** Empty where a person wrote it. */
  readonly uid: string;
}

/** How a volume of an in-tree plugin is seen where that plugin has given way to a CSI driver. */
export interface MigratedVolume {
  /** Name of the in-tree plugin, as in `CsiNode.migrated`. */
  readonly plugin: string;
  readonly csi: CsiVolume;
  readonly nodeAffinity: readonly NodeSelectorTerm[] | undefined;
}

/** A StorageClass. */
export interface StorageClass {
  readonly name: string;
  readonly provisioner: string;
  /** `volumeBindingMode: WaitForFirstConsumer`. */
  readonly waitsForConsumer: boolean;
  /** When a default class was made; of several the newest is given to claims that name none. */
  readonly defaultSince: Instant | undefined;
  /** `allowedTopologies`, any of which will do; empty when there is no restriction. */
  readonly allowedTopologies: readonly LabelSelector[];
}

/** A CSINode. */
export interface CsiNode {
  /** Driver name to the most volumes that it attaches to the node; drivers without a limit are left out. */
  readonly limits: ReadonlyMap<string, number>;
  /** In-tree plugins that have given way to CSI drivers on this node. */
  readonly migrated: ReadonlySet<string>;
}

/** A CSIDriver. */
export interface CsiDriver {
  /** Whether provisioning looks at CSIStorageCapacities first. */
  readonly tracksCapacity: boolean;
  /** Whether its volumes are attached to nodes. */
  readonly attaches: boolean;
}

/** A CSIStorageCapacity. */
export interface StorageCapacity {
  readonly storageClassName: string;
  /** Nodes that can reach it; `undefined` is none. */
  readonly nodeTopology: LabelSelector | undefined;
  /** Largest volume that can be made there; `undefined` is none. */
  readonly most: Quantity | undefined;
}

/** A VolumeAttachment that is to stay: those that are being deleted are none. */
export interface VolumeAttachment {
  readonly nodeName: string;
  readonly driver: string;
  readonly volumeName: string;
}

/** A volume of a pod that decides where it may run; a ConfigMap, an `emptyDir` and the like do not. */
export type PodVolume =
  | { readonly kind: "claim"; readonly claim: string }
  /**
   * A generic ephemeral volume, whose own claim is made for the pod: `claim.name` is the volume's, that of the claim
   * begins with the pod's. `defaultClass`: its template names no class, so that admission fills in the default one.
   */
  | { readonly kind: "ephemeral"; readonly claim: ClaimSpec; readonly defaultClass: boolean }
  | { readonly kind: "disk"; readonly disk: Disk };

/** A disk that a pod names without a claim, of those that pods on one node may not share. */
export interface Disk {
  readonly source: "gcePersistentDisk" | "awsElasticBlockStore" | "iscsi" | "rbd";
  /** What tells it from others of its source: name, volume ID, IQN, or pool and image. */
  readonly id: string;
  readonly readOnly: boolean;
  /** Ceph monitors of an `rbd` image, two of which are the same only where they share one; else empty. */
  readonly monitors: readonly string[];
}

/** Nothing of storage was needed. */
export const NO_STORAGE: Storage = {
  claims: new Map(),
  volumes: new Map(),
  classes: new Map(),
  csiNodes: new Map(),
  drivers: new Map(),
  capacities: [],
  attachments: [],
};

/** Claims, volumes or classes were needed, and could not be read. */
export const UNREAD_STORAGE: Storage = { ...NO_STORAGE, unread: true };
