import type { Node } from "../../model/room.ts";
import type { Claim, Storage, Volume } from "../../model/storage.ts";
import { matchesNodeTerms } from "../../selector.ts";

/**
 * Whether the volumes of bound claims can be reached from the node; the first one that cannot tells why: it is
 * `elsewhere`, or there is none and it is `nowhere`.
 * Source: pkg/scheduler/framework/plugins/volumebinding/binder.go (v1.36.3), `checkBoundClaims`.
 */
export function boundReachable(
  claims: readonly Claim[],
  node: Node,
  { volumes, csiNodes }: Pick<Storage, "volumes" | "csiNodes">,
): "yes" | "elsewhere" | "nowhere" {
  for (const { volumeName } of claims) {
    const volume = volumes.get(volumeName ?? "");
    if (volume === undefined) return "nowhere";
    const migrated = csiNodes.get(node.name)?.migrated.has(volume.migrated?.plugin ?? "") === true;
    if (!isReachable(migrated ? (volume.migrated ?? volume) : volume, node)) return "elsewhere";
  }
  return "yes";
}

/**
 * Whether a volume can be reached from the node. Its terms see labels alone, never the node's name.
 * Source: component-helpers/storage/volume/helpers.go (v1.36.3), `CheckNodeAffinity`.
 */
export function isReachable({ nodeAffinity }: Pick<Volume, "nodeAffinity">, { labels }: Node): boolean {
  return nodeAffinity === undefined || matchesNodeTerms(nodeAffinity, { name: "", labels });
}
