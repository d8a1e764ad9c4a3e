import type { PlacedPod } from "../model/room.ts";

/** Equal for pods that are alike to every filter, wherever they are. */
export function kindKeyOf({
  name,
  nodeName,
  nominatedNodeName,
  ready,
  deletedAt,
  ...rest
}: PlacedPod): string {
  return JSON.stringify({ ...rest, requests: [...rest.requests].sort() });
}
