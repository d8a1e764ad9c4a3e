import type { HorizontalPodAutoscaler } from "../model/horizontal-pod-autoscaler.ts";
import type { Workload } from "../model/workload.ts";
import type { Stop } from "./decide.ts";
import { doubtsOf } from "./doubts.ts";
import { BRIEF, endingOf } from "./ending.ts";
import type { Model } from "./model.ts";
import { preempting } from "./preempting.ts";
import { scalingOf } from "./scaling.ts";
import type { Snapshot } from "./verdict.ts";

/** A HorizontalPodAutoscaler may scale the workload to more replicas than there is room for. */
export interface AtMaximum {
  readonly scaler: string;
  readonly replicas: number;
  /** `nodes`: today's, even without any old pod; `quotas` likewise. `old pods`: only while some of them are there. */
  readonly lacking: "nodes" | "quotas" | "old pods";
  /** New pods that find room then, at most. */
  readonly most: number;
}

/**
 * Tells whether a rollout that completes would get stuck if the workload were scaled to the maximum of its
 * HorizontalPodAutoscaler, which may happen at any moment. Certain is a lack of room that is there without any old pod.
 * Where only old pods take it, it also depends on when that happens, and where the controller, which then scales the old
 * ReplicaSets in proportion, gets more old pods placed. `undefined` also where it cannot be told.
 * Source: pkg/controller/deployment/sync.go (v1.36.2), `scale`.
 */
export function atMaximum(snapshot: Snapshot, workload: Workload, model: Model): AtMaximum | undefined {
  const { start, allowanceFor } = model;
  const scaler = scalerOf(snapshot.scalers ?? [], workload);
  if (scaler === undefined || scaler.maxReplicas <= start.replicas) return undefined;
  const { name, maxReplicas: replicas } = scaler;
  const rolling: Model = { ...model, start: { ...start, replicas, ...allowanceFor(replicas) } };
  const meanwhile = certainStop(snapshot, rolling);
  if (meanwhile === undefined) return undefined;
  const allGone = { ...rolling.start, surge: 0, unavailable: replicas };
  const ever = certainStop(snapshot, { ...rolling, recreates: true, start: allGone });
  if (ever === undefined) return { scaler: name, replicas, lacking: "old pods", most: meanwhile.most };
  return { scaler: name, replicas, lacking: ever.by === "quota" ? "quotas" : "nodes", most: ever.most };
}

/**
 * The one that scales the workload up. With several none does, nor does any from zero.
 * Source: pkg/controller/podautoscaler/horizontal.go (v1.36.3), `reconcileAutoscaler`, `validateAndParseSelector`.
 */
function scalerOf(
  scalers: readonly HorizontalPodAutoscaler[],
  { kind, name, replicas }: Workload,
): HorizontalPodAutoscaler | undefined {
  const [own, ...others] = scalers.filter(
    ({ target }) => target.group === "apps" && target.kind === kind && target.name === name,
  );
  return own?.scalesUp && others.length === 0 && replicas > 0 ? own : undefined;
}

/** Where the rollout of a model stops for certain, whoever is evicted for it and whatever nodes an autoscaler adds. */
function certainStop(snapshot: Snapshot, model: Model): Stop | undefined {
  const { ending } = preempting(model, endingOf(model, BRIEF));
  if (ending.kind !== "stalls") return undefined;
  const scaling = scalingOf(model, ending, snapshot.autoscaling);
  const { ofStall } = doubtsOf({ snapshot, scaling }, model, ending);
  return scaling.kind === "adds-none" && ofStall.length === 0 ? ending : undefined;
}
