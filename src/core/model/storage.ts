import type { Labels } from "./labels.ts";
import type { NodeSelectorTerm } from "./pod-spec.ts";
import type { Quantity } from "./resources.ts";

/** What of storage decides where a pod may run; empty where its template names no claim. */
export interface Storage {
  /** PersistentVolumeClaims of the pod's namespace, by name. */
  readonly claims: ReadonlyMap<string, Claim>;
  /** PersistentVolumes by name. */
  readonly volumes: ReadonlyMap<string, Volume>;
  /** StorageClasses by name. */
  readonly classes: ReadonlyMap<string, StorageClass>;
  /** CSINodes by node name: driver name to the most volumes it attaches there, `undefined` where it has no limit. */
  readonly csiNodes: ReadonlyMap<string, ReadonlyMap<string, number | undefined>>;
}

/** A PersistentVolumeClaim. */
export interface Claim {
  readonly name: string;
  readonly phase: string;
  readonly deleted: boolean;
  /** `spec.volumeName`, once bound or pre-bound. */
  readonly volumeName: string | undefined;
  /** Whether both sides agreed on the binding. */
  readonly bound: boolean;
  readonly storageClassName: string | undefined;
  readonly accessModes: readonly string[];
  /** Node that dynamic provisioning was told to use. */
  readonly selectedNode: string | undefined;
  readonly size: Quantity | undefined;
}

/** A PersistentVolume. */
export interface Volume {
  readonly name: string;
  readonly labels: Labels;
  readonly phase: string;
  /** `undefined` when it is reachable from every node. */
  readonly nodeAffinity: readonly NodeSelectorTerm[] | undefined;
  readonly storageClassName: string | undefined;
  readonly accessModes: readonly string[];
  readonly capacity: Quantity | undefined;
  /** CSI driver and handle, where it is a CSI volume. */
  readonly csi: { readonly driver: string; readonly handle: string } | undefined;
}

/** A StorageClass. */
export interface StorageClass {
  readonly name: string;
  readonly provisioner: string;
  readonly waitsForConsumer: boolean;
  /** `allowedTopologies`; empty when there is no restriction. */
  readonly allowedTopologies: readonly NodeSelectorTerm[];
}

/** Nothing of storage was needed. */
export const NO_STORAGE: Storage = {
  claims: new Map(),
  volumes: new Map(),
  classes: new Map(),
  csiNodes: new Map(),
};
