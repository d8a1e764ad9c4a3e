import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { binaryPath, type Minor } from "../../cluster/binary.ts";
import { compareFilters } from "./filters.ts";

/** More, or others, in the environment: `CONFORMANCE_FILTERS=2000 CONFORMANCE_SEED=7`. */
const count = Number(process.env.CONFORMANCE_FILTERS ?? 200);
const seed = Number(process.env.CONFORMANCE_SEED ?? 1);

const minors: readonly Minor[] = [36, 34];

// An older scheduler is only asked where it is built already, since that takes minutes.
test.each(minors.filter((minor) => minor === 36 || existsSync(binaryPath(minor))))(
  `the filters, the message and the choice of victims are those of the scheduler 1.%i`,
  { timeout: 900_000, retry: 0 },
  async (minor) => {
    const { outcomes, disagreements } = await compareFilters({ minor, count, seed });
    expect(disagreements).toEqual([]);
    expect(Object.keys(outcomes)).toEqual(expect.arrayContaining(["placed", "refused", "preempts"]));
  },
);
