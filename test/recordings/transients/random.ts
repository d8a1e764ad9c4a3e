/** Chance that is the same for the same seed. */
export interface Random {
  /** Between the two, both in seconds or whatever they are. */
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(values: readonly [T, ...T[]]): T;
}

/** Small and repeatable. Source: Marsaglia, "Xorshift RNGs" (2003). */
export function randomOf(seed: number): Random {
  let x = seed;
  const next = (): number => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  };
  for (let turn = 0; turn < 8; turn += 1) next();
  return {
    between: (least, most) => least + (most - least) * next(),
    chance: (probability) => next() < probability,
    pick: (values) => values[Math.floor(next() * values.length)] ?? values[0],
  };
}
