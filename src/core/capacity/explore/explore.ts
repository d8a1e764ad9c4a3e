import { type Board, keyOf } from "./board.ts";
import { oldCount, type Terms } from "./controller.ts";
import { type Moves, movesOf, settled } from "./moves.ts";
import type { Position } from "./position.ts";

/** How much may be looked at: positions, and nodes in them. */
export interface Effort {
  readonly positions: number;
  readonly work: number;
}

/** What was found of the ends that a rollout may come to. */
export interface Ends {
  readonly completes: boolean;
  /** Available new pods in the positions from which nothing leads on; absent when there are none. */
  readonly stuck: Stuck | undefined;
  /** Whether every line of play was followed to its end. */
  readonly all: boolean;
}

/** The positions in which a rollout is stuck: the least and the most available new pods, and one with the least. */
export interface Stuck {
  readonly least: number;
  readonly most: number;
  readonly position: Position;
  /** All of them that were found, of equal ones only one; of very many the first. */
  readonly positions: readonly Position[];
}

/** As many positions in which a rollout is stuck are kept; more are known by their number only. */
export const KEPT_POSITIONS = 65;

/** Once both ends are found only their range is open, which is worth a part of the effort. */
const PART = 10;

/**
 * Plays every line of a rollout to its end: whatever node the scheduler takes, whichever equal pods the controller
 * picks, and in whatever order the things of this world happen.
 */
export function explore(board: Board, terms: Terms, start: Position, effort: Effort): Ends {
  const seen = new Set<string>();
  const open: Later[] = [() => [settled(board, terms, start)]];
  const ends: { completes: boolean; stuck: Stuck | undefined } = { completes: false, stuck: undefined };
  let work = 0;
  const play = (position: Position): void => {
    const key = keyOf(board, position);
    if (seen.has(key)) return;
    seen.add(key);
    const moves = movesOf(board, terms, position);
    work += moves.work + position.cells.size;
    open.push(...followed(board, terms, moves));
    if (moves.must.length === 0) end(ends, position, isComplete(board, terms, position));
  };
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const positions = next();
    if (positions === undefined || isSpent(effort, seen.size, work, ends)) return { ...ends, all: false };
    // Each has to be told from those seen, which takes time as well.
    work += positions.reduce((sum, { cells }) => sum + cells.size, 0);
    for (const position of positions) play(position);
  }
  return { ...ends, all: true };
}

function end(
  ends: { completes: boolean; stuck: Stuck | undefined },
  position: Position,
  completes: boolean,
): void {
  if (completes) ends.completes = true;
  else ends.stuck = wider(ends.stuck, position);
}

function isSpent(
  { positions, work }: Effort,
  seen: number,
  worked: number,
  ends: Omit<Ends, "all">,
): boolean {
  const part = ends.completes && ends.stuck !== undefined ? PART : 1;
  return seen * part > positions || worked * part > work;
}

/** Whether the rollout has come to its good end. */
export const isComplete = (board: Board, { replicas }: Terms, position: Position): boolean =>
  position.available >= replicas && oldCount(board, position) === 0;

/** What is known of stuck positions once there is one more. */
export function wider(stuck: Stuck | undefined, position: Position): Stuck {
  const { available } = position;
  if (stuck === undefined) return { least: available, most: available, position, positions: [position] };
  return {
    positions: stuck.positions.length < KEPT_POSITIONS ? [...stuck.positions, position] : stuck.positions,
    least: Math.min(stuck.least, available),
    most: Math.max(stuck.most, available),
    position: available < stuck.least ? position : stuck.position,
  };
}

/** What may come next, worked out only once it is its turn; `undefined`: too much. */
type Later = () => readonly Position[] | undefined;

function followed(board: Board, terms: Terms, { must, may }: Moves): readonly Later[] {
  return [...may, ...must].map(
    ({ to }) =>
      () =>
        to((candidates) => candidates)?.map((position) => settled(board, terms, position)),
  );
}
