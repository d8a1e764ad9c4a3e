import fc from "fast-check";
import { expect, test } from "vitest";
import { LEAST, MOST, type Offers, together, wayOf } from "../../../src/core/capacity/convolution.ts";

const nodes = fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 }), {
  maxLength: 5,
});

/** Every way to leave old pods on nodes, with what it offers. */
function ways([first, ...rest]: readonly Offers[]): { kept: number[]; offer: number }[] {
  if (first === undefined) return [{ kept: [], offer: 0 }];
  return first.flatMap((offer, x) =>
    ways(rest).map((way) => ({ kept: [x, ...way.kept], offer: offer + way.offer })),
  );
}

const total = (kept: readonly number[]): number => kept.reduce((sum, count) => sum + count, 0);

test("together() finds the least and the most over all ways", () => {
  fc.assert(
    fc.property(nodes, (offers) => {
      const all = ways(offers);
      for (const [left, least] of together(offers, LEAST).entries()) {
        const here = all.filter(({ kept }) => total(kept) === left).map(({ offer }) => offer);
        expect([least, together(offers, MOST)[left]]).toEqual([Math.min(...here), Math.max(...here)]);
      }
    }),
  );
});

test("wayOf() gives a way that offers just that", () => {
  fc.assert(
    fc.property(nodes, (offers) => {
      for (const [left, least] of together(offers, LEAST).entries()) {
        const kept = wayOf(offers, left, LEAST);
        expect(total(kept)).toBe(left);
        expect(total(kept.map((x, index) => offers[index]?.[x] ?? Number.NaN))).toBe(least);
      }
    }),
  );
});

test("together() bounds what is too much to try, within a pod", () => {
  const many = new Array<Offers>(2500).fill([1, 1, 0]);
  const [least, most] = [together(many, LEAST), together(many, MOST)];
  for (const left of [0, 1, 2, 3, 2500, 4999, 5000]) {
    const exact = 2500 - Math.floor(left / 2);
    expect(exact - (least[left] ?? 0)).toBeOneOf([0, 1]);
    expect(most[left]).toBe(Math.min(2500, 5000 - left));
  }
});
