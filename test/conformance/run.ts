import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Minor } from "../cluster/binary.ts";
import { each } from "./api.ts";
import { tryFixes } from "./fixes.ts";
import { scenarioOf } from "./generate/index.ts";
import { disagrees, type Judged, judge, type Run, seeEnds, tryOut } from "./judge.ts";
import { localDifferences } from "./local.ts";
import { type PermuteOptions, permuted } from "./permute.ts";
import type { Played } from "./play.ts";
import { predictAgain } from "./predict.ts";
import { Reckoner } from "./reckon.ts";
import { fromJson, toJson } from "./record.ts";
import { shrink } from "./shrink.ts";
import { type Tally, tallyOf } from "./tally.ts";

/** How many scenarios, which, and where. */
export interface ConformanceOptions {
  readonly scenarios: number;
  readonly seed: number;
  /** Only scenarios that have one of these features; default: any. */
  readonly features?: readonly string[];
  readonly minors: readonly Minor[];
  /** Scenarios that share a control plane at one time. */
  readonly batch: number;
  /** Control planes at once; default 3. */
  readonly planes?: number;
  /** Whether what depends on luck is run again with the scheduler's preferences permuted. */
  readonly permute?: boolean;
  /** Whether each fix that was offered is tried out. */
  readonly fixes?: boolean;
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
  const { seed, out, planes = PLANES } = options;
  const asked = batchesOf(options);
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), "conformance-")));
  await mkdir(directory, { recursive: true });
  const lines: string[] = [];
  const batches = await each(
    asked,
    async (batch) => {
      const { played, ...judged } = await playBatch(batch, out);
      await writeFile(join(directory, `batch-${batch.minor}-${batch.seeds[0]}.json`), toJson(played));
      const wrong = judged.runs.filter(disagrees);
      lines.push(...(await writeDown(wrong, directory, out)));
      if (options.shrink) await writeSmall(wrong, batch, directory, out);
      return { ...judged, minor: batch.minor };
    },
    planes,
  );
  const runs = batches.flatMap((batch) => batch.runs);
  if (options.permute) lines.push(...(await playedAgain(runs, { out, seed, planes })));
  let fixesHold = true;
  if (options.fixes) {
    const stalled = batches.flatMap(({ minor, runs }) =>
      runs.filter(({ comparison: { verdict } }) => verdict === "WILL_STALL").map((run) => ({ run, minor })),
    );
    const tried = await tryFixes(stalled, { batch: options.batch, planes, out });
    lines.push(...tried.lines);
    fixesHold = tried.hold;
  }
  const tally = tallyOf(runs, new Map(batches.flatMap(({ skipped }) => [...skipped])), lines);
  return { ...tally, agrees: tally.agrees && fixesHold };
}

function batchesOf(options: ConformanceOptions): Batch[] {
  const { minors, batch } = options;
  const all = seedsOf(options);
  return minors.flatMap((minor, index) => {
    const seeds = all.filter((_, at) => at % minors.length === index);
    return Array.from({ length: Math.ceil(seeds.length / batch) }, (_, at) => ({
      minor,
      seeds: seeds.slice(at * batch, (at + 1) * batch),
    }));
  });
}

/** A feature that none of so many scenarios in a row has is none: the rarest is in one of some hundreds. */
const RAREST = 20_000;

/** As many seeds, from the first on, as make scenarios that have what is asked for. */
function seedsOf({ scenarios, seed, features }: ConformanceOptions): number[] {
  const seeds: number[] = [];
  for (let next = seed; seeds.length < scenarios; next += 1) {
    const isWanted = (): boolean => scenarioOf(next, "").features.some((each) => features?.includes(each));
    if (features === undefined || isWanted()) seeds.push(next);
    if (next - (seeds.at(-1) ?? seed) > RAREST)
      throw new Error(`no scenario has any of: ${features?.join(", ")}`);
  }
  return seeds;
}

function playBatch({ minor, seeds }: Batch, out: (line: string) => void) {
  const title = `1.${minor}, ${seeds.length} from seed ${seeds[0]}`;
  const scenarios = seeds.map((seed) => scenarioOf(seed, `s${seed}`));
  return tryOut({ minor }, scenarios, (line) => out(`${title}: ${line.trim()}`));
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

/** Plays those whose end depends on luck again, with the scheduler's preferences permuted. */
function playedAgain(runs: readonly Run[], options: PermuteOptions): Promise<string[]> {
  const lucky = runs.filter(({ comparison: { verdict } }) => verdict === "DEPENDS");
  return permuted(
    lucky.slice(0, MOST_LUCKY).map(({ scenario }) => scenario),
    options,
  );
}

/**
 * Asks the product of today about what was played before: as real as then, and done in seconds.
 *
 * @param directory of an earlier run
 * @param permute how to play again what depends on luck; nothing is played where it is absent
 */
export async function judgeAgain(directory: string, permute?: PermuteOptions): Promise<Tally> {
  await using reckoner = new Reckoner();
  const judged: Judged[] = [];
  const local: string[] = [];
  for (const name of (await readdir(directory)).filter((each) => each.startsWith("batch-")).toSorted()) {
    const played = fromJson<Played>(await readFile(join(directory, name), "utf8"));
    const predictions = await predictAgain(played, reckoner.reckon);
    judged.push(judge(played, predictions, await seeEnds(played)));
    for (const { id, fields } of await localDifferences(played, predictions)) {
      local.push(`${id}: local rules complete the pod otherwise: ${fields.join(", ")}`);
    }
  }
  const runs = judged.flatMap((each) => each.runs);
  const lines = [...runs.filter(disagrees).flatMap(linesOf), ...local];
  if (permute !== undefined) lines.push(...(await playedAgain(runs, permute)));
  return tallyOf(runs, new Map(judged.flatMap(({ skipped }) => [...skipped])), lines);
}

const linesOf = ({ scenario, comparison }: Run): string[] =>
  comparison.disagreements.map(
    ({ about, text }) => `${scenario.id} (${scenario.features.join(", ")}): ${about}: ${text}`,
  );

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
    lines.push(...linesOf(run));
  }
  for (const line of lines) out(line);
  return lines;
}
