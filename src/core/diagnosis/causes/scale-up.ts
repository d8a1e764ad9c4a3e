import type { KubeEvent } from "../../model/event.ts";
import type { ReasonCode } from "../../reason.ts";
import type { NextStep } from "../finding.ts";
import { advise, run } from "../next-step.ts";
import { type Cause, inPod, lasting, type Patience } from "../symptom.ts";
import { scaleUpEventOf } from "./scale-up-events.ts";

interface Kind {
  readonly event: "NotTriggerScaleUp" | "FailedScaleUp";
  readonly says: RegExp;
  readonly reason: ReasonCode;
  readonly patience: Patience;
  readonly summary: string;
  next(message: string): readonly NextStep[];
}

/** Google's word for all that was tried in the project: GKE shows only the reason's name in the event. */
const SEE_ERRORS = run(
  "See the last errors of Compute Engine in full",
  "gcloud",
  "compute",
  "operations",
  "list",
  "--filter=operationType:insert AND error:*",
  "--limit=5",
);

/** Zones that the message names. */
const zonesIn = (message: string): readonly string[] => message.match(/\b[a-z]+-[a-z]+\d+-[a-z]\b/g) ?? [];

function quotas(message: string): readonly NextStep[] {
  const region = zonesIn(message)[0]?.slice(0, -2);
  const see =
    region === undefined
      ? SEE_ERRORS
      : run(
          "See limits and use of the region's quotas",
          "gcloud",
          "compute",
          "regions",
          "describe",
          region,
          "--flatten=quotas[]",
          "--format=table(quotas.metric,quotas.usage,quotas.limit)",
        );
  return [
    advise(
      "Raise the quota in the console (IAM & Admin, Quotas), or free what uses it; the autoscaler tries again after 5 to 30 min",
    ),
    see,
  ];
}

/** More of Google's reasons that have no code of their own. Source: GKE's autoscaler events. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [
    /service account was deleted/i,
    "The service account of the node pool is gone: restore it within 30 days (gcloud iam service-accounts undelete), or make a node pool with another one",
  ],
  [
    /reservation/i,
    "Correct the node pool's reservation affinity, or make the reservation larger, shared with this project, and of the same machine type",
  ],
  [
    /failed to appear in time/i,
    "See why the machines do not join the cluster: their service account, Private Google Access, or the firewall to the control plane",
  ],
];

const others = (message: string): readonly NextStep[] => [
  advise(
    OTHERS.find(([says]) => says.test(message))?.[1] ??
      "Read the message, and the node pool's operations in the Google Cloud console",
  ),
  SEE_ERRORS,
];

/** In the order of testing. A stock-out may pass; a quota does not within a rollout. */
const KINDS: readonly Kind[] = [
  {
    event: "NotTriggerScaleUp",
    says: /max (node group size|limit|total nodes in cluster) reached|max cluster .*limit reached/i,
    reason: "AutoscalerAtMaximum",
    patience: lasting(60),
    summary: "there is no room for the pod, and the autoscaler has reached its maximum",
    next: (message) => [
      advise(
        /max cluster/i.test(message)
          ? "Raise the resource limits of node auto-provisioning (gcloud container clusters update --max-cpu --max-memory), free room, or request less"
          : "Raise the maximum of the node pool (gcloud container node-pools update --enable-autoscaling --max-nodes), free room, or request less",
      ),
    ],
  },
  {
    event: "NotTriggerScaleUp",
    says: /in backoff after failed scale-up/i,
    reason: "AutoscalerBackoff",
    patience: lasting(180),
    summary: "there is no room for the pod, and the autoscaler backs off after a scale-up that failed",
    next: () => [
      advise(
        "See why the last scale-up failed (quota, IP range, machine type): the autoscaler tries again after 5 to 30 min",
      ),
      SEE_ERRORS,
    ],
  },
  {
    event: "FailedScaleUp",
    says: /quota/i,
    reason: "ScaleUpQuotaExceeded",
    patience: lasting(60),
    summary: "the autoscaler cannot add a node: a quota of the project is used up",
    next: quotas,
  },
  {
    event: "FailedScaleUp",
    says: /out of resources|stockout|does not have enough resources/i,
    reason: "ScaleUpOutOfResources",
    patience: lasting(300),
    summary: "the autoscaler cannot add a node: the zone has no such machine at the moment",
    next: () => [
      advise(
        "Let the node pool use more zones (gcloud container node-pools update --node-locations) or another machine type, or reserve machines",
      ),
    ],
  },
  {
    event: "FailedScaleUp",
    says: /\bIP\b|ip.?space/i,
    reason: "ScaleUpIpExhausted",
    patience: lasting(60),
    summary: "the autoscaler cannot add a node: its subnet or pod range has no free IP addresses",
    next: () => [
      advise(
        "Add a pod range to the cluster (gcloud container clusters update --additional-pod-ipv4-ranges), or make a node pool with a range of its own",
      ),
      run(
        "See how far the ranges are used",
        "gcloud",
        "container",
        "subnets",
        "list-usable",
        "--format=yaml",
      ),
    ],
  },
  {
    event: "FailedScaleUp",
    says: /(?:)/,
    reason: "ScaleUpFailed",
    patience: lasting(60),
    summary: "the autoscaler cannot add a node",
    next: others,
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
        const { reason, summary } = kind;
        const patience: Patience = { ...kind.patience, forRoom: true };
        const next = kind.next(event.message);
        return [
          { ...inPod(seen), reason, key: reason, summary, message: event.message, next, seen: 1, patience },
        ];
      }),
};

/** Which failure an event of the autoscaler speaks of; `undefined` when it only says that no group fits. */
export const scaleUpKindOf = ({ reason, message }: KubeEvent): Kind | undefined =>
  KINDS.find(({ event, says }) => event === reason && says.test(message));
