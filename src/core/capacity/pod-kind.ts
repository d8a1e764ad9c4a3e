import type { PlacedPod } from "../model/room.ts";

/**
 * Equal for pods that are alike to every filter, wherever they are, and whatever their age. It is asked of the same pods
 * in every rollout that is tried.
 */
export function kindKeyOf(pod: PlacedPod): string {
  const known = keys.get(pod) ?? keyOf(pod);
  keys.set(pod, known);
  return known;
}

const keys = new WeakMap<PlacedPod, string>();

function keyOf({
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
