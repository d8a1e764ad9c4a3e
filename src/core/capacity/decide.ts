import type { Coexistence } from "./coexistence.ts";
import type { Start } from "./model.ts";

/**
 * How the rollout ends. `least` and `most`: available new pods when it is stuck, over all choices of scheduler and
 * controller; `left`: old pods then.
 */
export type Ending =
  | { readonly kind: "completes" }
  /** However the pods are placed. */
  | { readonly kind: "stalls"; readonly least: number; readonly most: number; readonly left: number }
  /** Room alone does not tell: it depends on which old pods go first. */
  | { readonly kind: "depends"; readonly least: number; readonly left: number };

/**
 * Decides whether a rollout completes. With `k` new pods available the controller leaves at most
 * `replicas − unavailable − k` old ones, and the rollout goes on exactly when more than `k` new pods fit beside
 * them. It does not matter whether all surge pods fit at once: that makes it slower, not stuck.
 * Source: pkg/controller/deployment/rolling.go (v1.36.2), `reconcileOldReplicaSets`.
 */
export function decide(start: Start, room: Coexistence): Ending {
  let first: { readonly least: number; readonly left: number } | undefined;
  for (let k = start.available; k < start.replicas; k += 1) {
    const { certain, possible, left } = roomAt(start, room, k);
    if (certain <= k) first ??= { least: k, left };
    if (first !== undefined && possible <= k) return { kind: "stalls", ...first, most: k };
  }
  return first === undefined ? { kind: "completes" } : { kind: "depends", ...first };
}

/** By how many new pods the room falls short at the worst moment; 0 when it never does. */
export function deficitOf(start: Start, room: Coexistence): number {
  let deficit = 0;
  for (let k = start.available; k < start.replicas; k += 1) {
    deficit = Math.max(deficit, k + 1 - roomAt(start, room, k).certain);
  }
  return deficit;
}

/** New pods that fit beside the old ones left when `k` are available: in the worst case, and in the best. */
function roomAt(
  { replicas, unavailable, old, waiting }: Start,
  room: Coexistence,
  k: number,
): { readonly certain: number; readonly possible: number; readonly left: number } {
  const remaining = Math.min(old, Math.max(0, replicas - unavailable - k));
  const left = Math.min(remaining, room.placed);
  let [certain, possible] = [room.least(left), room.most(left)];
  // Waiting old pods are the first to go, unless they found a node before, which new pods could have had.
  for (let found = 1; found <= Math.min(waiting.count, remaining); found += 1) {
    const others = Math.min(remaining - found, room.placed);
    certain = Math.min(certain, room.least(others) - found * waiting.takesAtMost);
    possible = Math.max(possible, room.most(others) - found * waiting.takesAtLeast);
  }
  return { certain, possible, left };
}
