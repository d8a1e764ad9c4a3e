import type { PlacedPod } from "../../model/room.ts";
import type { Claim, ClaimSpec, PodVolume, Storage, Volume } from "../../model/storage.ts";
import { ownClaim } from "./own-claims.ts";

/** A volume as one thing that a CSI driver attaches to a node. */
export interface Attachable {
  readonly driver: string;
  /** The same for all pods that use the same volume; of its own kind for volumes that each pod gets one of. */
  readonly key: string;
  /** Each pod that has it brings one of its own. */
  readonly each: boolean;
}

/** What tells a volume of a driver from all others, as in a VolumeAttachment. */
export const attachableKey = (driver: string, handle: string): string => `${driver}/${handle}`;

/**
 * What CSI drivers attach to a node for a pod, as far as it counts: a volume that is not there yet counts by the
 * provisioner of its class. Disks of in-tree plugins count as what they have become.
 * Source: pkg/scheduler/framework/plugins/nodevolumelimits/csi.go (v1.36.3), `filterAttachableVolumes`.
 */
export function attachablesOf(
  pod: Pick<PlacedPod, "namespace" | "name" | "volumes">,
  lookup: VolumeLookup,
): readonly Attachable[] {
  return (pod.volumes ?? []).flatMap((volume) => {
    const found = attachableOf(pod, volume, lookup);
    return found === undefined ? [] : [found];
  });
}

/** A pod to come has no name yet, and claims of its own are not made before it is there. */
function attachableOf(
  { namespace, name }: Pick<PlacedPod, "namespace" | "name">,
  volume: PodVolume,
  lookup: VolumeLookup,
): Attachable | undefined {
  switch (volume.kind) {
    case "claim":
      return lookup.ofClaim(namespace, volume.claim);
    case "ephemeral":
      return name === ""
        ? lookup.ofOwn(volume)
        : lookup.ofClaim(namespace, claimName(name, volume.claim.name));
    case "disk":
      return diskOf(volume.disk);
  }
  return volume satisfies never;
}

/** Source: component-helpers/storage/ephemeral/ephemeral.go (v1.36.3), `VolumeClaimName`. */
const claimName = (pod: string, volume: string): string => `${pod}-${volume}`;

/** Finds the volumes of claims. */
export interface VolumeLookup {
  ofClaim(namespace: string, name: string): Attachable | undefined;
  /** Of a volume that is yet to be made for a pod. */
  ofOwn(volume: Extract<PodVolume, { kind: "ephemeral" }>): Attachable | undefined;
}

/** Prepares to look volumes up. `namespace` is that of the claims in `storage`; all others are told by volumes. */
export function volumeLookup(storage: Storage, namespace: string): VolumeLookup {
  const byClaim = new Map<string, Volume>();
  for (const volume of storage.volumes.values()) {
    const { claimRef } = volume;
    if (claimRef !== undefined) byClaim.set(`${claimRef.namespace}/${claimRef.name}`, volume);
  }
  const provisionerOf = ({ storageClassName }: ClaimSpec): string | undefined => {
    const provisioner = storage.classes.get(storageClassName)?.provisioner;
    return provisioner === undefined ? undefined : (MIGRATED_TO.get(provisioner) ?? provisioner);
  };
  const ofClaim = (claim: Claim): Attachable | undefined => {
    const volume = claim.volumeName === undefined ? undefined : storage.volumes.get(claim.volumeName);
    if (volume !== undefined) return ofVolume(volume);
    const driver = provisionerOf(claim);
    if (driver === undefined) return undefined;
    return { driver, key: `${driver} for ${claim.namespace}/${claim.name}`, each: false };
  };
  return {
    ofClaim: (ns, name) => {
      if (ns !== namespace) return ofVolume(byClaim.get(`${ns}/${name}`));
      const claim = storage.claims.get(name);
      return claim && ofClaim(claim);
    },
    ofOwn: (volume) => {
      const driver = provisionerOf(ownClaim(volume, storage));
      if (driver === undefined) return undefined;
      return { driver, key: `${driver} for each ${volume.claim.name}`, each: true };
    },
  };
}

function ofVolume(volume: Volume | undefined): Attachable | undefined {
  const known = volume?.csi ?? volume?.migrated?.csi;
  if (known === undefined) return undefined;
  return { driver: known.driver, key: attachableKey(known.driver, known.handle), each: false };
}

/**
 * In-tree provisioners and the drivers that they have given way to.
 * Source: csi-translation-lib/plugins (v1.36.3).
 */
const MIGRATED_TO: ReadonlyMap<string, string> = new Map([
  ["kubernetes.io/gce-pd", "pd.csi.storage.gke.io"],
  ["kubernetes.io/aws-ebs", "ebs.csi.aws.com"],
  ["kubernetes.io/azure-disk", "disk.csi.azure.com"],
  ["kubernetes.io/cinder", "cinder.csi.openstack.org"],
  ["kubernetes.io/portworx-volume", "pxd.portworx.com"],
]);

/** Source: csi-translation-lib/plugins/gce_pd.go, aws_ebs.go (v1.36.3), `TranslateInTreeInlineVolumeToCSI`. */
function diskOf({ source, id }: Extract<PodVolume, { kind: "disk" }>["disk"]): Attachable | undefined {
  switch (source) {
    case "gcePersistentDisk": {
      const driver = "pd.csi.storage.gke.io";
      const handle = `projects/UNSPECIFIED/zones/UNSPECIFIED/disks/${id}`;
      return { driver, key: attachableKey(driver, handle), each: false };
    }
    case "awsElasticBlockStore": {
      const driver = "ebs.csi.aws.com";
      return { driver, key: attachableKey(driver, id.slice(id.lastIndexOf("/") + 1)), each: false };
    }
    case "iscsi":
    case "rbd":
      return undefined;
  }
  return source satisfies never;
}
