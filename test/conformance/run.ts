import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Minor } from "../cluster/binary.ts";
import { each } from "./api.ts";
import { scenarioOf } from "./generate/index.ts";
import { permuted } from "./permute.ts";
import { type Played, play, type Run } from "./play.ts";
import { toJson } from "./record.ts";
import { shrink } from "./shrink.ts";
import { type Tally, tallyOf } from "./tally.ts";

/** How many scenarios, which, and where. */
export interface ConformanceOptions {
  readonly scenarios: number;
  readonly seed: number;
  readonly minors: readonly Minor[];
  /** Scenarios that share a control plane at one time. */
  readonly batch: number;
  /** Whether what depends on luck is run again with the scheduler's preferences permuted. */
  readonly permute?: boolean;
  /** Whether what disagrees is made as small as it can be. */
  readonly shrink?: boolean;
  /** Where every disagreement is written to; default: a directory of its own. */
  readonly directory?: string;
  /** Takes a line about how far it is. */
  readonly out: (line: string) => void;
}

/** Control planes at once: a batch waits more than it works, and two cores carry three. */
const PLANES = 3;

/** Scenarios that share a control plane. */
interface Batch {
  readonly minor: Minor;
  readonly seeds: readonly number[];
}

/** Predicts and plays random rollouts, half of them on each minor, and counts where prediction and reality agree. */
export async function runConformance(options: ConformanceOptions): Promise<Tally> {
  const { seed, out } = options;
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), "conformance-")));
  const lines: string[] = [];
  const batches = await each(
    batchesOf(options),
    async (batch) => {
      const played = await playBatch(batch, out);
      const wrong = played.runs.filter(disagrees);
      lines.push(...(await writeDown(wrong, directory, out)));
      if (options.shrink) await writeSmall(wrong, batch, directory, out);
      return played;
    },
    PLANES,
  );
  const runs = batches.flatMap((batch) => batch.runs);
  if (options.permute) {
    const lucky = runs.filter(({ comparison: { verdict } }) => verdict === "DEPENDS");
    lines.push(
      ...(await permuted(
        lucky.slice(0, MOST_LUCKY).map(({ scenario }) => scenario),
        { out, seed },
      )),
    );
  }
  return tallyOf(runs, new Map(batches.flatMap(({ skipped }) => [...skipped])), lines);
}

function batchesOf({ scenarios, seed, minors, batch }: ConformanceOptions): Batch[] {
  return minors.flatMap((minor, index) => {
    const count = Math.ceil((scenarios - index) / minors.length);
    const seeds = Array.from({ length: count }, (_, at) => seed + index + at * minors.length);
    return Array.from({ length: Math.ceil(count / batch) }, (_, at) => ({
      minor,
      seeds: seeds.slice(at * batch, (at + 1) * batch),
    }));
  });
}

function playBatch({ minor, seeds }: Batch, out: (line: string) => void): Promise<Played> {
  const title = `1.${minor}, ${seeds.length} from seed ${seeds[0]}`;
  const scenarios = seeds.map((seed) => scenarioOf(seed, `s${seed}`));
  return play({ minor }, scenarios, (line) => out(`${title}: ${line.trim()}`));
}

async function writeSmall(
  runs: readonly Run[],
  { minor }: Batch,
  directory: string,
  out: (line: string) => void,
): Promise<void> {
  for (const run of runs) {
    const small = await shrink(minor, run, out);
    await writeFile(join(directory, `${run.scenario.id}-small.json`), toJson(small));
  }
}

/** So many of those that depend on luck are run again. */
const MOST_LUCKY = 50;

export const disagrees = ({ comparison }: Run): boolean => comparison.disagreements.length > 0;

/** Writes runs down, for whoever has to find out why. */
async function writeDown(
  runs: readonly Run[],
  directory: string,
  out: (line: string) => void,
): Promise<string[]> {
  const lines: string[] = [];
  for (const run of runs) {
    const path = join(directory, `${run.scenario.id}.json`);
    await writeFile(path, toJson(run));
    for (const { about, text } of run.comparison.disagreements) lines.push(`${path}: ${about}: ${text}`);
  }
  for (const line of lines) out(line);
  return lines;
}
