import { type Board, FRESH, pilesOf, sortsOf } from "./board.ts";
import { scaledDown, scaledUp, surplusOf, type Terms } from "./controller.ts";
import { moved, type Position } from "./position.ts";
import type { Pick } from "./victims.ts";

/** One thing that may happen next. */
export interface Move {
  readonly kind: "scale-down" | "available" | "place" | "gone" | "ready";
  /** How many equal nodes it may happen on. */
  readonly weight: number;
  /** Index of one of these nodes; absent where it happens on none. */
  readonly node?: number;
  /** All positions that it may lead to; `undefined` where there are too many. */
  readonly to: (pick: Pick) => readonly Position[] | undefined;
}

/** What may happen in a position. `must`: something of it does happen, sooner or later; `may`: perhaps never. */
export interface Moves {
  readonly must: readonly Move[];
  readonly may: readonly Move[];
  /** How much there was to look at. */
  readonly work: number;
}

/**
 * Lists what controller, scheduler and kubelet may do next, each in its own time. New pods that have a node become
 * available; of an old pod that is not ready nothing is certain.
 */
export function movesOf(board: Board, terms: Terms, position: Position): Moves {
  const work = board.stand(position);
  const sorts = sortsOf(board, position);
  const placing = placings(board, position, sorts);
  const must = [
    ...placing,
    ...(surplusOf(board, terms, position) > 0 ? [scalingDown(board, terms, position)] : []),
    ...(position.available < position.placed ? [becomingAvailable(position)] : []),
    ...changes(board, position, sorts, "gone"),
  ];
  const looked = board.schedulings.filter((scheduling) => scheduling !== undefined).length * sorts.size;
  return { must, may: changes(board, position, sorts, "ready"), work: work + looked };
}

/** The position once all has happened that only one thing can come of, whenever it does. */
export function settled(board: Board, terms: Terms, position: Position): Position {
  let next = scaledUp(board, terms, position);
  // A pod that becomes available matters only to the controller, once there are enough of them to take old ones away.
  while (next.available < next.placed) {
    const further = { ...next, available: next.available + 1 };
    if (surplusOf(board, terms, further) > 0) break;
    next = further;
  }
  return next;
}

const scalingDown = (board: Board, terms: Terms, position: Position): Move => ({
  kind: "scale-down",
  weight: 1,
  to: (pick) => scaledDown(board, terms, position, pick),
});

const becomingAvailable = (position: Position): Move => ({
  kind: "available",
  weight: 1,
  to: () => [{ ...position, available: position.available + 1 }],
});

function placings(board: Board, position: Position, sorts: ReadonlyMap<number, number>): readonly Move[] {
  const found: Move[] = [];
  const place = (view: number, kind: number, change: Partial<Position>): void => {
    const scheduling = board.schedulings[view];
    if (scheduling === undefined || scheduling.refusal !== undefined) return;
    for (const [node, weight] of sorts) {
      if (scheduling.refusals(node).length > 0) continue;
      const to = () => [{ ...position, ...change, cells: moved(position.cells, node, kind, 1) }];
      found.push({ kind: "place", weight, node, to });
    }
  };
  if (position.created > position.placed) place(FRESH, FRESH, { placed: position.placed + 1 });
  for (const [group, count] of position.waiting.entries()) {
    const waiting = position.waiting.map((each, index) => (index === group ? each - 1 : each));
    if (count > 0) place(group + 1, board.arrivals[group] ?? FRESH, { waiting });
  }
  return found;
}

/** Pods that are being deleted go, and pods that are not ready may turn ready. */
function changes(
  board: Board,
  position: Position,
  sorts: ReadonlyMap<number, number>,
  what: "gone" | "ready",
): readonly Move[] {
  const found: Move[] = [];
  for (const { node, index, kind } of pilesOf(board, position.cells)) {
    const weight = sorts.get(node);
    const turns = what === "ready" && !kind.leaving ? kind.turns : undefined;
    if (weight === undefined || !(what === "gone" ? kind.leaving : turns !== undefined)) continue;
    const left = moved(position.cells, node, index, -1);
    const cells = turns === undefined ? left : moved(left, node, turns, 1);
    found.push({ kind: what, weight, node, to: () => [{ ...position, cells }] });
  }
  return found;
}
