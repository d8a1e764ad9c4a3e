import type { Pod } from "../model/pod.ts";
import type { ContainerRole } from "../model/pod-spec.ts";
import type { ReasonCode } from "../reason.ts";
import type { NextStep } from "./finding.ts";
import type { Place, Scene, SeenPod } from "./scene.ts";

/**
 * How much of a symptom is needed for a verdict: that often, and for that many milliseconds of watched time since
 * it was first seen. `Infinity`: never by itself.
 */
export interface Patience {
  readonly times: number;
  readonly lastingMs: number;
  /**
   * Who tries again from time to time: only a try that fails after that time, or none for longer than they pause,
   * proves that it lasts.
   */
  readonly retriedBy?: "kubelet" | "controller";
  /** Waits longer while pods are terminating whose room would help. */
  readonly forRoom?: true;
}

/** The same state once more, at least 5 s later. */
export const again: Patience = { times: 1, lastingMs: 5_000 };

/** Without a break for that many seconds. */
export const lasting = (seconds: number): Patience => ({ times: 1, lastingMs: seconds * 1_000 });

/** That often, however quickly. */
export const times = (count: number): Patience => ({ times: count, lastingMs: 0 });

/** Nothing to fail for; it is said while waiting, and named when the time is over. */
export const never: Patience = { times: 1, lastingMs: Number.POSITIVE_INFINITY };

/** One thing seen wrong with the new revision in one observation. */
export interface Symptom {
  readonly reason: ReasonCode;
  /** Tells symptoms of one subject apart; the same trouble keeps its key from one observation to the next. */
  readonly key: string;
  /** `undefined` where the trouble is not of one pod. */
  readonly pod: Pod | undefined;
  readonly container: { readonly name: string; readonly role: ContainerRole } | undefined;
  /**
   * How far its subject has come. A subject that comes further has left the trouble behind; `undefined` for what
   * is counted and never left behind.
   */
  readonly stage: number | undefined;
  /** One sentence in our words, without a final full stop. */
  readonly summary: string;
  /** Verbatim from the cluster. */
  readonly message: string;
  readonly next: readonly NextStep[];
  /** How often it has happened, from status or events, whichever says more. */
  readonly seen: number;
  /** How long after the first try that failed the latest one did, in milliseconds, by the clock of their events. */
  readonly triedForMs?: number;
  readonly patience: Patience;
}

/** A row of the table of causes: a pure rule from what is seen to symptoms, status first and events second. */
export interface Cause {
  readonly name: string;
  /** Every code that it can give. */
  readonly reasons: readonly ReasonCode[];
  /** Where in Kubernetes the signal comes from, with the version it was read in. */
  readonly source: string;
  detect(scene: Scene): readonly Symptom[];
}

/** Where a symptom sits: in one container. */
export const inContainer = ({ seen, container }: Place): Pick<Symptom, "pod" | "container" | "stage"> => ({
  pod: seen.pod,
  container: { name: container.name, role: container.role },
  stage: seen.stage,
});

/** Where a symptom sits: in the pod as a whole. */
export const inPod = ({ pod, stage }: SeenPod): Pick<Symptom, "pod" | "container" | "stage"> => ({
  pod,
  container: undefined,
  stage,
});
