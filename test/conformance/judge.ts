import type { ControlPlaneOptions } from "../cluster/control-plane.ts";
import { chargedToOthers } from "./charged.ts";
import { type Afterwards, type Comparison, compare, failed } from "./compare.ts";
import type { Observed } from "./observe.ts";
import { type Look, type Played, play } from "./play.ts";
import {
  type Prediction,
  type Predictions,
  predictAll,
  type Sight,
  type Sights,
  seeAgain,
} from "./predict.ts";
import { Reckoner } from "./reckon.ts";
import { saidTo } from "./said.ts";
import type { Scenario } from "./scenario.ts";

/** One scenario, what was predicted and what happened. */
export interface Run {
  readonly scenario: Scenario;
  /** Absent where the product failed. */
  readonly prediction?: Prediction;
  readonly observed: Observed;
  readonly comparison: Comparison;
}

/** What a batch came to. `skipped`: scenarios that could not be played, by why. */
export interface Judged {
  readonly runs: readonly Run[];
  readonly skipped: ReadonlyMap<string, string>;
}

/** Holds the predictions of a batch against what happened. `ends`: what the product sees of it in the end. */
export function judge(played: Played, predictions: Predictions, ends: Sights): Judged {
  const runs = played.ends.map(({ scenario, observed }): Run => {
    const prediction = predictions.get(scenario.id) ?? new Error("nothing was predicted");
    if (prediction instanceof Error) return { scenario, observed, comparison: failed(prediction) };
    const afterwards = afterwardsOf(scenario, prediction, ends.get(scenario.id));
    return {
      scenario,
      prediction,
      observed,
      comparison: compare(prediction.verdict, observed, afterwards),
    };
  });
  return { runs, skipped: new Map(played.skipped) };
}

/** What the product sees of every scenario in the end, where that was recorded. */
export const seeEnds = async ({ end, dryRuns, changed }: Played): Promise<Sights> =>
  end === undefined ? new Map() : seeAgain({ world: end, dryRuns, changed });

function afterwardsOf(scenario: Scenario, before: Sight, end: Sight | Error | undefined): Afterwards {
  if (end === undefined || end instanceof Error) return {};
  const denied = end.snapshot.admission.kind === "denied";
  const charges = scenario.pods.some(({ state }) => state === "held") ? undefined : changesOf(before, end);
  return {
    ...(!denied && { said: saidTo(end) }),
    ...(charges && { charges }),
  };
}

/** What others are charged differs from before the change, by the product's reckoning. */
function changesOf(before: Sight, end: Sight): readonly string[] | undefined {
  const [left, right] = [chargedToOthers(before), chargedToOthers(end)];
  if (left.size === 0) return undefined;
  return [...left].flatMap(([name, amount]) =>
    right.get(name) === amount ? [] : [`${name}: ${amount} of others before, ${right.get(name)} in the end`],
  );
}

/** Whether anything was not as predicted. */
export const disagrees = ({ comparison }: Run): boolean => comparison.disagreements.length > 0;

/** Plays scenarios on a control plane of their own, with the product looking on. */
export async function tryOut(
  plane: ControlPlaneOptions,
  scenarios: readonly Scenario[],
  log: (line: string) => void,
): Promise<Judged & { readonly played: Played }> {
  await using reckoner = new Reckoner();
  let predictions: Predictions = new Map();
  const meanwhile: Look = async (...args) => {
    predictions = await predictAll(...args, reckoner.reckon);
    return new Map();
  };
  const played = await play(plane, scenarios, { log, meanwhile });
  return { ...judge(played, predictions, await seeEnds(played)), played };
}
