import { type Board, pilesOf } from "./board.ts";
import type { Position } from "./position.ts";
import { type Pick, withoutVictims } from "./victims.ts";

/** What the Deployment wants, in pods. */
export interface Terms {
  readonly replicas: number;
  readonly surge: number;
  readonly unavailable: number;
  /** How many new pods may exist beside a number of old ones. */
  readonly mostBeside: (old: number) => number;
}

interface Group {
  readonly ready: number;
  readonly all: number;
}

/** Counts the pods of each old ReplicaSet, as its status does: those being deleted are not in it. */
function groupsOf(board: Board, { cells, waiting }: Position): readonly Group[] {
  const groups = waiting.map((all) => ({ all, ready: 0 }));
  for (const { kind, count } of pilesOf(board, cells)) {
    const group = kind.group === undefined || kind.leaving ? undefined : groups[kind.group];
    if (group === undefined) continue;
    group.all += count;
    if (kind.ready) group.ready += count;
  }
  return groups;
}

/** Old pods that the controller counts. */
export const oldCount = (board: Board, position: Position): number =>
  groupsOf(board, position).reduce((sum, { all }) => sum + all, 0);

/**
 * The position once the controller has scaled up as far as it may, which it does before anything else, and the
 * quotas have let in what they do.
 * Source: pkg/controller/deployment/util/deployment_util.go (v1.36.3), `NewRSNewReplicas`.
 */
export function scaledUp(board: Board, terms: Terms, position: Position): Position {
  const old = oldCount(board, position);
  const { replicas, surge } = terms;
  const more = Math.min(replicas + surge - position.wanted - old, replicas - position.wanted);
  const wanted = position.wanted + Math.max(0, more);
  const created = Math.max(position.created, Math.min(wanted, terms.mostBeside(old)));
  return { ...position, wanted, created };
}

/** How many old pods the controller may take away now. */
export function surplusOf(board: Board, { replicas, unavailable }: Terms, position: Position): number {
  const old = oldCount(board, position);
  return old === 0 ? 0 : Math.max(0, old + position.available - (replicas - unavailable));
}

/**
 * All positions that taking old pods away may lead to: those that are not available first, whosever they are, then
 * those of the oldest ReplicaSet. Its controller sees both numbers at once, or one after the other.
 * `undefined` where there are too many.
 * Source: pkg/controller/deployment/rolling.go (v1.36.3), `reconcileOldReplicaSets`.
 */
export function scaledDown(
  board: Board,
  terms: Terms,
  position: Position,
  pick: Pick,
): readonly Position[] | undefined {
  const groups = groupsOf(board, position);
  const cleanup = cleanupOf(groups, surplusOf(board, terms, position));
  const rest = groups.map(({ all }, group) => all - (cleanup[group] ?? 0));
  const ready = groups.reduce((sum, each) => sum + each.ready, 0);
  const healthy = oldestFirst(rest, position.available + ready - (terms.replicas - terms.unavailable));
  const atOnce = cleanup.map((count, group) => count + (healthy[group] ?? 0));
  const together = removed(board, [position], atOnce, pick);
  const isSome = (count: number): boolean => count > 0;
  const both = cleanup.some(isSome) && healthy.some(isSome);
  if (!both || together === undefined) return together;
  const first = removed(board, [position], cleanup, pick);
  const inTurn = first && removed(board, first, healthy, pick);
  return inTurn && [...together, ...inTurn];
}

function cleanupOf(groups: readonly Group[], surplus: number): readonly number[] {
  return oldestFirst(
    groups.map(({ all, ready }) => all - ready),
    surplus,
  );
}

function oldestFirst(counts: readonly number[], most: number): readonly number[] {
  let left = Math.max(0, most);
  return counts.map((count) => {
    const taken = Math.min(count, left);
    left -= taken;
    return taken;
  });
}

/** So many ReplicaSets at once are followed in every order; more of them are too many to play. */
const MOST_AT_ONCE = 3;

/** Each ReplicaSet has its pods deleted in its own time, and what is gone by then decides which of the others go. */
function removed(
  board: Board,
  from: readonly Position[],
  counts: readonly number[],
  pick: Pick,
): readonly Position[] | undefined {
  const groups = [...counts.keys()].filter((group) => (counts[group] ?? 0) > 0);
  if (groups.length > MOST_AT_ONCE) return undefined;
  const found = pick(ordersOf(groups)).map((order) => removedInOrder(board, from, counts, order, pick));
  return found.includes(undefined) ? undefined : found.flatMap((some) => some ?? []);
}

function ordersOf(groups: readonly number[]): readonly (readonly number[])[] {
  if (groups.length <= 1) return [groups];
  return groups.flatMap((first) =>
    ordersOf(groups.filter((group) => group !== first)).map((others) => [first, ...others]),
  );
}

function removedInOrder(
  board: Board,
  from: readonly Position[],
  counts: readonly number[],
  order: readonly number[],
  pick: Pick,
): readonly Position[] | undefined {
  let positions: readonly Position[] = from;
  for (const group of order) {
    const next = positions.map((each) =>
      withoutVictims({ board, group, count: counts[group] ?? 0, pick }, each),
    );
    if (next.includes(undefined)) return undefined;
    positions = next.flatMap((some) => some ?? []);
  }
  return positions;
}
