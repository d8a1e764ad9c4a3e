import type { V1ObjectMeta } from "@kubernetes/client-node";
import type { Gap } from "../../core/model/gap.ts";
import type { PodSpec } from "../../core/model/pod-spec.ts";
import { NO_STORAGE, type Storage, UNREAD_STORAGE } from "../../core/model/storage.ts";
import { type Api, corePath } from "./api.ts";
import {
  toClaim,
  toCsiDriver,
  toCsiNode,
  toStorageCapacity,
  toStorageClass,
  toVolume,
  toVolumeAttachment,
} from "./decode-storage.ts";
import { type Listed, listed, readOf } from "./listed.ts";

/** A new pod in its namespace, on a server of a minor version. */
export interface Volumed {
  readonly minor: number;
  readonly namespace: string;
  readonly pod: Pick<PodSpec, "volumes">;
}

/** What was read of storage. */
export interface StorageRead {
  readonly storage: Storage;
  readonly gaps: readonly Gap[];
}

/** Since then the scheduler counts attachments. Source: pkg/scheduler/framework/plugins/nodevolumelimits/csi.go (v1.32). */
const ATTACHMENTS_COUNT_SINCE = 32;

/** Reads what decides which nodes can take the volumes of the new pod: nothing for a pod without any. */
export async function readStorage(
  api: Api,
  { minor, namespace, pod }: Volumed,
  signal: AbortSignal,
): Promise<StorageRead> {
  if (pod.volumes.length === 0) return { storage: NO_STORAGE, gaps: [] };
  const all = <J, T>(what: string, decode: (json: J) => T, path = storagePath(what)): Promise<Listed<T>> =>
    listed(api, { what, path, lost: LOST, takesRoom: true }, decode, signal);
  const [claims, volumes, classes, csiNodes, drivers, attachments] = await Promise.all([
    all("PersistentVolumeClaims", toClaim, corePath(namespace, "persistentvolumeclaims")),
    all("PersistentVolumes", toVolume, "/api/v1/persistentvolumes"),
    all("StorageClasses", toStorageClass),
    all("CSINodes", named(toCsiNode)),
    all("CSIDrivers", named(toCsiDriver)),
    minor < ATTACHMENTS_COUNT_SINCE ? NOTHING : all("VolumeAttachments", toVolumeAttachment),
  ]);
  const read: Storage = {
    claims: byName(claims.items),
    volumes: byName(volumes.items),
    classes: byName(classes.items),
    csiNodes: new Map(csiNodes.items),
    drivers: new Map(drivers.items),
    capacities: [],
    attachments: attachments.items.flatMap((attachment) => attachment ?? []),
  };
  const capacities = asksForCapacity(pod, read)
    ? await all("CSIStorageCapacities", toStorageCapacity)
    : NOTHING;
  const bound = [...claims.gaps, ...volumes.gaps, ...classes.gaps];
  return {
    storage: bound.length > 0 ? UNREAD_STORAGE : { ...read, capacities: readOf(capacities) },
    gaps: [...bound, ...[csiNodes, drivers, attachments, capacities].flatMap(({ gaps }) => gaps)],
  };
}

const LOST = "which nodes can take the volumes of the pod is not known";
const NOTHING: Listed<never> = { items: [], gaps: [] };

const storagePath = (kinds: string): string => `/apis/storage.k8s.io/v1/${kinds.toLowerCase()}`;

const byName = <T extends { readonly name: string }>(items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map((item) => [item.name, item]));

const named =
  <J extends { readonly metadata?: V1ObjectMeta }, T>(decode: (json: J) => T) =>
  (json: J): readonly [string, T] => [json.metadata?.name ?? "", decode(json)];

/** Only volumes that are yet to be made ask how much is left, and only of drivers that say it. */
function asksForCapacity({ volumes }: Volumed["pod"], { claims, drivers }: Storage): boolean {
  const isToBeMade = (volume: PodSpec["volumes"][number]): boolean =>
    volume.kind === "ephemeral" || (volume.kind === "claim" && claims.get(volume.claim)?.bound !== true);
  return volumes.some(isToBeMade) && [...drivers.values()].some(({ tracksCapacity }) => tracksCapacity);
}
