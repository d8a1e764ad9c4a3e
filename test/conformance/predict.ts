import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Deployment } from "@kubernetes/client-node";
import { connect } from "../../src/adapters/kubernetes/cluster.ts";
import { toWorkload } from "../../src/adapters/kubernetes/decode.ts";
import { checkCapacity } from "../../src/core/capacity/check.ts";
import type { CapacityVerdict, Snapshot } from "../../src/core/capacity/verdict.ts";
import type { Template } from "../../src/core/model/pod-spec.ts";
import type { Target, WorkloadRef } from "../../src/core/model/workload.ts";
import type { Cluster } from "../../src/ports.ts";
import { each } from "./api.ts";
import type { Reckon } from "./reckon.ts";
import { WORKLOAD } from "./scenario.ts";
import { type Recorded, serve } from "./serve.ts";

/** What the product saw of a rollout before it starts, through its own reader. */
export interface Sight {
  readonly snapshot: Snapshot;
  readonly target: Target;
  readonly next: Template;
}

/** By the scenario's id; an error where the product failed. */
export type Sights = ReadonlyMap<string, Sight | Error>;

/** What the product saw and said. */
export interface Prediction extends Sight {
  readonly verdict: CapacityVerdict;
}

/** Predictions by the scenario's id; an error where the product failed. */
export type Predictions = ReadonlyMap<string, Prediction | Error>;

/** Long enough for any cluster of a test. */
const PATIENCE_MS = 120_000;

/** The pre-check in this very thread. */
const here: Reckon = async ({ snapshot, target, next }) =>
  checkCapacity(snapshot, target, next, { allEnds: true });

/** Asks the product about every change, through its own reader. */
export async function predictAll(
  kubeconfig: string,
  changed: readonly V1Deployment[],
  reckon: Reckon = here,
): Promise<Predictions> {
  return predicted(await seeAll(kubeconfig, changed), reckon);
}

/** Asks the product about a recorded world. */
export async function predictAgain(recorded: Recorded, reckon: Reckon = here): Promise<Predictions> {
  return predicted(await seeAgain(recorded), reckon);
}

async function predicted(sights: Sights, reckon: Reckon): Promise<Predictions> {
  const predictions = new Map<string, Prediction | Error>();
  for (const [id, sight] of sights) {
    const told = async (seen: Sight) => ({ ...seen, verdict: await reckon(seen) });
    const failed = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));
    predictions.set(id, sight instanceof Error ? sight : await told(sight).catch(failed));
  }
  return predictions;
}

/** Lets the product read what decides about every change. */
async function seeAll(kubeconfig: string, changed: readonly V1Deployment[]): Promise<Sights> {
  const cluster = connect({
    kubeconfig,
    context: undefined,
    namespace: undefined,
    env: {},
    fieldManager: "conformance",
    warn: () => {},
    mask: () => {},
  });
  try {
    const sights = await each(
      changed,
      async (next): Promise<[string, Sight | Error]> => [
        idOf(next),
        await see(cluster, next).catch((error: Error) => error),
      ],
      4,
    );
    return new Map(sights);
  } finally {
    await cluster.close();
  }
}

/** Lets the product read a recorded world. */
export async function seeAgain(recorded: Recorded): Promise<Sights> {
  await using api = await serve(recorded);
  const directory = await mkdtemp(join(tmpdir(), "conformance-"));
  const path = join(directory, "kubeconfig");
  const named = {
    name: "recorded",
    cluster: { server: api.server },
    context: { cluster: "recorded", user: "recorded" },
  };
  try {
    await writeFile(
      path,
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        "current-context": "recorded",
        clusters: [named],
        contexts: [named],
        users: [{ name: "recorded", user: { token: "recorded" } }],
      }),
    );
    return await seeAll(path, recorded.changed);
  } finally {
    await rm(directory, { recursive: true });
  }
}

const idOf = ({ metadata }: V1Deployment): string => metadata?.namespace?.replace(/-ns$/, "") ?? "";

async function see(cluster: Cluster, changed: V1Deployment): Promise<Sight> {
  const ref: WorkloadRef = {
    kind: "Deployment",
    namespace: changed.metadata?.namespace ?? "",
    name: WORKLOAD,
  };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const target = await cluster.target(ref, signal);
  const next = toWorkload(changed).template;
  return { snapshot: await cluster.snapshot({ target, next }, signal), target, next };
}
