import { IMAGE, NAMES, stamp, type Wire } from "./objects.ts";
import type { Sign } from "./row.ts";

/*
 * What is shown of a pod as a whole, or of none: by the scheduler, the controllers, and the kubelet before and after
 * containers.
 */

/** Status of a pod that has a node, and no sandbox yet. */
export const creating: Wire = {
  phase: "Pending",
  conditions: [
    { type: "PodReadyToStartContainers", status: "False" },
    { type: "PodScheduled", status: "True" },
  ],
  containerStatuses: [
    {
      name: "web",
      ready: false,
      restartCount: 0,
      image: IMAGE,
      imageID: "",
      state: { waiting: { reason: "ContainerCreating" } },
    },
  ],
};

/** The pod waits for its volumes, its network or its sandbox: only events say so, every 15 s. */
export function settingUp(
  reason: string,
  message: string,
  { every = 15, until = 300 } = {},
): readonly Sign[] {
  const times = Array.from({ length: Math.ceil(until / every) }, (_, index) => 2 + every * index);
  return [
    { t: 1, pod: creating },
    ...times.map((t, index) => ({ t, event: { reason, message, count: index + 1, first: 2 } })),
  ];
}

/** The scheduler finds no place; its event is the condition's text, cut. */
export function unplaced(message: string, more: Wire = {}): readonly Sign[] {
  const conditions = [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }];
  return [
    { t: 0.2, unplaced: true, pod: { phase: "Pending", conditions, ...more } },
    {
      t: 0.3,
      event: {
        reason: "FailedScheduling",
        message: message.length > 1020 ? `${message.slice(0, 1020)} ...` : message,
      },
    },
  ];
}

/** What the autoscaler says of the pod that has no place. */
export const scaler = (
  t: number,
  reason: "TriggeredScaleUp" | "NotTriggerScaleUp" | "FailedScaleUp",
  message: string,
): Sign => ({
  t,
  event: { reason, message, type: reason === "FailedScaleUp" ? "Warning" : "Normal" },
});

/** The API server refuses the new pod: the ReplicaSet's condition and event tell its words. */
export function notCreated(error: string): readonly Sign[] {
  const conditions = [
    {
      type: "ReplicaFailure",
      status: "True",
      reason: "FailedCreate",
      message: error,
      lastTransitionTime: stamp(0),
    },
  ];
  return [
    { t: 0.2, replicaSet: { replicas: 0, conditions } },
    ...[0.2, 5, 20, 60, 120].map((t, index) => ({
      t,
      event: {
        reason: "FailedCreate",
        message: `Error creating: ${error}`,
        kind: "ReplicaSet" as const,
        name: NAMES.new,
        count: index + 1,
        first: 0.2,
      },
    })),
  ];
}

/** Pods that their node ends, one after the other, each followed by another. */
export function ended(reason: string, message: string, times: readonly number[]): readonly Sign[] {
  return times.flatMap((t, index): readonly Sign[] => {
    const name = `${NAMES.new}-aaaa${index}`;
    return [
      { t: t - 1, name, pod: creating },
      { t, name, pod: { phase: "Failed", reason, message, conditions: [] } },
    ];
  });
}

/** The controller gives up: the condition of the Deployment. */
export const deadline = (t: number): Sign => ({
  t,
  workload: {
    status: {
      replicas: 2,
      updatedReplicas: 1,
      conditions: [
        {
          type: "Progressing",
          status: "False",
          reason: "ProgressDeadlineExceeded",
          message: `ReplicaSet "${NAMES.new}" has timed out progressing.`,
          lastUpdateTime: stamp(t),
          lastTransitionTime: stamp(t),
        },
      ],
    },
  },
});
