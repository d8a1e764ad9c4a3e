import type { Fix } from "../../src/core/capacity/verdict.ts";
import type { Minor } from "../cluster/binary.ts";
import { type Amendment, amendmentOf } from "./amend.ts";
import { each } from "./api.ts";
import type { Run } from "./judge.ts";
import { type Look, play } from "./play.ts";
import { predictAll } from "./predict.ts";
import type { Scenario } from "./scenario.ts";

/** A stalling rollout that is run once more, this time with one of the fixes it was offered. */
interface Trial {
  readonly scenario: Scenario;
  readonly minor: Minor;
  readonly title: string;
}

/** What became of a fix. */
interface Ending {
  readonly kind: Fix["kind"];
  readonly held: boolean;
  readonly line: string;
}

/** How fixes are tried out. */
interface FixesOptions {
  readonly batch: number;
  readonly planes: number;
  readonly out: (line: string) => void;
}

/**
 * Runs every rollout that was to stall again, in a cluster of its own for each fix that was offered, applies the fix
 * with the change, and looks whether the rollout now completes. Answers with a line for each that did not, and one for
 * each kind of fix, how many were offered and held.
 */
export async function tryFixes(
  stalled: readonly { readonly run: Run; readonly minor: Minor }[],
  { batch, planes, out }: FixesOptions,
): Promise<{ readonly lines: readonly string[]; readonly hold: boolean }> {
  const trials = stalled.flatMap(({ run, minor }) => trialsOf(run, minor));
  const batches = [...Map.groupBy(trials, ({ minor }) => minor).values()].flatMap((alike) =>
    Array.from({ length: Math.ceil(alike.length / batch) }, (_, at) =>
      alike.slice(at * batch, (at + 1) * batch),
    ),
  );
  const endings = (await each(batches, (some) => endingsOf(some, out), planes)).flat();
  const kinds = [...Map.groupBy(endings, ({ kind }) => kind)].map(([kind, of]) => {
    const held = of.filter((ending) => ending.held).length;
    return `fixes: ${kind}: ${of.length} offered, ${held} held`;
  });
  const failures = endings.filter(({ held }) => !held).map(({ line }) => line);
  const again = `fixes: of ${stalled.length} rollouts; ${trials.length - endings.length} of ${trials.length} were not offered again`;
  return { lines: [...failures, again, ...kinds], hold: failures.length === 0 };
}

function trialsOf({ scenario, prediction: { verdict } }: Run, minor: Minor): Trial[] {
  return verdict.fixes
    .map((fix) => titleOf(fix, scenario.id))
    .filter((title) => !title.includes(" scn:")) // without it, pods would go to nodes of other scenarios
    .map((title, at) => ({ scenario: { ...scenario, id: `${scenario.id}f${at}` }, minor, title }));
}

/** What is the same of a fix whatever the numbers: pods may lie otherwise this time, and it may take more or less. */
function titleOf({ kind, text, value }: Fix, id: string): string {
  if (kind === "request") return `${kind} ${/ of (\S+) per pod/.exec(text)?.[1]}`;
  return kind === "constraint" ? `${kind} ${value.replaceAll(`${id}-`, "")}` : kind;
}

async function endingsOf(trials: readonly Trial[], out: (line: string) => void): Promise<Ending[]> {
  const applied = new Map<string, Fix>();
  const meanwhile: Look = async (kubeconfig, changed) => {
    const amendments = new Map<string, Amendment>();
    const predictions = await predictAll(kubeconfig, changed);
    for (const { scenario, title } of trials) {
      const prediction = predictions.get(scenario.id);
      if (prediction === undefined || prediction instanceof Error) {
        out(`${scenario.id}: no prediction: ${prediction}`);
        continue;
      }
      const { verdict, fixes } = prediction.verdict;
      const fix = fixes.find((offered) => titleOf(offered, scenario.id) === title);
      const amendment = fix && amendmentOf(fix, scenario);
      if (fix === undefined || amendment === undefined) {
        out(`${scenario.id}: ${verdict} without ${title}: ${fixes.map(({ text }) => text).join("; ")}`);
        continue;
      }
      applied.set(scenario.id, fix);
      amendments.set(scenario.id, amendment);
    }
    return amendments;
  };
  const minor = trials[0]?.minor;
  const scenarios = trials.map(({ scenario }) => scenario);
  const { ends, skipped } = await play({ ...(minor && { minor }) }, scenarios, { log: out, meanwhile });
  for (const [id, why] of skipped) out(`${id} was not played: ${why}`);
  return ends.flatMap(({ scenario, observed }): Ending[] => {
    const fix = applied.get(scenario.id);
    if (fix === undefined) return [];
    const happened = `${observed.outcome} at ${observed.available} of ${observed.replicas}`;
    const because = [...observed.messages, observed.failedCreate ?? ""].filter(Boolean).join(" | ");
    return [
      {
        kind: fix.kind,
        held: observed.outcome === "completed",
        line: `${scenario.id} (1.${minor}): fix: ${fix.text}, but ${happened}: ${because}`,
      },
    ];
  });
}
