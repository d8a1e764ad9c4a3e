import type { RecordingMeta } from "../../../scripts/replay.ts";
import type { ReasonCode } from "../../../src/core/reason.ts";
import type { Said, Template, Wire } from "./objects.ts";

/** What one moment shows of the new version. */
export interface Sign {
  readonly t: number;
  /** Status of a pod; of the first one where no name is given. */
  readonly pod?: Wire;
  readonly name?: string;
  /** Without a node: not placed yet. */
  readonly unplaced?: true;
  readonly podMetadata?: Wire;
  /** The pod is gone. */
  readonly gone?: string;
  readonly event?: Said;
  readonly replicaSet?: Wire;
  readonly workload?: { status?: Wire; spec?: Wire; metadata?: Wire };
}

/** How it must end. `from` and `by` in seconds: no sooner, no later. */
export interface Expected {
  readonly result: "succeeded" | "failed" | "superseded" | "pending";
  readonly reason: ReasonCode | "";
  readonly container: string | null;
  readonly from: number;
  readonly by: number;
}

/** A row of the catalogue: a failure as Kubernetes tells it, and what looks most like it and is none, or another. */
export interface Row {
  /** Number in the catalogue of failures; `gke …` for what only Google's clusters say. */
  readonly row: string;
  readonly name: string;
  /** Where the quoted text comes from. */
  readonly source: string;
  readonly template?: Template;
  readonly signs: readonly Sign[];
  /** Not even the ReplicaSet of the change is there. */
  readonly withoutReplicaSet?: boolean;
  readonly logs?: NonNullable<RecordingMeta["logs"]>;
  readonly expect: Expected;
  readonly nearest: Nearest;
}

type Nearest =
  | { readonly kind: "heals"; readonly at: number }
  | {
      readonly kind: "rather";
      readonly signs: readonly Sign[];
      readonly expect: Expected;
      readonly logs?: NonNullable<RecordingMeta["logs"]>;
      readonly template?: Template;
    };

/** A failure between two seconds. A container is expected where the trouble is one container's. */
export const fails = (
  reason: ReasonCode,
  by: number,
  more: { from?: number; container?: string } = {},
): Expected => ({
  result: "failed",
  reason,
  container: more.container ?? null,
  from: more.from ?? 0,
  by,
});

/** The same, cured at that second. */
export const healsAt = (at: number): Nearest => ({ kind: "heals", at });

/** Another end, of signs that look alike. */
export const rather = (
  signs: readonly Sign[],
  expect: Expected,
  more: { logs?: NonNullable<RecordingMeta["logs"]>; template?: Template } = {},
): Nearest => ({ kind: "rather", signs, expect, ...more });
