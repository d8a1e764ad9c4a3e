import { scorePlugins } from "../cluster/scheduler.ts";
import { each } from "./api.ts";
import { tryOut } from "./judge.ts";
import { Random } from "./random.ts";
import type { Scenario } from "./scenario.ts";

/** Times that a scenario is run again. */
const TIMES = 20;

/** How scenarios are run again. */
export interface PermuteOptions {
  readonly out: (line: string) => void;
  /** Of the preferences. */
  readonly seed: number;
  /** Control planes at once. */
  readonly planes: number;
  readonly times?: number;
}

/**
 * Runs scenarios again and again, each time with other preferences of the scheduler among the nodes that fit: which
 * end a rollout comes to must not surprise. Answers with a line for each, how often it ended how.
 */
export async function permuted(
  scenarios: readonly Scenario[],
  { out, seed, planes, times = TIMES }: PermuteOptions,
): Promise<string[]> {
  const random = new Random(seed);
  const endings = new Map<string, Map<string, number>>(scenarios.map(({ id }) => [id, new Map()]));
  const surprises: string[] = [];
  const preferences = Array.from({ length: scenarios.length === 0 ? 0 : times }, () =>
    Object.fromEntries(random.some(scorePlugins, 0.6).map((name) => [name, random.int(1, 100)])),
  );
  await each(
    [...preferences.entries()],
    async ([time, scores]) => {
      out(`again, ${time + 1} of ${times}, with ${JSON.stringify(scores)}`);
      const { runs } = await tryOut({ scheduler: { scores } }, scenarios, out);
      for (const { scenario, observed, comparison } of runs) {
        const ending = `${observed.outcome} at ${observed.available}`;
        const counts = endings.get(scenario.id);
        counts?.set(ending, (counts.get(ending) ?? 0) + 1);
        for (const { about, text } of comparison.disagreements)
          surprises.push(`${scenario.id}, again: ${about}: ${text}`);
      }
    },
    planes,
  );
  const counted = [...endings].map(
    ([id, counts]) =>
      `${id} depends: ${[...counts].map(([ending, count]) => `${count} times ${ending}`).join(", ")}`,
  );
  return [...counted, ...surprises];
}
