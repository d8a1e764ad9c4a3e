import type { PlacedPod } from "../model/room.ts";

/** Equal for pods that are alike to every filter, wherever they are, and whatever their age. */
export function kindKeyOf({
  name,
  nodeName,
  nominatedNodeName,
  ready,
  deletedAt,
  startedAt,
  ...rest
}: PlacedPod): string {
  return JSON.stringify({ ...rest, requests: [...rest.requests].sort() });
}
