import type { ClaimSpec, PodVolume, Storage } from "../../model/storage.ts";

type EphemeralVolume = Extract<PodVolume, { kind: "ephemeral" }>;

/** Claims of the generic ephemeral volumes of a pod, as they will be made with it. */
export function ownClaims(volumes: readonly PodVolume[], storage: Storage): readonly ClaimSpec[] {
  return volumes.flatMap((volume) => (volume.kind === "ephemeral" ? [ownClaim(volume, storage)] : []));
}

/**
 * The claim of a generic ephemeral volume, of the default class where it names none: the newest one, and of equally
 * new ones the first by name.
 * Source: pkg/volume/util/storageclass.go (v1.36.3), `GetDefaultClass`.
 */
export function ownClaim({ claim, defaultClass }: EphemeralVolume, { classes }: Storage): ClaimSpec {
  if (!defaultClass) return claim;
  const defaults = [...classes.values()].flatMap(({ name, defaultSince }) =>
    defaultSince === undefined ? [] : [{ name, since: defaultSince }],
  );
  const [newest] = defaults.sort(
    (left, right) => right.since - left.since || (left.name < right.name ? -1 : 1),
  );
  return newest === undefined ? claim : { ...claim, storageClassName: newest.name };
}
