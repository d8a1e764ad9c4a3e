import type { NodeView } from "../../src/core/capacity/filters/filter.ts";
import { unschedulable } from "../../src/core/capacity/fit-error.ts";
import { toIncoming } from "../../src/core/capacity/room.ts";
import { schedulingOf } from "../../src/core/capacity/scheduling.ts";
import type { Snapshot } from "../../src/core/capacity/verdict.ts";
import type { PlacedPod } from "../../src/core/model/room.ts";
import { replicaSetOf } from "../../src/core/replica-set.ts";
import type { Sight } from "./predict.ts";

/**
 * What the product's filters say to one more new pod in a cluster as it is, whatever led to it; where a new pod waits,
 * that is what the scheduler says to it. A pod that was promised a node counts there unless ours goes before it.
 */
export function saidTo({ snapshot, target, next }: Sight): string {
  const fresh = replicaSetOf(next.json, target.replicaSets)?.uid;
  const { pod, labels, minor, namespaceLabels, storage } = snapshot;
  const placeOf = ({ nodeName, nominatedNodeName, ownerUid, priority }: PlacedPod) =>
    nodeName ?? (ownerUid === fresh || priority < pod.priority ? undefined : nominatedNodeName);
  const nodes = nodesWith(snapshot, placeOf);
  const incoming = toIncoming(pod, target.workload.namespace, labels);
  return unschedulable(schedulingOf(incoming, { minor, namespaceLabels, storage, nodes })).message;
}

function nodesWith(
  { nodes, pods }: Snapshot,
  placeOf: (pod: PlacedPod) => string | undefined,
): readonly NodeView[] {
  const byNode = Map.groupBy(pods, placeOf);
  return nodes.map((node) => ({ node, pods: byNode.get(node.name) ?? [] }));
}
