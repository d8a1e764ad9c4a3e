import type { PlacedPod } from "../model/room.ts";
import { clusterWith } from "./cluster.ts";
import type { Standing } from "./decide.ts";
import { evictAll, fillUp } from "./evicting.ts";
import type { Refusal } from "./filters/filter.ts";
import type { Model } from "./model.ts";
import type { Room } from "./room.ts";
import { type Scheduling, schedulingOf } from "./scheduling.ts";

/** A node at some moment, and what the scheduler says of it to one more new pod. */
export interface JudgedNode {
  readonly room: Room;
  /** Pods on the node at that moment. */
  readonly pods: readonly PlacedPod[];
  readonly refusals: readonly Refusal[];
  /** How many more new pods it takes. */
  readonly fits: number;
}

/** The scheduler's view of one more new pod as things are now, terminating pods included. */
export function schedulingNow(model: Model): Scheduling {
  return schedulingOf(
    model.pod,
    clusterWith(model, ({ old, leaving }) => [...old, ...leaving]),
  );
}

/**
 * The same once the rollout is stuck: terminating pods are gone, and every new pod that finds room is placed, or, where
 * `evicting`, makes itself room at the cost of pods of lower priority.
 */
export function schedulingWhenStuck(model: Model, { old, placed }: Standing, evicting = false): Scheduling {
  const scheduling = schedulingOf(
    model.pod,
    clusterWith(model, ({ node }) => old.get(node.name) ?? []),
  );
  let pending = model.start.replicas;
  for (const [index, { node, fresh }] of model.nodes.entries()) {
    const count = placed?.get(node.name) ?? 0;
    for (let more = 0; more < count; more += 1) scheduling.add(index, scheduling.placed);
    pending -= fresh.length + count;
  }
  pending -= fillUp(scheduling, pending);
  if (evicting) evictAll(scheduling, pending);
  return scheduling;
}

/** What the scheduler says of each node. */
export function judged(scheduling: Scheduling): readonly JudgedNode[] {
  return Array.from({ length: scheduling.size }, (_, index) => ({
    room: scheduling.room(index),
    pods: scheduling.pods(index),
    refusals: scheduling.refusals(index),
    fits: scheduling.slots(index),
  }));
}
