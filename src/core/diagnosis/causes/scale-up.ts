import type { KubeEvent } from "../../model/event.ts";
import type { ReasonCode } from "../../reason.ts";
import { advise } from "../next-step.ts";
import { type Cause, inPod, lasting, type Patience } from "../symptom.ts";
import { scaleUpEventOf } from "./scale-up-events.ts";

interface Kind {
  readonly event: "NotTriggerScaleUp" | "FailedScaleUp";
  readonly says: RegExp;
  readonly reason: ReasonCode;
  readonly patience: Patience;
  readonly summary: string;
  readonly advice: string;
}

/** In the order of testing. A stock-out may pass; a quota does not within a rollout. */
const KINDS: readonly Kind[] = [
  {
    event: "NotTriggerScaleUp",
    says: /max (node group size|limit|total nodes in cluster) reached|max cluster .*limit reached/i,
    reason: "AutoscalerAtMaximum",
    patience: lasting(60),
    summary: "there is no room for the pod, and the autoscaler has reached its maximum",
    advice: "Raise the maximum of the node pool, free room, or request less",
  },
  {
    event: "NotTriggerScaleUp",
    says: /in backoff after failed scale-up/i,
    reason: "AutoscalerBackoff",
    patience: lasting(180),
    summary: "there is no room for the pod, and the autoscaler backs off after a scale-up that failed",
    advice: "See in the autoscaler's log why its last scale-up failed (quota, IP range, machine type)",
  },
  {
    event: "FailedScaleUp",
    says: /quota/i,
    reason: "ScaleUpQuotaExceeded",
    patience: lasting(60),
    summary: "the autoscaler cannot add a node: a quota of the project is used up",
    advice: "Raise the quota that the message names, or free what uses it",
  },
  {
    event: "FailedScaleUp",
    says: /out of resources|stockout|does not have enough resources/i,
    reason: "ScaleUpOutOfResources",
    patience: lasting(300),
    summary: "the autoscaler cannot add a node: the zone has no such machine at the moment",
    advice: "Let the node pool use more zones or another machine type",
  },
  {
    event: "FailedScaleUp",
    says: /\bIP\b|ip.?space/i,
    reason: "ScaleUpIpExhausted",
    patience: lasting(60),
    summary: "the autoscaler cannot add a node: the subnet has no free IP addresses",
    advice: "Add an IP range for nodes or pods",
  },
  {
    event: "FailedScaleUp",
    says: /(?:)/,
    reason: "ScaleUpFailed",
    patience: lasting(60),
    summary: "the autoscaler cannot add a node",
    advice: "Read the message, and the node pool's operations in the Google Cloud console",
  },
];

/** The pod needs a node, and the autoscaler says that it cannot add one. */
export const scaleUp: Cause = {
  name: "ScaleUp",
  reasons: KINDS.map(({ reason }) => reason),
  source: "kubernetes/autoscaler, eventing_scale_up_processor.go (1.33); GKE autoscaler events",
  detect: (scene) =>
    scene.pods
      .filter(({ stage, isSilent }) => stage === 0 && !isSilent)
      .flatMap((seen) => {
        const event = scaleUpEventOf(seen);
        const kind = event === undefined ? undefined : scaleUpKindOf(event);
        if (event === undefined || kind === undefined) return [];
        const { reason, patience, summary, advice } = kind;
        const next = [advise(advice)];
        return [
          { ...inPod(seen), reason, key: reason, summary, message: event.message, next, seen: 1, patience },
        ];
      }),
};

/** Which failure an event of the autoscaler speaks of; `undefined` when it only says that no group fits. */
export const scaleUpKindOf = ({ reason, message }: KubeEvent): Kind | undefined =>
  KINDS.find(({ event, says }) => event === reason && says.test(message));
