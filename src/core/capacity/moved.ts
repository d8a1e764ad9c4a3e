import type { ReplicaSet, Target } from "../model/workload.ts";

/**
 * What of a workload changed from one reading to the next so that what was read in between may belong to neither;
 * `undefined` when it stood still. ReplicaSets without pods say nothing about room.
 */
export function movedBetween(before: Target, after: Target): string | undefined {
  const { name } = after.workload;
  if (before.workload.uid !== after.workload.uid) return `deployment/${name} was created anew`;
  if (before.workload.generation !== after.workload.generation) return `deployment/${name} was changed`;
  const [stood, stands] = [involved(before), involved(after)];
  const moved = [...stands, ...stood].find(([uid]) => stood.get(uid) !== stands.get(uid));
  return (
    moved && `ReplicaSets of deployment/${name} scaled, or pods of theirs came, went or became available`
  );
}

/** The ReplicaSets that have pods or want some, by uid, with their numbers. */
function involved({ replicaSets }: Target): ReadonlyMap<string, string> {
  const some = replicaSets.filter(({ replicas, statusReplicas }) => replicas > 0 || statusReplicas > 0);
  return new Map(some.map((replicaSet) => [replicaSet.uid, numbersOf(replicaSet)]));
}

const numbersOf = ({ replicas, statusReplicas, availableReplicas }: ReplicaSet): string =>
  `${replicas} ${statusReplicas} ${availableReplicas}`;
