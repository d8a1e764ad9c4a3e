import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Minor } from "../cluster/binary.ts";
import { startControlPlane } from "../cluster/control-plane.ts";
import { scenarioOf } from "./generate/index.ts";
import { permuted } from "./permute.ts";
import { play, type Run } from "./play.ts";
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

/** As Kubernetes has it, but a pod that no event wakes is not left lying for minutes. */
const SCHEDULER = { retryAfterSeconds: 20 };

/** Predicts and plays random rollouts, half of them on each minor, and counts where prediction and reality agree. */
export async function runConformance(options: ConformanceOptions): Promise<Tally> {
  const { scenarios, seed, minors, batch, out } = options;
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), "conformance-")));
  const runs: Run[] = [];
  const skipped = new Map<string, string>();
  const lines: string[] = [];
  for (const [index, minor] of minors.entries()) {
    const seeds = Array.from({ length: scenarios }, (_, at) => seed + at).filter(
      (_, at) => at % minors.length === index,
    );
    const plane = await startControlPlane({ minor, scheduler: SCHEDULER });
    try {
      for (let from = 0; from < seeds.length; from += batch) {
        const some = seeds.slice(from, from + batch).map((each) => scenarioOf(each, `s${each}`));
        out(`1.${minor}: scenarios ${from + 1} to ${from + some.length} of ${seeds.length}`);
        const played = await play(plane.place, some, out);
        runs.push(...played.runs);
        for (const [id, why] of played.skipped) skipped.set(id, why);
        const wrong = played.runs.filter(disagrees);
        lines.push(...(await writeDown(wrong, directory, out)));
        for (const run of options.shrink ? wrong : []) {
          const { id } = run.scenario;
          const small = await shrink(plane.place, run, out);
          await writeFile(join(directory, `${id}-small.json`), toJson(small));
        }
      }
    } finally {
      await plane.stop();
    }
  }
  if (options.permute) {
    const lucky = runs.filter(({ comparison: { verdict } }) => verdict === "DEPENDS");
    lines.push(
      ...(await permuted(
        lucky.slice(0, MOST_LUCKY).map(({ scenario }) => scenario),
        { out, seed },
      )),
    );
  }
  return tallyOf(runs, skipped, lines);
}

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
