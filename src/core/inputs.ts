import type { WorkloadRef } from "./model.ts";

/** Everything that a user can ask for, checked. */
export interface Inputs {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  /** `undefined`: the context's namespace, else `default`. */
  readonly namespace: string | undefined;
  readonly workload: Pick<WorkloadRef, "kind" | "name">;
  readonly image: WantedImages;
  readonly mode: "deploy" | "check";
  readonly timeoutMs: number;
  readonly precheck: "enforce" | "strict" | "warn" | "off";
  readonly readinessPatienceMs: number | "auto";
  readonly stableForMs: number | "auto";
  readonly verifyCommand: string | undefined;
  readonly verifyTimeoutMs: number;
  readonly onFailure: "rollback" | "leave";
  readonly allowUntrustedEvents: boolean;
  readonly logLines: number | "auto";
  readonly eventLimit: number;
  readonly summary: "always" | "on-failure" | "never";
  readonly annotate: boolean;
}

/** One reference for the only container, or one for each named container. */
export type WantedImages =
  | { readonly kind: "only"; readonly image: string }
  | { readonly kind: "named"; readonly images: ReadonlyMap<string, string> };
