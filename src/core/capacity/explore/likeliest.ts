import type { Board } from "./board.ts";
import type { Terms } from "./controller.ts";
import type { Effort } from "./explore.ts";
import { type Move, movesOf, settled } from "./moves.ts";
import type { Position } from "./position.ts";
import { scoresOf } from "./scores.ts";

/** What happens first: the scheduler and the controller are quicker than a pod is to go, or to become available. */
const ORDER: readonly Move["kind"][] = ["place", "scale-down", "gone", "available"];

/**
 * Plays the line that a rollout is likeliest to take, with each pod where the scheduler would rather have it, and
 * returns the position in which it ends; `undefined` where that is too much.
 */
export function likeliest(board: Board, terms: Terms, start: Position, effort: Effort): Position | undefined {
  let position = settled(board, terms, start);
  for (let work = 0; work <= effort.work; ) {
    const { must, work: looked } = movesOf(board, terms, position);
    work += looked + position.cells.size;
    if (must.length === 0) return position;
    const after = nextOf(board, position, must)?.to((candidates) => candidates.slice(0, 1))?.[0];
    if (after === undefined) return undefined;
    position = settled(board, terms, after);
  }
  return undefined;
}

function nextOf(board: Board, position: Position, moves: readonly Move[]): Move | undefined {
  const kind = ORDER.find((each) => moves.some((move) => move.kind === each));
  const choices = moves.filter((move) => move.kind === kind);
  if (kind !== "place" || choices.length === 1) return choices[0];
  const scores = scoresOf(board, position, new Set(choices.map(({ node = 0 }) => node)));
  const scoreOf = ({ node = 0 }: Move): number => scores.get(node) ?? 0;
  return choices.reduce((best, move) => (scoreOf(move) > scoreOf(best) ? move : best));
}
