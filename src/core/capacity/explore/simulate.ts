import { type Board, keyOf } from "./board.ts";
import type { Terms } from "./controller.ts";
import { type Effort, type Ends, isComplete, type Stuck, wider } from "./explore.ts";
import { type Move, movesOf, settled } from "./moves.ts";
import type { Position } from "./position.ts";

/** Ends of some lines of play. */
export interface Sample extends Ends {
  readonly runs: number;
  readonly completed: number;
}

const RUNS = 256;

/** How many of fewer runs than these complete tells nothing. */
export const TELLING_RUNS = 64;

/** The scheduler and the controller are quicker than a pod is to become available, or to go. */
const PACE: Readonly<Record<Move["kind"], number>> = {
  place: 16,
  "scale-down": 16,
  gone: 2,
  available: 1,
  ready: 0.1,
};

/** Plays some lines of a rollout to their ends, by lots that are the same for equal starts. */
export function simulate(board: Board, terms: Terms, start: Position, effort: Effort): Sample {
  const lot = lots(keyOf(board, start));
  let [runs, completed, work] = [0, 0, 0];
  let stuck: Stuck | undefined;
  // Where there cannot be enough runs to tell anything, one is all that is worth its time.
  const isHopeless = (): boolean => runs > 0 && (work / runs) * TELLING_RUNS > effort.work;
  while (runs < RUNS && work < effort.work && !isHopeless()) {
    const run = play(board, terms, start, lot);
    runs += 1;
    work += run.work;
    if (isComplete(board, terms, run.position)) completed += 1;
    else stuck = wider(stuck, run.position);
  }
  return { runs, completed, completes: completed > 0, stuck, all: false };
}

function play(
  board: Board,
  terms: Terms,
  start: Position,
  lot: () => number,
): { readonly position: Position; readonly work: number } {
  let position = settled(board, terms, start);
  let work = 0;
  for (;;) {
    const { must, may, work: looked } = movesOf(board, terms, position);
    work += looked + position.cells.size;
    const move = must.length === 0 ? undefined : drawn([...must, ...may], lot);
    const next = move?.to((candidates) => candidates.slice(at(candidates.length, lot)).slice(0, 1));
    const after = next?.[at(next.length, lot)];
    if (after === undefined) return { position, work };
    position = settled(board, terms, after);
  }
}

const at = (length: number, lot: () => number): number => Math.floor(lot() * length);

/** One move: first of what kind, then where. */
function drawn(moves: readonly Move[], lot: () => number): Move | undefined {
  const kinds = [...new Set(moves.map(({ kind }) => kind))];
  const kind = weighed(kinds, (each) => PACE[each], lot);
  return weighed(
    moves.filter((move) => move.kind === kind),
    ({ weight }) => weight,
    lot,
  );
}

function weighed<T>(
  choices: readonly T[],
  weightOf: (choice: T) => number,
  lot: () => number,
): T | undefined {
  let left = choices.reduce((sum, choice) => sum + weightOf(choice), 0) * lot();
  return choices.find((choice) => {
    left -= weightOf(choice);
    return left < 0;
  });
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32 over an FNV-1a hash). */
function lots(seed: string): () => number {
  let state = 0x811c9dc5;
  for (const letter of seed) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
