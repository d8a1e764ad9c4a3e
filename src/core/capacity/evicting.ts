import { type Candidate, isInVain, preemptionOf } from "./preemption.ts";
import type { Scheduling } from "./scheduling.ts";

/** Puts up to `pending` pods wherever there is room; returns how many. */
export function fillUp(scheduling: Scheduling, pending: number): number {
  let placed = 0;
  for (let before = -1; placed > before; ) {
    before = placed;
    for (let index = 0; index < scheduling.size && placed < pending; index += 1) {
      while (placed < pending && scheduling.refusals(index).length === 0) {
        scheduling.add(index, scheduling.placed);
        placed += 1;
      }
    }
    // Nodes that are nothing to each other need no second look.
    if (scheduling.local) break;
  }
  return placed;
}

/**
 * Evicts for one of `pending` pods after the other as the scheduler would, until nobody more can give way, or one who
 * is chosen to never does. Who comes to a node where more room was made than it needed is followed by others.
 */
export function evictAll(scheduling: Scheduling, pending: number): void {
  for (let left = pending; left > 0; ) {
    const next = preemptionOf(scheduling)[0];
    if (next === undefined || isInVain(next)) return;
    evict(scheduling, next);
    left -= 1 + fillUp(scheduling, left - 1);
  }
}

function evict(scheduling: Scheduling, { index, victims }: Candidate): void {
  for (const pod of victims) scheduling.remove(index, pod);
  scheduling.add(index, scheduling.placed);
}
