import type { NodeView } from "../../src/core/capacity/filters/filter.ts";
import { unschedulable } from "../../src/core/capacity/fit-error.ts";
import { toIncoming } from "../../src/core/capacity/room.ts";
import { schedulingOf } from "../../src/core/capacity/scheduling.ts";
import type { Snapshot } from "../../src/core/capacity/verdict.ts";
import type { PlacedPod } from "../../src/core/model/room.ts";
import { replicaSetOf } from "../../src/core/replica-set.ts";
import type { Sight } from "./predict.ts";

/**
 * What the product's filters say to the new pods that wait in a cluster as it is, whatever led to it; each text once.
 * A pod that was promised a node counts there to the others, unless they go before it.
 */
export function saidTo({ snapshot, target, next }: Sight): readonly string[] {
  const fresh = replicaSetOf(next.json, target.replicaSets)?.uid;
  const waiting = snapshot.pods.filter(
    ({ ownerUid, nodeName, deletedAt }) =>
      ownerUid === fresh && nodeName === undefined && deletedAt === undefined,
  );
  const promised = waiting.filter(({ nominatedNodeName }) => nominatedNodeName !== undefined);
  const others = waiting.length > promised.length || waiting.length === 0 ? [undefined] : [];
  return [...new Set([...promised, ...others].map((pod) => saidToOne(snapshot, target, pod)))];
}

/** `itself`: the pod as the snapshot has it, where it has been promised a node. */
function saidToOne(snapshot: Snapshot, { workload }: Sight["target"], itself: PlacedPod | undefined): string {
  const { pod, labels, minor, namespaceLabels, storage } = snapshot;
  const placeOf = (each: PlacedPod) =>
    each.nodeName ?? (each === itself || each.priority < pod.priority ? undefined : each.nominatedNodeName);
  const nodes = nodesWith(snapshot, placeOf);
  const incoming = toIncoming(pod, workload.namespace, labels);
  const scheduling = schedulingOf(incoming, { minor, namespaceLabels, storage, nodes });
  return unschedulable(scheduling, itself !== undefined).message;
}

function nodesWith(
  { nodes, pods }: Snapshot,
  placeOf: (pod: PlacedPod) => string | undefined,
): readonly NodeView[] {
  const byNode = Map.groupBy(pods, placeOf);
  return nodes.map((node) => ({ node, pods: byNode.get(node.name) ?? [] }));
}
