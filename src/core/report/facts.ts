import type { CapacityVerdict } from "../capacity/verdict.ts";
import type { Target, Workload, WorkloadRef } from "../model/workload.ts";
import type { Plan } from "../plan.ts";
import type { Observation } from "../rollout/rollout.ts";
import { emptyJournal, type Journal } from "./journal.ts";

/**
 * What a run knows so far. The story fills it in as it goes, so that a report can be made at any moment, also
 * of a run that was cancelled or broke off.
 */
export interface Facts {
  ref: WorkloadRef | undefined;
  endpoint: string;
  /** The workload in Google Cloud's console; empty with a kubeconfig. */
  consoleUrl: string;
  /** The workload as it was before us. */
  before: Target | undefined;
  plan: Plan | undefined;
  capacity: CapacityVerdict | undefined;
  /** The workload as the API returned it to our change. */
  changed: Workload | undefined;
  /** The workload as the API returned it to our rollback. */
  restored: Workload | undefined;
  /** A cluster autoscaler is there, so that waiting may bring nodes. */
  autoscaled: boolean;
  /** The answer to our last write was lost, and reading did not show it: it may or may not stand. */
  unsettled: boolean;
  /** Our rollback found somebody else's template in place of ours, which nobody has read since. */
  overtaken: boolean;
  /** The newest look at the workload. */
  seen: Observation | undefined;
  journal: Journal;
  readonly warnings: string[];
}

/** What a run knows before it has looked at anything. */
export const noFacts = (): Facts => ({
  ref: undefined,
  endpoint: "",
  consoleUrl: "",
  before: undefined,
  plan: undefined,
  capacity: undefined,
  changed: undefined,
  restored: undefined,
  autoscaled: false,
  unsettled: false,
  overtaken: false,
  seen: undefined,
  journal: emptyJournal,
  warnings: [],
});

/** The workload as it was seen last; a look that is older than our last write does not count. */
export function latestOf({ seen, restored, changed, before }: Facts): Workload | undefined {
  const written = restored ?? changed ?? before?.workload;
  const found = seen?.workload;
  if (found === undefined || written === undefined) return found ?? written;
  return found.uid === written.uid && found.generation < written.generation ? written : found;
}
