import type { Fix } from "../../src/core/capacity/verdict.ts";
import type { Minor } from "../cluster/binary.ts";
import { type Amendment, amendmentOf } from "./amend.ts";
import { each } from "./api.ts";
import type { Run } from "./judge.ts";
import { type Look, play } from "./play.ts";
import type { Scenario } from "./scenario.ts";

/** A stalling rollout that is run once more, this time with one of the fixes that it was offered. */
interface Trial {
  /** A copy, in nodes of its own. */
  readonly scenario: Scenario;
  readonly minor: Minor;
  readonly fix: Fix;
  readonly amendment: Amendment;
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
  const offered = stalled.flatMap(({ run }) => run.prediction?.verdict.fixes ?? []);
  const tried = `fixes: of ${stalled.length} rollouts, ${endings.length} of ${offered.length} were tried`;
  return { lines: [...failures, tried, ...kinds], hold: failures.length === 0 };
}

function trialsOf({ scenario, prediction }: Run, minor: Minor): Trial[] {
  const fixes = prediction?.verdict.fixes ?? [];
  return fixes
    .filter(({ value }) => !value.includes(" scn:")) // without it, pods would go to nodes of other scenarios
    .flatMap((fix, at) => {
      const amendment = amendmentOf(fix, scenario);
      const copy = { ...scenario, id: `${scenario.id}f${at}` };
      return amendment === undefined ? [] : [{ scenario: copy, minor, fix, amendment }];
    });
}

async function endingsOf(trials: readonly Trial[], out: (line: string) => void): Promise<Ending[]> {
  const byId = new Map(trials.map((trial) => [trial.scenario.id, trial]));
  const amendments = new Map([...byId].map(([id, { amendment }]) => [id, amendment]));
  const meanwhile: Look = async () => amendments;
  const minor = trials[0]?.minor;
  const scenarios = trials.map(({ scenario }) => scenario);
  const { ends, skipped } = await play({ ...(minor && { minor }) }, scenarios, { log: out, meanwhile });
  for (const [id, why] of skipped) out(`${id} was not played: ${why}`);
  return ends.flatMap(({ scenario, observed }): Ending[] => {
    const fix = byId.get(scenario.id)?.fix;
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
