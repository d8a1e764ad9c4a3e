/** What a node offers for each number of old pods left on it: element `x` is the value with `x` left. */
export type Offers = readonly number[];

/** Which of several ways to leave old pods on nodes counts. */
export interface Choice {
  readonly pick: (a: number, b: number) => number;
  /** Gives way to every value. */
  readonly none: number;
}

/** The way that offers the least room. */
export const LEAST: Choice = { pick: Math.min, none: Number.POSITIVE_INFINITY };

/** The way that offers the most room. */
export const MOST: Choice = { pick: Math.max, none: Number.NEGATIVE_INFINITY };

/**
 * What several nodes offer together for each total number of old pods left on them, by the best or worst of all
 * ways to leave that many. Takes time in the square of the number of pods, not in the number of ways.
 */
export function together(nodes: readonly Offers[], choice: Choice): Offers {
  if (nodes.length <= 1) return nodes[0] ?? [0];
  const [left, right] = halves(nodes);
  return join(together(left, choice), together(right, choice), choice);
}

/** How many old pods each node keeps in one of the ways to leave `total` that `choice` prefers. */
export function wayOf(nodes: readonly Offers[], total: number, choice: Choice): readonly number[] {
  if (nodes.length <= 1) return nodes.length === 0 ? [] : [total];
  const [left, right] = halves(nodes);
  const [before, after] = [together(left, choice), together(right, choice)];
  const best = join(before, after, choice)[total];
  const kept = before.findIndex((offer, x) => offer + (after[total - x] ?? Number.NaN) === best);
  return [...wayOf(left, kept, choice), ...wayOf(right, total - kept, choice)];
}

function halves(nodes: readonly Offers[]): readonly [readonly Offers[], readonly Offers[]] {
  const middle = nodes.length >> 1;
  return [nodes.slice(0, middle), nodes.slice(middle)];
}

function join(left: Offers, right: Offers, { pick, none }: Choice): Offers {
  const joined = new Array<number>(left.length + right.length - 1).fill(none);
  for (let a = 0; a < left.length; a += 1) {
    for (let b = 0; b < right.length; b += 1) {
      joined[a + b] = pick(joined[a + b] ?? none, (left[a] ?? 0) + (right[b] ?? 0));
    }
  }
  return joined;
}
