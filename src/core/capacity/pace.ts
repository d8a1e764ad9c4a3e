import type { Ending } from "./decide.ts";
import type { Model } from "./model.ts";

/**
 * How the rollout ends once quotas are reckoned with that are only tight: enough room in the end, but not while pods
 * that are being deleted still count. A ReplicaSet that was refused tries again after ever longer pauses, up to
 * minutes, and pods of another ReplicaSet that go do not wake it: how far it gets in time is not certain.
 * Source: pkg/controller/replicaset/replica_set.go (v1.36.3), `syncReplicaSet`: the queue's rate limit.
 */
export function paced({ start, quota, recreates }: Model, ending: Ending): Ending {
  if (ending.kind === "stalls" && ending.by === "quota")
    return { ...ending, least: Math.min(ending.least, start.available) };
  // Where all old pods go before the first new one comes, none of them is in its way.
  if (quota.least(recreates ? 0 : start.old) >= start.replicas) return ending;
  if (ending.kind !== "completes") return { ...ending, least: start.available };
  const { available: least, replicas: most, old: left } = start;
  return { kind: "depends", least, most, left, by: "pace", standing: () => undefined };
}
