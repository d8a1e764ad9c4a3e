import { filterRankOf } from "./reason-id.ts";
import type { Scheduling } from "./scheduling.ts";

/** Of each node, whether the pod could ever go there: whatever else is on it, neither it nor its taints refuse. */
export function openTo(scheduling: Scheduling): readonly boolean[] {
  const last = filterRankOf("node-affinity");
  return Array.from({ length: scheduling.size }, (_, index) =>
    scheduling.refusals(index).every(({ id }) => filterRankOf(id) > last || filterRankOf(id) < 0),
  );
}
