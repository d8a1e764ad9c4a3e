import type { KubeEvent } from "../../model/event.ts";
import type { Instant } from "../../model/instant.ts";
import type { Scene, SeenPod } from "../scene.ts";

/** Events of the cluster autoscaler about a pod, two of the three of type Normal. */
const EVENTS: ReadonlySet<string> = new Set(["TriggeredScaleUp", "NotTriggerScaleUp", "FailedScaleUp"]);

/**
 * The autoscaler's latest word on a pod. Source: kubernetes/autoscaler, processors/status/eventing_scale_up_processor.go
 * (1.33); GKE, "cluster autoscaler events".
 */
export function scaleUpEventOf({ events }: SeenPod): KubeEvent | undefined {
  return events
    .filter(({ reason }) => EVENTS.has(reason))
    .reduce<KubeEvent | undefined>(
      (newest, event) => (newest === undefined || isNewer(event, newest) ? event : newest),
      undefined,
    );
}

/** Whether a node is on its way for a pod that has none yet. */
export const isNodeComing = (seen: SeenPod): boolean =>
  seen.stage === 0 && scaleUpEventOf(seen)?.reason === "TriggeredScaleUp";

/** Whether a node is on its way, or the pod got one that was on its way at that instant: till then it could not progress. */
export const isHeldUpByNode = (seen: SeenPod, at: Instant | undefined): boolean => {
  if (isNodeComing(seen)) return true;
  const placed = seen.pod.conditions.find(({ type, status }) => type === "PodScheduled" && status === "True");
  const wasTold = seen.events.some(({ reason }) => reason === "TriggeredScaleUp");
  return wasTold && at !== undefined && (placed?.lastTransition ?? 0) >= at;
};

/** Whether an autoscaler is there: it was promised, or it has spoken. */
export const isAutoscaled = ({ goal, pods }: Scene): boolean =>
  goal.autoscaled || pods.some((seen) => scaleUpEventOf(seen) !== undefined);

/** Of one second, the good news counts. */
const isNewer = (event: KubeEvent, than: KubeEvent): boolean =>
  event.lastSeen > than.lastSeen || (event.lastSeen === than.lastSeen && event.reason === "TriggeredScaleUp");
