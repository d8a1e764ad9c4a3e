import { parseArgs } from "node:util";
import type { Minor } from "../test/cluster/binary.ts";
import { judgeAgain, runConformance } from "../test/conformance/run.ts";
import { compareFilters } from "../test/conformance/scheduler/filters.ts";
import type { Tally } from "../test/conformance/tally.ts";

/**
 * Makes random clusters on a real control plane, lets the pre-check predict a rollout in each, rolls it out, and
 * tells where the two disagree; ends with 1 when they do anywhere. The same seed makes the same clusters.
 * Usage: `npm run conformance -- --scenarios 200 --seed 1 [--features quota,affinity] [--minor 34|36|both] [--batch 50]
 * [--permute] [--fixes] [--shrink] [--planes 3] [--directory DIR]`, or, to ask about what an earlier run played, which
 * takes seconds and no control plane, `npm run conformance -- --again DIR [--permute]`; or, to let the scheduler alone try one pod in each
 * of N clusters, and compare its filters, its message and its victims, `npm run conformance -- --filters N`
 */

const { values } = parseArgs({
  options: {
    scenarios: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    // Only scenarios that have one of these.
    features: { type: "string" },
    minor: { type: "string", default: "both" },
    batch: { type: "string", default: "50" },
    // Rerun what depends on luck with the scheduler's preferences permuted.
    permute: { type: "boolean", default: false },
    // Try out each fix that is offered where a rollout will stall.
    fixes: { type: "boolean", default: false },
    // Make clusters in which the two disagree as small as they can be.
    shrink: { type: "boolean", default: false },
    // Control planes at once.
    planes: { type: "string", default: "3" },
    // Play nothing, judge what is written down there.
    again: { type: "string" },
    // Compare the scheduler's own answers in so many clusters, and play nothing.
    filters: { type: "string" },
    // Where each disagreement is written down.
    directory: { type: "string" },
  },
});

const tally = await asked();
for (const line of tally.lines) process.stdout.write(`${line}\n`);
process.exitCode = tally.agrees ? 0 : 1;

function asked(): Promise<Pick<Tally, "lines" | "agrees">> {
  if (values.again !== undefined) {
    const permute = { out: progress, seed: natural("seed"), planes: natural("planes") };
    return judgeAgain(values.again, values.permute ? permute : undefined);
  }
  return values.filters === undefined ? played() : filtered();
}

async function filtered(): Promise<Pick<Tally, "lines" | "agrees">> {
  const [count, seed] = [natural("filters"), natural("seed")];
  const lines: string[] = [];
  let agrees = true;
  for (const minor of minorsOf(values.minor)) {
    const { outcomes, disagreements } = await compareFilters({ minor, count, seed });
    const counts = Object.entries(outcomes).map(([outcome, times]) => `${times} ${outcome}`);
    lines.push(`1.${minor}: ${counts.join(", ")}; ${disagreements.length} disagreements`, ...disagreements);
    agrees &&= disagreements.length === 0;
  }
  return { lines, agrees };
}

function played(): Promise<Tally> {
  return runConformance({
    scenarios: natural("scenarios"),
    seed: natural("seed"),
    minors: minorsOf(values.minor),
    batch: natural("batch"),
    planes: natural("planes"),
    permute: values.permute,
    fixes: values.fixes,
    shrink: values.shrink,
    ...(values.directory !== undefined && { directory: values.directory }),
    ...(values.features !== undefined && { features: values.features.split(",") }),
    out: progress,
  });
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

function natural(option: "scenarios" | "seed" | "batch" | "planes" | "filters"): number {
  const value = Number(values[option]);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--${option} must be a number above zero, not ${values[option]}`);
}

function minorsOf(text: string): readonly Minor[] {
  switch (text) {
    case "34":
      return [34];
    case "36":
      return [36];
    case "both":
      return [34, 36];
    default:
      throw new Error(`--minor must be 34, 36 or both, not ${text}`);
  }
}
