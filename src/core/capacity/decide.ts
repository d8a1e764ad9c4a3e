import type { PlacedPod } from "../model/room.ts";
import type { Coexistence } from "./coexistence.ts";
import type { Model } from "./model.ts";

/**
 * How the rollout ends. `least` and `most`: available new pods when it is stuck, over all choices of scheduler and
 * controller.
 */
export type Ending =
  | { readonly kind: "completes" }
  /** However the pods are placed. */
  | ({ readonly kind: "stalls" } & Stop)
  /** It may complete, and it may not. */
  | ({ readonly kind: "depends"; readonly sample?: Sample | undefined } & Stop);

/** Where a rollout stops. */
export interface Stop {
  readonly least: number;
  readonly most: number;
  /** `quota`: the API lets no further pod in; `pace`: it will, but only after a pod of before is gone. */
  readonly by: "room" | "quota" | "pace";
  /** Old pods when it stops, those that wait for a node included. */
  readonly left: number;
  /** What stands on the nodes then, most likely; `undefined` where no way to get stuck was found. */
  readonly standing: () => Standing | undefined;
  /** What may stand there instead, in all other ways to get stuck; absent where these are not all known. */
  readonly others?: (() => readonly Standing[]) | undefined;
}

/** Pods of the workload at a moment of the rollout, by node. */
export interface Standing {
  readonly old: ReadonlyMap<string, readonly PlacedPod[]>;
  /** New pods beside those that are there from the start; absent: as many as find room. */
  readonly placed?: ReadonlyMap<string, number>;
}

/** Some rollouts played by lot, where there are too many ways to try them all. */
export interface Sample {
  readonly runs: number;
  readonly completed: number;
}

/**
 * Decides whether a rollout completes where filters look at one node only. With `k` new pods available the controller
 * leaves at most `replicas − unavailable − k` old ones, and the rollout goes on exactly when more than `k` new pods
 * fit beside them, and the quotas let them in. It does not matter whether all surge pods fit at once: that makes it
 * slower, not stuck.
 * Source: pkg/controller/deployment/rolling.go (v1.36.2), `reconcileOldReplicaSets`.
 */
export function decide({ start, quota }: Asked, room: Coexistence): Ending {
  let first: Omit<Stop, "most"> | undefined;
  for (let k = start.available; k < start.replicas; k += 1) {
    const { certain, possible, left, remaining } = roomAt(start, room, k);
    const allowed = { least: quota.least(remaining), most: quota.most(remaining) };
    if (Math.min(certain, allowed.least) <= k)
      first ??= {
        least: k,
        left: remaining,
        // Where no further pod may exist, none is there that waits for room.
        by: allowed.least <= k ? "quota" : "room",
        standing: () => ({ old: room.worstWay(left) }),
      };
    if (first !== undefined && Math.min(possible, allowed.most) <= k)
      return { kind: "stalls", ...first, most: k };
  }
  return first === undefined ? { kind: "completes" } : { kind: "depends", ...first, most: start.replicas };
}

type Asked = Pick<Model, "start" | "quota">;

/**
 * By how many new pods the room falls short at the worst moment; 0 when it never does. Of the moments with as many old
 * pods left it is the last, and there may be very many before the first of them goes.
 */
export function deficitOf({ start }: Asked, room: Coexistence): number {
  const { replicas, unavailable, old, available } = start;
  const lackAt = (k: number): number => k + 1 - roomAt(start, room, k).certain;
  let deficit = available < replicas ? Math.max(0, lackAt(replicas - 1)) : 0;
  const first = Math.max(available, replicas - unavailable - old);
  for (let k = first; k < Math.min(replicas, replicas - unavailable); k += 1) {
    deficit = Math.max(deficit, lackAt(k));
  }
  return deficit;
}

/** New pods that fit beside the old ones left when `k` are available: in the worst case, and in the best. */
function roomAt({ replicas, unavailable, old, waiting }: Model["start"], room: Coexistence, k: number) {
  const remaining = Math.min(old, Math.max(0, replicas - unavailable - k));
  const left = Math.min(remaining, room.placed);
  let [certain, possible] = [room.least(left), room.most(left)];
  // Waiting old pods are the first to go, unless they found a node before, which new pods could have had.
  for (let found = 1; found <= Math.min(waiting.count, remaining); found += 1) {
    const others = Math.min(remaining - found, room.placed);
    certain = Math.min(certain, room.least(others) - found * waiting.takesAtMost);
    possible = Math.max(possible, room.most(others) - found * waiting.takesAtLeast);
  }
  return { certain, possible, left, remaining };
}
