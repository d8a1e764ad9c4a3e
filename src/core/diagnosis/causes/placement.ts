import { reasonCodeOf } from "../../capacity/reason-id.ts";
import type { Condition } from "../../model/condition.ts";
import { formatResource } from "../../quantity.ts";
import type { ReasonCode } from "../../reason.ts";
import type { NextStep } from "../finding.ts";
import { advise, kubectl } from "../next-step.ts";
import { numbersIn } from "../node-numbers.ts";
import type { Scene, SeenPod } from "../scene.ts";
import { parseSchedulerMessage, type Shortage } from "../scheduler-message.ts";
import { type Cause, inPod, lasting, never, type Patience, type Symptom } from "../symptom.ts";
import { scaleUpKindOf } from "./scale-up.ts";
import { isAutoscaled, isNodeComing, scaleUpEventOf } from "./scale-up-events.ts";

const ADVICE: Readonly<Partial<Record<ReasonCode, string>>> = {
  InsufficientResources:
    "Add a node, free room, request less, or let old pods go first (maxSurge: 0, maxUnavailable: 1)",
  TooManyPods: "Add a node: these run as many pods as they may",
  UntoleratedTaint: "Tolerate the taint in the template, or add nodes without it",
  NodeAffinityMismatch: "Correct nodeSelector or nodeAffinity, or label a node to match",
  PodAffinityMismatch:
    "Let the old pod go first (maxSurge: 0, maxUnavailable: 1), relax the pod affinity, or add a node",
  TopologySpreadMismatch: "Relax topologySpreadConstraints, or add a node where one is missing",
  HostPortConflict: "Let the old pod go first (maxSurge: 0, maxUnavailable: 1), or give up the hostPort",
  NodesUnschedulable: "Uncordon the nodes, or add one",
  VolumeUnavailable:
    "See whether the PersistentVolumeClaims exist, are bound, and can be used on these nodes",
};

/** The scheduler finds no node for the pod. */
export const placement: Cause = {
  name: "Placement",
  reasons: [
    "InsufficientResources",
    "TooManyPods",
    "UntoleratedTaint",
    "NodeAffinityMismatch",
    "PodAffinityMismatch",
    "TopologySpreadMismatch",
    "HostPortConflict",
    "NodesUnschedulable",
    "VolumeUnavailable",
    "Unschedulable",
  ],
  source: "pkg/scheduler/schedule_one.go, handleSchedulingFailure; framework/types.go, FitError (v1.36.3)",
  detect: (scene) =>
    scene.pods
      .filter(({ stage, isSilent }) => stage === 0 && !isSilent)
      .flatMap((seen) => {
        const message = refusalOf(seen);
        const event = scaleUpEventOf(seen);
        const isNamed = event !== undefined && scaleUpKindOf(event) !== undefined;
        return message === undefined || isNamed ? [] : [toSymptom(seen, message, scene)];
      }),
};

/** The condition has the whole text; the event is cut, and serves only while there is no condition. */
function refusalOf({ pod, events }: SeenPod): string | undefined {
  const scheduled = pod.conditions.find(({ type }) => type === "PodScheduled");
  if (scheduled !== undefined) return isRefused(scheduled) ? scheduled.message : undefined;
  return events.filter(({ reason }) => reason === "FailedScheduling").at(-1)?.message;
}

const isRefused = ({ status, reason }: Condition): boolean =>
  status === "False" && (reason === "Unschedulable" || reason === "SchedulerError");

function toSymptom(seen: SeenPod, message: string, scene: Scene): Symptom {
  const isMakingRoom = seen.pod.nominatedNodeName !== undefined;
  const isComing = isNodeComing(seen);
  const reason = reasonCodeOf(parseSchedulerMessage(message).reasons) ?? "Unschedulable";
  return {
    ...inPod(seen),
    reason,
    key: "placement",
    summary: isComing
      ? "no node has room for the pod yet; the cluster autoscaler is adding one"
      : isMakingRoom
        ? `no node has room for the pod yet; pods of lower priority leave ${seen.pod.nominatedNodeName} for it`
        : refusalIn(message, scene),
    message,
    next: nextOf(reason, seen, scene),
    seen: 1,
    patience: isComing || isMakingRoom ? never : patienceOf(message, seen, scene),
  };
}

/** The scheduler's counts, and the numbers of a node where its message has them. */
function refusalIn(message: string, { goal }: Scene): string {
  const { nodes, reasons, short } = parseSchedulerMessage(message);
  const numbers = short.length > 0 ? "" : numbersIn(goal.room);
  const texts =
    short.length > 0 ? short.map(shortageOf) : reasons.map(({ count, text }) => `${count} ${text}`);
  if (nodes === 0) return "there is no node that the pod could go to";
  const refusal = ["no node takes the pod", ...(texts.length > 0 ? [texts.join(", ")] : [])].join(": ");
  return numbers === "" ? refusal : `${refusal} (before the change, ${numbers})`;
}

const shortageOf = ({ node, resource, requested, used, capacity }: Shortage): string =>
  `${node ?? "a node"} lacks ${resource}: requested ${formatResource(resource, requested)}, ` +
  `used ${formatResource(resource, used)}, capacity ${formatResource(resource, capacity)}`;

function patienceOf(message: string, seen: SeenPod, scene: Scene): Patience {
  const isAwaited = isAutoscaled(scene) && scaleUpEventOf(seen) === undefined;
  const seconds = /unbound immediate PersistentVolumeClaims/i.test(message) ? 120 : 60;
  return { ...lasting(isAwaited ? 180 : seconds), forRoom: true };
}

function nextOf(reason: ReasonCode, { pod }: SeenPod, { goal }: Scene): readonly NextStep[] {
  const advice = ADVICE[reason];
  return [
    ...(advice === undefined ? [] : [advise(advice)]),
    kubectl("See the scheduler's words", goal.ref.namespace, "describe", `pod/${pod.name}`),
  ];
}
