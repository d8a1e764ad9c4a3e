import type { V1Deployment } from "@kubernetes/client-node";
import { toWorkload } from "../../src/adapters/kubernetes/decode.ts";
import { checkCapacity } from "../../src/core/capacity/check.ts";
import type { CapacityVerdict, Snapshot } from "../../src/core/capacity/verdict.ts";
import type { Template } from "../../src/core/model/pod-spec.ts";
import type { Target, WorkloadRef } from "../../src/core/model/workload.ts";
import type { Cluster } from "../../src/ports.ts";
import { WORKLOAD } from "./scenario.ts";

/** What the product saw and said. */
export interface Prediction {
  readonly snapshot: Snapshot;
  readonly target: Target;
  readonly next: Template;
  readonly verdict: CapacityVerdict;
}

/** Long enough for any cluster of a test. */
const PATIENCE_MS = 120_000;

/** Asks the product, through its own reader. `changed`: the Deployment as the API server would leave it. */
export async function predict(cluster: Cluster, id: string, changed: V1Deployment): Promise<Prediction> {
  const ref: WorkloadRef = { kind: "Deployment", namespace: `${id}-ns`, name: WORKLOAD };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const target = await cluster.target(ref, signal);
  const next = toWorkload(changed).template;
  const snapshot = await cluster.snapshot({ target, next }, signal);
  return { snapshot, target, next, verdict: checkCapacity(snapshot, target, next) };
}
