import type { Node } from "../../model/room.ts";
import type { Claim, PodVolume, Storage, Volume } from "../../model/storage.ts";
import { boundReachable } from "./bound-volumes.ts";
import type { ClusterFilter, Refusal } from "./filter.ts";
import { ownClaims } from "./own-claims.ts";
import { isProvisioned } from "./provisioning.ts";
import { candidatesFor, type Unbound, unmatchedOn } from "./static-volumes.ts";

const REACHABLE: readonly Refusal[] = [];
const NO_VOLUME = refusal("volume-bind", "node(s) didn't find available persistent volumes to bind");
const NO_SPACE = refusal("volume-bind", "node(s) did not have enough free storage");
const NO_SUCH_VOLUME = refusal(
  "volume-bind",
  "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",
);

/**
 * Wants bound volumes reachable from the node, and for each claim that waits for its first pod a volume that can be
 * bound to it there, or made there.
 *
 * Of claims that each pod gets for itself, the one of the pod is judged as it will be made. What binding a shared
 * claim means for the pods that follow is not: see `volumeGaps`.
 * Source: pkg/scheduler/framework/plugins/volumebinding/{volume_binding,binder}.go (v1.36.3).
 */
export const volumeBinding: ClusterFilter = {
  kind: "cluster",
  prepare: ({ spec, namespace }, { storage, minor }) => {
    if (storage.unread || !spec.volumes.some(({ kind }) => kind !== "disk")) return undefined;
    const claims = sharedClaims(spec.volumes, storage);
    const unusable = claims.flatMap(unusableClaim)[0] ?? unboundImmediate(claims, storage);
    if (unusable !== undefined) return { scope: "fixed", refusal: unusable, refusals: () => [unusable] };
    const bound = claims.filter((claim) => claim.bound);
    const unbound = [
      ...claims.filter((claim) => !claim.bound),
      ...ownUnbound(spec.volumes, namespace, storage),
    ];
    const candidates = candidatesFor(unbound, storage);
    return {
      scope: "fixed",
      refusals: ({ node }) => {
        const reachable = boundReachable(bound, node, storage);
        const refusals = [
          ...(reachable === "elsewhere" ? [elsewhere(minor)] : []),
          ...(unbound.length === 0 ? [] : unboundRefusals({ unbound, candidates }, node, storage)),
          ...(reachable === "nowhere" ? [NO_SUCH_VOLUME] : []),
        ];
        return refusals.length === 0 ? REACHABLE : refusals;
      },
    };
  },
};

function sharedClaims(volumes: readonly PodVolume[], { claims }: Storage): readonly Claim[] {
  return volumes.flatMap((volume) => {
    const claim = volume.kind === "claim" ? claims.get(volume.claim) : undefined;
    return claim === undefined ? [] : [claim];
  });
}

/** A claim that its class binds at once is bound by the time that the scheduler sees the pod. */
function ownUnbound(volumes: readonly PodVolume[], namespace: string, storage: Storage): readonly Unbound[] {
  return ownClaims(volumes, storage)
    .filter(({ storageClassName }) => storage.classes.get(storageClassName)?.waitsForConsumer)
    .map((claim) => ({ ...claim, namespace, uid: undefined, selectedNode: undefined }));
}

/** Source: `podHasPVCs` there. */
function unusableClaim({ name, phase, volumeName, deleted }: Claim): readonly Refusal[] {
  if (phase === "Lost") {
    const volume = JSON.stringify(volumeName ?? "");
    const text = `persistentvolumeclaim "${name}" bound to non-existent persistentvolume ${volume}`;
    return [refusal("pvc", text)];
  }
  return deleted ? [refusal("pvc", `persistentvolumeclaim "${name}" is being deleted`)] : [];
}

/** A claim that names its volume is not the scheduler's to bind, whatever its class. */
function unboundImmediate(claims: readonly Claim[], { classes }: Storage): Refusal | undefined {
  const immediate = claims.some(
    ({ bound, volumeName, storageClassName }) =>
      !bound && (volumeName !== undefined || !classes.get(storageClassName)?.waitsForConsumer),
  );
  return immediate ? refusal("pvc", "pod has unbound immediate PersistentVolumeClaims") : undefined;
}

interface ToBind {
  readonly unbound: readonly Unbound[];
  readonly candidates: readonly Volume[];
}

/** Source: `FindPodVolumes` there. */
function unboundRefusals({ unbound, candidates }: ToBind, node: Node, storage: Storage): readonly Refusal[] {
  const placed = unbound.filter(({ selectedNode }) => selectedNode !== undefined);
  if (placed.some(({ selectedNode }) => selectedNode !== node.name)) return [NO_VOLUME];
  const open = unbound.filter(({ selectedNode }) => selectedNode === undefined);
  for (const claim of [...placed, ...unmatchedOn(node, open, candidates)]) {
    const provisioned = isProvisioned(claim, node, storage);
    if (provisioned !== "yes") return [provisioned === "no-space" ? NO_SPACE : NO_VOLUME];
  }
  return [];
}

function elsewhere(minor: number): Refusal {
  return refusal(
    "volume-node-affinity",
    minor >= 33
      ? "node(s) didn't match PersistentVolume's node affinity"
      : "node(s) had volume node affinity conflict",
  );
}

function refusal(id: Refusal["id"], text: string): Refusal {
  return { id, text, resolvable: false };
}
