/** What a node offers for each number of old pods left on it: element `x` is the value with `x` left. */
export type Offers = readonly number[];

/** Which of several ways to leave old pods on nodes counts. */
export interface Choice {
  readonly pick: (a: number, b: number) => number;
  /** Gives way to every value. */
  readonly none: number;
  /** 1 when smaller steps come first in what is easily joined (a convex curve), −1 when larger ones do. */
  readonly curve: 1 | -1;
}

/** The way that offers the least room. */
export const LEAST: Choice = { pick: Math.min, none: Number.POSITIVE_INFINITY, curve: 1 };

/** The way that offers the most room. */
export const MOST: Choice = { pick: Math.max, none: Number.NEGATIVE_INFINITY, curve: -1 };

/** Beyond this many steps curves are smoothed first: the bound stays true, but may be wider by a pod a node. */
const MOST_STEPS = 20_000_000;

/**
 * What several nodes offer together for each total number of old pods left on them, by the best or worst of all
 * ways to leave that many. Where old pods are as large as new ones this takes next to no time; else time grows with
 * the square of their number, up to a limit.
 */
export function together(nodes: readonly Offers[], choice: Choice): Offers {
  const curved = nodes.filter((offers) => isCurved(offers, choice));
  const others = nodes.filter((offers) => !isCurved(offers, choice));
  if (podsOn(others) * podsOn(nodes) > MOST_STEPS)
    return joinCurved(
      nodes.map((offers) => smooth(offers, choice)),
      choice,
    );
  return join(joinCurved(curved, choice), joinAll(others, choice), choice);
}

/** How many old pods each node keeps in one of the ways to leave `total` that `choice` prefers. */
export function wayOf(nodes: readonly Offers[], total: number, choice: Choice): readonly number[] {
  if (nodes.length <= 1) return nodes.length === 0 ? [] : [total];
  const [left, right] = halves(nodes);
  const [before, after] = [together(left, choice), together(right, choice)];
  const offers = before.map((offer, x) => offer + (after[total - x] ?? choice.none));
  const kept = offers.indexOf(offers.reduce((best, offer) => choice.pick(best, offer), choice.none));
  return [...wayOf(left, kept, choice), ...wayOf(right, total - kept, choice)];
}

function halves(nodes: readonly Offers[]): readonly [readonly Offers[], readonly Offers[]] {
  const middle = nodes.length >> 1;
  return [nodes.slice(0, middle), nodes.slice(middle)];
}

const podsOn = (nodes: readonly Offers[]): number =>
  nodes.reduce((pods, offers) => pods + offers.length - 1, 0);

const stepsOf = (offers: Offers): readonly number[] =>
  offers.slice(1).map((offer, index) => offer - (offers[index] ?? 0));

function isCurved(offers: Offers, { curve }: Choice): boolean {
  return stepsOf(offers).every(
    (step, index, steps) => index === 0 || (step - (steps[index - 1] ?? 0)) * curve >= 0,
  );
}

/**
 * Curves are joined by taking all their steps in order: the best step of any node is always free to come next.
 * Smoothed steps are fractions, and half a pod is none.
 */
function joinCurved(nodes: readonly Offers[], { curve }: Choice): Offers {
  const steps = nodes.flatMap(stepsOf).sort((left, right) => (left - right) * curve);
  let offer = nodes.reduce((sum, offers) => sum + (offers[0] ?? 0), 0);
  const joined = [offer];
  for (const step of steps) {
    offer += step;
    joined.push(curve === LEAST.curve ? Math.floor(offer) : Math.ceil(offer));
  }
  return joined;
}

/** The nearest curve that bounds the offers: below for the least, above for the most. */
function smooth(offers: Offers, choice: Choice): Offers {
  return offers.map((offer, x) => {
    let bound = offer;
    for (let a = 0; a < x; a += 1) {
      for (let b = x + 1; b < offers.length; b += 1) {
        const [from, to] = [offers[a] ?? 0, offers[b] ?? 0];
        bound = choice.pick(bound, from + ((to - from) * (x - a)) / (b - a));
      }
    }
    return bound;
  });
}

function joinAll(nodes: readonly Offers[], choice: Choice): Offers {
  if (nodes.length <= 1) return nodes[0] ?? [0];
  const [left, right] = halves(nodes);
  return join(joinAll(left, choice), joinAll(right, choice), choice);
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
