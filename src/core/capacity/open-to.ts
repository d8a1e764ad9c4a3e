import { lastingCluster } from "./cluster.ts";
import type { Model } from "./model.ts";
import { filterRankOf } from "./reason-id.ts";
import { schedulingOf } from "./scheduling.ts";

/** Of each node, whether the new pod could ever go there: whatever else is on it, neither it nor its taints refuse. */
export function openTo(model: Model): readonly boolean[] {
  const scheduling = schedulingOf(model.pod, lastingCluster(model));
  const last = filterRankOf("node-affinity");
  return model.nodes.map((_, index) =>
    scheduling.refusals(index).every(({ id }) => filterRankOf(id) > last || filterRankOf(id) < 0),
  );
}
