import type { PlacedPod } from "../../model/room.ts";
import type { Scheduling } from "../scheduling.ts";
import type { Cells, Position } from "./position.ts";

/** Pods that are alike to the scheduler and to the controller. */
export interface Kind {
  /** Index of the old ReplicaSet, oldest first; `undefined` for the new one, and for pods of others. */
  readonly group: number | undefined;
  readonly pod: PlacedPod;
  readonly ready: boolean;
  /** Being deleted: it takes its room, but the controller does not count it any more. */
  readonly leaving: boolean;
  /** Index of the kind that the pod may turn into: the same one, ready. */
  readonly turns: number | undefined;
  /** Index of the kind that it is while it is being deleted; `undefined` where nobody misses it when it is gone. */
  readonly lingers: number | undefined;
}

/** Kind of the new pods that the rollout places. */
export const FRESH = 0;

/** What a rollout is played on: nodes, the pods that come and go on them, and the scheduler's view of each. */
export interface Board {
  readonly kinds: readonly Kind[];
  /** The scheduler's view of a new pod, then of a waiting old pod of each ReplicaSet that has such. */
  readonly schedulings: readonly (Scheduling | undefined)[];
  /** Kind of such an old pod once it has a node. */
  readonly arrivals: readonly number[];
  /** Number that equal nodes share, without the pods that come and go. */
  readonly classOf: readonly number[];
  readonly members: readonly (readonly number[])[];
  /** New pods that were on the node from the start, which the controller counts as neighbours. */
  readonly neighbours: readonly number[];
  /** Moves the scheduler's views to a position; returns how many pods had to move. */
  stand(position: Position): number;
}

/** Some pods of one kind on one node. */
export interface Pile {
  readonly node: number;
  /** Index of the kind. */
  readonly index: number;
  readonly kind: Kind;
  readonly count: number;
}

/** All pods that come and go, pile by pile. */
export function pilesOf({ kinds }: Pick<Board, "kinds">, cells: Cells): readonly Pile[] {
  const piles: Pile[] = [];
  for (const [node, counts] of cells) {
    for (let index = 0; index < counts.length; index += 1) {
      const [kind, count = 0] = [kinds[index], counts[index]];
      if (kind !== undefined && count > 0) piles.push({ node, index, kind, count });
    }
  }
  return piles;
}

/** Pods to put on a node at the start, by kind. */
export interface Setup {
  readonly kinds: readonly Kind[];
  readonly cells: Cells;
  readonly neighbours: readonly number[];
  /** Prepared with everything but the pods of `cells`. */
  readonly schedulings: readonly (Scheduling | undefined)[];
  readonly arrivals: readonly number[];
  readonly nodes: number;
  /** The most new pods that there will be. */
  readonly most: number;
}

/** Sets up a board. */
export function boardOf(setup: Setup): Board {
  const { classOf, members } = classesOf(setup);
  let current: Cells = new Map();
  const stand = ({ cells }: Position): number => {
    let moves = 0;
    for (const node of new Set([...current.keys(), ...cells.keys()])) {
      const [from, to] = [current.get(node), cells.get(node)];
      if (from !== to) moves += turnInto(setup, node, from ?? [], to ?? []);
    }
    current = cells;
    return moves;
  };
  return { ...setup, classOf, members, stand };
}

function turnInto(
  { kinds, schedulings }: Setup,
  node: number,
  from: readonly number[],
  to: readonly number[],
): number {
  let moves = 0;
  for (const [index, { pod }] of kinds.entries()) {
    const more = (to[index] ?? 0) - (from[index] ?? 0);
    moves += Math.abs(more);
    for (const scheduling of schedulings) {
      for (let count = 0; count < more; count += 1) scheduling?.add(node, pod);
      for (let count = 0; count > more; count -= 1) scheduling?.remove(node, pod);
    }
  }
  return moves;
}

function classesOf({
  nodes,
  schedulings,
  neighbours,
  cells,
  most,
}: Setup): Pick<Board, "classOf" | "members"> {
  const numbers = new Map<string, number>();
  const members: number[][] = [];
  // Where only new pods ever come, it does not matter what exactly is free.
  const others = schedulings.some((scheduling, view) => view !== FRESH && scheduling !== undefined);
  const classOf = Array.from({ length: nodes }, (_, node) => {
    const views = schedulings.map(
      (scheduling) => scheduling?.signature(node, others || cells.has(node) ? undefined : most) ?? "",
    );
    const key = [cells.has(node) || others ? "" : "new", neighbours[node] ?? 0, ...views].join("\n");
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    const list = members[number] ?? [];
    members[number] = list;
    list.push(node);
    return number;
  });
  return { classOf, members };
}

const cellKey = (board: Board, node: number, counts: readonly number[]): string =>
  `${board.classOf[node]}:${counts.join(",").replace(/(,0)+$/, "")}`;

/** Equal for positions that differ only in which of several equal nodes holds what. */
export function keyOf(
  board: Board,
  { cells, wanted, created, placed, available, waiting }: Position,
): string {
  const parts = [...cells].map(([node, counts]) => cellKey(board, node, counts)).sort();
  return `${wanted} ${created} ${placed} ${available} ${waiting.join(",")}|${parts.join(" ")}`;
}

/** One node of each sort that the position has, with how many there are of it. */
export function sortsOf(board: Board, { cells }: Position): ReadonlyMap<number, number> {
  const first = new Map<string, number>();
  const sizes = new Map<number, number>();
  const touched = new Map<number, number>();
  for (const [node, counts] of cells) {
    const key = cellKey(board, node, counts);
    const representative = first.get(key) ?? node;
    first.set(key, representative);
    sizes.set(representative, (sizes.get(representative) ?? 0) + 1);
    const own = board.classOf[node] ?? 0;
    touched.set(own, (touched.get(own) ?? 0) + 1);
  }
  for (const [number, nodes] of board.members.entries()) {
    const empty = nodes.length - (touched.get(number) ?? 0);
    const node = empty > 0 ? nodes.find((candidate) => !cells.has(candidate)) : undefined;
    if (node !== undefined) sizes.set(node, empty);
  }
  return sizes;
}
