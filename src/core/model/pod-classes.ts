import type { Labels } from "./labels.ts";
import type { PodSpec, Toleration } from "./pod-spec.ts";
import type { Quantities } from "./resources.ts";

/** A PriorityClass: what a pod gets that names it, or that names none where it is the default. */
export interface PriorityClass {
  readonly name: string;
  readonly value: number;
  readonly globalDefault: boolean;
  readonly preemptionPolicy: PodSpec["preemptionPolicy"];
}

/** A RuntimeClass: what it adds to a pod that names it. */
export interface RuntimeClass {
  readonly name: string;
  /** `undefined` where it sets none, which is not the same as none of anything. */
  readonly overhead: Quantities | undefined;
  readonly nodeSelector: Labels;
  readonly tolerations: readonly Toleration[];
}
