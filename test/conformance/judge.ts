import type { ControlPlaneOptions } from "../cluster/control-plane.ts";
import { type Comparison, compare } from "./compare.ts";
import type { Observed } from "./observe.ts";
import { type Look, type Played, play } from "./play.ts";
import { type Prediction, type Predictions, predictAll } from "./predict.ts";
import type { Scenario } from "./scenario.ts";

/** One scenario, what was predicted and what happened. */
export interface Run {
  readonly scenario: Scenario;
  readonly prediction: Prediction;
  readonly observed: Observed;
  readonly comparison: Comparison;
}

/** What a batch came to. `skipped`: scenarios that could not be played or predicted, by why. */
export interface Judged {
  readonly runs: readonly Run[];
  readonly skipped: ReadonlyMap<string, string>;
}

/** Holds the predictions of a batch against what happened. */
export function judge(played: Played, predictions: Predictions): Judged {
  const skipped = new Map(played.skipped);
  const runs = played.ends.flatMap(({ scenario, observed }): Run[] => {
    const prediction = predictions.get(scenario.id) ?? new Error("nothing was predicted");
    if (!(prediction instanceof Error)) {
      return [{ scenario, prediction, observed, comparison: compare(prediction.verdict, observed) }];
    }
    skipped.set(scenario.id, `no prediction: ${prediction.stack}`);
    return [];
  });
  return { runs, skipped };
}

/** Whether anything was not as predicted. */
export const disagrees = ({ comparison }: Run): boolean => comparison.disagreements.length > 0;

/** Plays scenarios on a control plane of their own, with the product looking on. */
export async function tryOut(
  plane: ControlPlaneOptions,
  scenarios: readonly Scenario[],
  log: (line: string) => void,
): Promise<Judged & { readonly played: Played }> {
  let predictions: Predictions = new Map();
  const meanwhile: Look = async (...args) => {
    predictions = await predictAll(...args);
    return new Map();
  };
  const played = await play(plane, scenarios, { log, meanwhile });
  return { ...judge(played, predictions), played };
}
