import type { Inputs } from "./core/inputs.ts";
import type { Facts } from "./core/report/facts.ts";
import type { Run } from "./core/report/report.ts";
import type { World } from "./ports.ts";

/** What the steps of one rollout share. */
export interface Rollout {
  /** What the user asked for; `logLines` settled for this repository. */
  readonly inputs: Inputs & { readonly logLines: number };
  readonly world: World;
  /** Filled in as the rollout goes, for the report. */
  readonly facts: Facts;
  /** The workflow run that this is, for the annotations of the workload. */
  readonly run: Run;
  /** Aborted when the workflow run is cancelled. */
  readonly signal: AbortSignal;
}
