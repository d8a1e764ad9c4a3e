/**
 * Counts things by node, exactly, as pods that bring them come and go: what is added and removed as often is as if it
 * had never been there.
 */
export class Tally {
  readonly #counts = new Map<string, Map<string, number>>();

  /** Changes how often the thing is on the node. */
  change(node: string, thing: string, by: 1 | -1): void {
    const counts = this.#counts.get(node) ?? new Map<string, number>();
    const count = (counts.get(thing) ?? 0) + by;
    if (count === 0) counts.delete(thing);
    else counts.set(thing, count);
    this.#counts.set(node, counts);
  }

  /** All things on the node, with how often they are there. */
  on(node: string): ReadonlyMap<string, number> {
    return this.#counts.get(node) ?? NOTHING;
  }
}

const NOTHING: ReadonlyMap<string, number> = new Map();
