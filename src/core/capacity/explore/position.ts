/** How many pods of each kind are on a node, by the index of the kind; an empty node has no entry at all. */
export type Cells = ReadonlyMap<number, readonly number[]>;

/** A rollout at one moment: pods on nodes, and what the controller wants. */
export interface Position {
  readonly cells: Cells;
  /** `spec.replicas` of the new ReplicaSet. */
  readonly wanted: number;
  /** Pods of it that could be created: a quota may hold back the others. */
  readonly created: number;
  /** Pods of it that have a node. */
  readonly placed: number;
  readonly available: number;
  /** Old pods without a node, by ReplicaSet. */
  readonly waiting: readonly number[];
}

/** The cells with `change` more pods of a kind on a node. */
export function moved(cells: Cells, node: number, kind: number, change: number): Cells {
  const counts = [...(cells.get(node) ?? [])];
  for (let index = counts.length; index <= kind; index += 1) counts.push(0);
  counts[kind] = (counts[kind] ?? 0) + change;
  const next = new Map(cells);
  if (counts.some((count) => count > 0)) next.set(node, counts);
  else next.delete(node);
  return next;
}
