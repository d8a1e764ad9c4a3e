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
import { WORKLOAD } from "./scenario.ts";
import { type Recorded, serve } from "./serve.ts";

/** What the product saw and said. */
export interface Prediction {
  readonly snapshot: Snapshot;
  readonly target: Target;
  readonly next: Template;
  readonly verdict: CapacityVerdict;
}

/** Predictions by the scenario's id; an error where the product failed. */
export type Predictions = ReadonlyMap<string, Prediction | Error>;

/** Long enough for any cluster of a test. */
const PATIENCE_MS = 120_000;

/** Asks the product about every change, through its own reader. */
export async function predictAll(kubeconfig: string, changed: readonly V1Deployment[]): Promise<Predictions> {
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
    const predictions = await each(
      changed,
      async (next): Promise<[string, Prediction | Error]> => [
        idOf(next),
        await predict(cluster, next).catch((error: Error) => error),
      ],
      4,
    );
    return new Map(predictions);
  } finally {
    await cluster.close();
  }
}

/** Asks the product about a recorded world. */
export async function predictAgain(recorded: Recorded): Promise<Predictions> {
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
    return await predictAll(path, recorded.changed);
  } finally {
    await rm(directory, { recursive: true });
  }
}

const idOf = ({ metadata }: V1Deployment): string => metadata?.namespace?.replace(/-ns$/, "") ?? "";

async function predict(cluster: Cluster, changed: V1Deployment): Promise<Prediction> {
  const ref: WorkloadRef = {
    kind: "Deployment",
    namespace: changed.metadata?.namespace ?? "",
    name: WORKLOAD,
  };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const target = await cluster.target(ref, signal);
  const next = toWorkload(changed).template;
  const snapshot = await cluster.snapshot({ target, next }, signal);
  return { snapshot, target, next, verdict: checkCapacity(snapshot, target, next) };
}
