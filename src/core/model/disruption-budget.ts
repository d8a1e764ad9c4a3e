import type { LabelSelector } from "./labels.ts";

/** A PodDisruptionBudget, as far as preemption minds it. */
export interface DisruptionBudget {
  readonly namespace: string;
  /** Neither `undefined` nor empty selects anything. */
  readonly selector: LabelSelector | undefined;
  /** `status.disruptionsAllowed` */
  readonly disruptionsAllowed: number;
  /** Names of pods whose eviction is counted already: `status.disruptedPods`. */
  readonly disruptedPods: ReadonlySet<string>;
}
