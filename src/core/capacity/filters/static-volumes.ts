import type { Node } from "../../model/room.ts";
import type { ClaimSpec, Storage, Volume } from "../../model/storage.ts";
import { matchesLabels } from "../../selector.ts";
import { isReachable } from "./bound-volumes.ts";

/** A claim that the scheduler is to find a volume for. `uid` is `undefined` where the claim is yet to be made. */
export interface Unbound extends ClaimSpec {
  readonly namespace: string;
  readonly uid: string | undefined;
  readonly selectedNode: string | undefined;
}

/** Volumes that could be bound to one of the claims, from whatever node. */
export function candidatesFor(claims: readonly Unbound[], { volumes }: Storage): readonly Volume[] {
  return [...volumes.values()].filter((volume) =>
    claims.some((claim) => suits(claim, volume) && (isMeantFor(volume, claim) || isFree(claim, volume))),
  );
}

/**
 * The claims that none of the volumes fits that can be reached from the node. Each volume is bound once; the smallest
 * claim chooses first, and takes the smallest that fits.
 * Source: pkg/scheduler/framework/plugins/volumebinding/binder.go (v1.36.3), `findMatchingVolumes`.
 */
export function unmatchedOn(
  node: Node,
  claims: readonly Unbound[],
  candidates: readonly Volume[],
): readonly Unbound[] {
  const chosen = new Set<Volume>();
  return claims.toSorted(bySize).filter((claim) => {
    const volume = smallestMatch(claim, node, candidates, chosen);
    if (volume !== undefined) chosen.add(volume);
    return volume === undefined;
  });
}

const bySize = (left: ClaimSpec, right: ClaimSpec): number => compare(left.size ?? NONE, right.size ?? NONE);

const byCapacity = (left: Volume, right: Volume): number =>
  compare(left.capacity ?? NONE, right.capacity ?? NONE);

function compare(left: bigint, right: bigint): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

const NONE = 0n;

/** Source: component-helpers/storage/volume/pv_helpers.go (v1.36.3), `FindMatchingVolume`. */
function smallestMatch(
  claim: Unbound,
  node: Node,
  volumes: readonly Volume[],
  chosen: ReadonlySet<Volume>,
): Volume | undefined {
  const suitable = volumes.filter((volume) => !chosen.has(volume) && suits(claim, volume));
  // One that is meant for the claim is the only one, even where it cannot be reached.
  const meant = suitable.find((volume) => isMeantFor(volume, claim));
  if (meant !== undefined) return isReachable(meant, node) ? meant : undefined;
  return suitable
    .filter((volume) => isFree(claim, volume) && isReachable(volume, node))
    .toSorted(byCapacity)[0];
}

/** What must be so even of a volume that is meant for the claim. */
function suits(claim: Unbound, volume: Volume): boolean {
  return (
    volume.storageClassName === claim.storageClassName &&
    (volume.capacity ?? NONE) >= (claim.size ?? NONE) &&
    volume.volumeMode === claim.volumeMode &&
    volume.attributesClass === claim.attributesClass &&
    !volume.deleted &&
    (volume.claimRef === undefined || isMeantFor(volume, claim))
  );
}

function isFree(claim: Unbound, volume: Volume): boolean {
  return (
    volume.phase === "Available" &&
    (claim.selector === undefined || matchesLabels(claim.selector, volume.labels)) &&
    claim.accessModes.every((mode) => volume.accessModes.includes(mode))
  );
}

function isMeantFor({ claimRef }: Volume, { namespace, name, uid }: Unbound): boolean {
  if (claimRef === undefined || uid === undefined) return false;
  return (
    claimRef.namespace === namespace &&
    claimRef.name === name &&
    (claimRef.uid === "" || claimRef.uid === uid)
  );
}
