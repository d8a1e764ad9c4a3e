import { setTimeout as delay } from "node:timers/promises";
import { connect } from "../../src/adapters/kubernetes/cluster.ts";
import type { Cluster } from "../../src/ports.ts";
import { type ControlPlaneOptions, startControlPlane } from "../cluster/control-plane.ts";
import { Api, each } from "./api.ts";
import { type Comparison, compare } from "./compare.ts";
import { look, type Observed, observedIn } from "./observe.ts";
import { type Prediction, predict } from "./predict.ts";
import type { Scenario } from "./scenario.ts";
import { untilQuiet } from "./settle.ts";
import { change, release, setUp } from "./stage.ts";

/** How long after the change leaving pods still take their room. */
const LEAVING_FOR_MS = 4_000;

/** One scenario, what was predicted and what happened. */
export interface Run {
  readonly scenario: Scenario;
  readonly prediction: Prediction;
  /** What the product says once it is over; its message is about just the state that the scheduler sees. */
  readonly afterwards: Prediction["verdict"] | undefined;
  readonly observed: Observed;
  readonly comparison: Comparison;
}

/** What became of a batch. `skipped`: scenarios that could not be played, by why. */
export interface Played {
  readonly runs: readonly Run[];
  readonly skipped: ReadonlyMap<string, string>;
}

/**
 * Plays scenarios at once on a control plane of their own: all stand before the first changes. Ending it with all that
 * is in it is quicker than emptying it.
 *
 * @param plane as Kubernetes has it, when nothing is said, but a pod that no event wakes is not left lying for minutes
 */
export async function play(
  plane: ControlPlaneOptions,
  scenarios: readonly Scenario[],
  log: (line: string) => void,
): Promise<Played> {
  const scheduler = { retryAfterSeconds: 20, ...plane.scheduler };
  const { place, stop } = await startControlPlane({ ...plane, scheduler });
  try {
    await using api = await Api.join(place);
    const cluster = connect({
      kubeconfig: await api.kubeconfig(),
      context: undefined,
      namespace: undefined,
      env: {},
      fieldManager: "conformance",
      warn: log,
      mask: () => {},
    });
    try {
      return await playOn(api, cluster, scenarios, log);
    } finally {
      await cluster.close();
    }
  } finally {
    await stop();
  }
}

async function playOn(
  api: Api,
  cluster: Cluster,
  scenarios: readonly Scenario[],
  log: (line: string) => void,
): Promise<Played> {
  const start = performance.now();
  const told = (what: string) => log(`  ${Math.round((performance.now() - start) / 1000)} s: ${what}`);
  const stage = await setUp(api, scenarios);
  const skipped = new Map(stage.broken);
  told(`${scenarios.length} scenarios stand, ${skipped.size} could not be set up`);
  const predictions = new Map<string, Prediction>();
  const left = () => scenarios.filter(({ id }) => !skipped.has(id));
  const attempt = async (work: (scenario: Scenario) => Promise<void>, atOnce = 8) => {
    await each(
      left(),
      (scenario) =>
        work(scenario).catch((error: Error) => void skipped.set(scenario.id, String(error.stack))),
      atOnce,
    );
  };
  await attempt(async (scenario) => {
    predictions.set(scenario.id, await predict(cluster, scenario.id, await change(api, scenario, true)));
  }, 4);
  told("predicted");
  await attempt(async (scenario) => void (await change(api, scenario)));
  await delay(LEAVING_FOR_MS);
  await release(api, left(), ["leaving"]);
  const restless = await untilQuiet(
    api,
    left().map(({ id }) => id),
    { quietMs: 18_000, atMostMs: 180_000 },
  );
  const sight = await look(api);
  told(`at rest, but for ${restless.length}`);
  const runs = await each(left(), async (scenario): Promise<Run> => {
    const prediction = predictions.get(scenario.id);
    if (prediction === undefined) throw new Error(`${scenario.id} was not predicted`);
    const observed = observedIn(sight, scenario.id, restless.includes(scenario.id));
    return {
      scenario,
      prediction,
      observed,
      afterwards: undefined,
      comparison: compare(prediction.verdict, observed),
    };
  });
  return { runs, skipped };
}
