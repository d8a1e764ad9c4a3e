import type { Gap } from "../model/gap.ts";
import type { Claim, ClaimSpec, PodVolume, Storage } from "../model/storage.ts";
import { ownClaims } from "./filters/own-claims.ts";
import type { Model } from "./model.ts";

/**
 * What the filters of volumes cannot know of a pod, of which there will be this many: it shows only once a volume is
 * bound or made, and can only keep pods off nodes.
 *
 * @internal
 */
export function volumeGaps(
  volumes: readonly PodVolume[],
  storage: Storage,
  replicas: number,
): readonly Gap[] {
  if (storage.unread) return [];
  const shared = volumes.flatMap((volume) => {
    const claim = volume.kind === "claim" ? storage.claims.get(volume.claim) : undefined;
    return claim === undefined ? [] : [claim];
  });
  return [
    ...(replicas > 1 ? shared.flatMap((claim) => notBoundYet(claim, storage)) : []),
    ...ownClaims(volumes, storage).flatMap((claim) => notMadeYet(claim, storage, replicas)),
  ];
}

/** The same of the pods of a rollout. */
export const volumeGapsOf = ({ pod, storage, start }: Pick<Model, "pod" | "storage" | "start">) =>
  volumeGaps(pod.spec.volumes, storage, start.replicas);

function notBoundYet({ name, bound, storageClassName }: Claim, { classes }: Storage): readonly Gap[] {
  if (bound || !classes.get(storageClassName)?.waitsForConsumer) return [];
  const why =
    "it is bound with its first pod; only then is known from which nodes the others reach its volume";
  return [{ what: `PersistentVolumeClaim ${name}`, why, takesRoom: true }];
}

function notMadeYet(claim: ClaimSpec, { classes, drivers }: Storage, replicas: number): readonly Gap[] {
  const what = `ephemeral volume ${claim.name}`;
  const found = classes.get(claim.storageClassName);
  if (!found?.waitsForConsumer) {
    return [{ what, why: "only once it is made is known which nodes reach it", takesRoom: true }];
  }
  const limited =
    found.provisioner === "kubernetes.io/no-provisioner" || drivers.get(found.provisioner)?.tracksCapacity;
  if (replicas <= 1 || !limited) return [];
  return [{ what, why: "how many of them there is space for is not judged", takesRoom: true }];
}
