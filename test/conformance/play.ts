import { setTimeout as delay } from "node:timers/promises";
import type { V1Deployment } from "@kubernetes/client-node";
import { type ControlPlaneOptions, startControlPlane } from "../cluster/control-plane.ts";
import type { Amendment } from "./amend.ts";
import { Api, each } from "./api.ts";
import { look, type Observed, observedIn } from "./observe.ts";
import { type Scenario, WORKLOAD } from "./scenario.ts";
import type { Recorded } from "./serve.ts";
import { untilQuiet } from "./settle.ts";
import { amended, change, release, setUp } from "./stage.ts";
import { capture, type DryRunAnswer, dryRunOf, type World } from "./world.ts";

/** How long after the change a second and a third part of the leaving pods still take their room; the first are gone. */
const LEAVING_FOR_MS = [4_000, 12_000] as const;

/** Longer than the scheduler leaves a pod lying, so that what it says is about what is. */
const QUIET_MS = 36_000;

/** A batch of scenarios as it stood before the changes, and what these came to. */
export interface Played extends Recorded {
  readonly ends: readonly { readonly scenario: Scenario; readonly observed: Observed }[];
  /** The cluster when all had ended. */
  readonly end?: World;
  /** Scenarios that could not be played, by why. */
  readonly skipped: readonly (readonly [id: string, why: string])[];
}

/**
 * Looks at the cluster when all scenarios stand and nothing has changed yet. It may amend the changes, by the id of the
 * scenario.
 */
export type Look = (
  kubeconfig: string,
  changed: readonly V1Deployment[],
) => Promise<ReadonlyMap<string, Amendment>>;

/**
 * Plays scenarios at once on a control plane of their own: all stand before the first changes. Ending it with all that
 * is in it is quicker than emptying it.
 *
 * @param plane as Kubernetes has it, when nothing is said, but a pod that no event wakes is tried every 30 s
 */
export async function play(
  plane: ControlPlaneOptions,
  scenarios: readonly Scenario[],
  { log, meanwhile }: { readonly log: (line: string) => void; readonly meanwhile: Look },
): Promise<Played> {
  const scheduler = { retryAfterSeconds: 1, maxBackoffSeconds: 2, ...plane.scheduler };
  const { place, stop } = await startControlPlane({ ...plane, scheduler });
  try {
    await using api = await Api.join(place);
    return await playOn(api, scenarios, { log, meanwhile });
  } finally {
    await stop();
  }
}

async function playOn(
  api: Api,
  scenarios: readonly Scenario[],
  { log, meanwhile }: { readonly log: (line: string) => void; readonly meanwhile: Look },
): Promise<Played> {
  const start = performance.now();
  const told = (what: string) => log(`  ${Math.round((performance.now() - start) / 1000)} s: ${what}`);
  const skipped = new Map((await setUp(api, scenarios)).broken);
  told(`${scenarios.length} scenarios stand, but for ${skipped.size}`);
  const left = () => scenarios.filter(({ id }) => !skipped.has(id));
  const attempt = async (work: (scenario: Scenario) => Promise<void>) => {
    const refused = (scenario: Scenario) => (error: Error) => void skipped.set(scenario.id, error.message);
    await each(left(), (scenario) => work(scenario).catch(refused(scenario)));
  };
  const changed: V1Deployment[] = [];
  const dryRuns: DryRunAnswer[] = [];
  await attempt(async (scenario) => {
    const now = await api.read<V1Deployment>("Deployment", WORKLOAD, `${scenario.id}-ns`);
    const next = await change(api, scenario, true);
    dryRuns.push(await dryRunOf(api, now), await dryRunOf(api, next));
    changed.push(next);
  });
  const world = await capture(api);
  const amendments = await meanwhile(await api.kubeconfig(), changed);
  told("seen");
  await release(api, left(), 0);
  await attempt(async (scenario) => void (await amended(api, scenario, amendments.get(scenario.id))));
  for (const [at, wait] of LEAVING_FOR_MS.entries()) {
    await delay(wait);
    await release(api, left(), at + 1);
  }
  const ids = left().map(({ id }) => id);
  const restless = await untilQuiet(api, ids, { quietMs: QUIET_MS, atMostMs: 180_000 });
  const sight = await look(api);
  const end = await capture(api);
  told(`at rest, but for ${restless.length}`);
  const ends = left().map((scenario) => ({
    scenario,
    observed: observedIn(sight, scenario.id, restless.includes(scenario.id)),
  }));
  return { world, changed, dryRuns, ends, end, skipped: [...skipped] };
}
