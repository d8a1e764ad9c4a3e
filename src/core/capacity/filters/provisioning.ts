import type { Node } from "../../model/room.ts";
import type { ClaimSpec, Storage, StorageClass } from "../../model/storage.ts";
import { matchesLabels } from "../../selector.ts";

/** Says of a class that its volumes are made by people. */
const NO_PROVISIONER = "kubernetes.io/no-provisioner";

/**
 * Whether a volume can be made for the claim that the node reaches: by the topologies that its class allows, and
 * where the driver tracks its capacity also by the space that is left.
 * Source: pkg/scheduler/framework/plugins/volumebinding/binder.go (v1.36.3), `checkVolumeProvisions`.
 */
export function isProvisioned(
  claim: ClaimSpec,
  node: Node,
  storage: Storage,
): "yes" | "not-here" | "no-space" {
  const found = storage.classes.get(claim.storageClassName);
  if (found === undefined || found.provisioner === "" || found.provisioner === NO_PROVISIONER) {
    return "not-here";
  }
  if (!allows(found, node)) return "not-here";
  return hasSpace(claim, found, node, storage) ? "yes" : "no-space";
}

/** An empty list allows all nodes, an empty entry none. */
function allows({ allowedTopologies }: StorageClass, { labels }: Node): boolean {
  if (allowedTopologies.length === 0) return true;
  return allowedTopologies.some((topology) => topology.length > 0 && matchesLabels(topology, labels));
}

/** Source: `hasEnoughCapacity` there. */
function hasSpace(
  { size }: ClaimSpec,
  { name, provisioner }: StorageClass,
  { labels }: Node,
  { drivers, capacities }: Storage,
): boolean {
  if (size === undefined || capacities === undefined || !drivers.get(provisioner)?.tracksCapacity)
    return true;
  return capacities.some(
    ({ storageClassName, nodeTopology, most }) =>
      storageClassName === name &&
      most !== undefined &&
      most >= size &&
      nodeTopology !== undefined &&
      matchesLabels(nodeTopology, labels),
  );
}
