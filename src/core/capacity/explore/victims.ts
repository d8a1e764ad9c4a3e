import { type Board, type Pile, pilesOf } from "./board.ts";
import { type Cells, moved, type Position } from "./position.ts";

/** Which of several equally likely candidates are followed: all of them, or one by lot. */
export type Pick = <T>(candidates: readonly T[]) => readonly T[];

/** So many choices of pods to delete at once are followed; more of them are too many to play. */
const MOST_CHOICES = 128;

/** What a ReplicaSet is told to do. */
interface Order {
  readonly board: Board;
  readonly group: number;
  readonly count: number;
  readonly pick: Pick;
}

/**
 * All positions that deleting pods of one old ReplicaSet may lead to. It takes those without a node first, then those
 * that are not ready, then those of the least deletion cost, then those on nodes with the most pods of the Deployment,
 * counted once before the first of them goes. What comes after that, their ages in rough steps and then their uids,
 * is not known or changes while one looks, so it is anyone's turn; the same holds among pods that are not ready.
 * `undefined` where there are too many ways.
 * Source: pkg/controller/controller_utils.go (v1.36.3), `ActivePodsWithRanks`; pkg/controller/replicaset/replica_set.go,
 * `getPodsRankedByRelatedPodsOnSameNode`.
 */
export function withoutVictims(
  { board, group, count, pick }: Order,
  position: Position,
): readonly Position[] | undefined {
  const without = Math.min(count, position.waiting[group] ?? 0);
  const waiting = position.waiting.map((each, index) => (index === group ? each - without : each));
  const crowds = crowdsOf(board, position.cells);
  let open = new Map<string, Cells>([["", position.cells]]);
  for (let gone = without; gone < count; gone += 1) {
    const next = new Map<string, Cells>();
    for (const cells of open.values()) {
      for (const { node, index } of pick(candidatesOf(board, group, crowds, cells))) {
        const left = deleted(board, cells, node, index);
        next.set(keyOf(board, crowds, left), left);
      }
    }
    if (next.size > MOST_CHOICES) return undefined;
    open = next;
  }
  return [...open.values()].map((cells) => ({ ...position, cells, waiting }));
}

/** Pods of the Deployment on each node. */
function crowdsOf(board: Board, cells: Cells): ReadonlyMap<number, number> {
  const crowds = new Map<number, number>();
  for (const { node, kind, count } of pilesOf(board, cells)) {
    const before = crowds.get(node) ?? board.neighbours[node] ?? 0;
    crowds.set(node, before + (kind.leaving ? 0 : count));
  }
  return crowds;
}

/** The piles whose pods come first; of equal nodes only one. */
function candidatesOf(
  board: Board,
  group: number,
  crowds: ReadonlyMap<number, number>,
  cells: Cells,
): readonly Pile[] {
  const turnOf = ({ node, kind }: Pile): readonly number[] =>
    kind.ready ? [1, kind.pod.deletionCost ?? 0, -(crowds.get(node) ?? 0)] : [0];
  const piles = pilesOf(board, cells).filter(({ kind }) => kind.group === group && !kind.leaving);
  const first = piles.map(turnOf).sort(compare)[0];
  const found = new Map<string, Pile>();
  for (const pile of piles) {
    const { node, index } = pile;
    const key = `${board.classOf[node]}:${cells.get(node)?.join()}:${crowds.get(node)}:${index}`;
    if (first !== undefined && compare(turnOf(pile), first) === 0) found.set(key, pile);
  }
  return [...found.values()];
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (const [index, number] of left.entries()) {
    const difference = number - (right[index] ?? number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Where no pod needs its company, a deleted pod may as well be gone at once: that only makes room. */
function deleted({ kinds }: Board, cells: Cells, node: number, kind: number): Cells {
  const left = moved(cells, node, kind, -1);
  const lingers = kinds[kind]?.lingers;
  return lingers === undefined ? left : moved(left, node, lingers, 1);
}

function keyOf({ classOf }: Board, crowds: ReadonlyMap<number, number>, cells: Cells): string {
  const parts = [...cells].map(
    ([node, counts]) => `${classOf[node]}:${counts.join(",").replace(/(,0)+$/, "")}:${crowds.get(node)}`,
  );
  return parts.sort().join(" ");
}
