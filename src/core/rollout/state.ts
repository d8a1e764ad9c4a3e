import type { Evidence } from "../diagnosis/evidence.ts";
import type { Judged } from "../diagnosis/findings.ts";
import type { Memory } from "../diagnosis/memory.ts";
import type { Scene } from "../diagnosis/scene.ts";
import type { Troubles } from "../diagnosis/trouble.ts";
import type { LogRequest, Observation } from "./rollout.ts";
import type { Stability } from "./stability.ts";
import type { Standing } from "./standing.ts";
import type { WatchedTime } from "./watched-time.ts";

/** All that the engine knows of the past: a value, made by `begin` and carried from step to step. */
export interface EngineState {
  readonly time: WatchedTime;
  readonly memory: Memory;
  readonly troubles: Troubles;
  readonly evidence: Evidence;
  readonly stability: Stability;
  readonly isFirst: boolean;
  /** The workload has had replicas, before our write or since the watch began. */
  readonly wasScaledUp: boolean;
  /** When a reason to fail was first there, in milliseconds of watched time. */
  readonly failingSince: number | undefined;
}

/** What the engine decides from: one observation, seen through its memory. */
export interface Present {
  readonly scene: Scene;
  readonly judged: Judged;
  readonly standing: Exclude<Standing, { kind: "superseded" }>;
  readonly observation: Observation;
  readonly asks: readonly LogRequest[];
}
