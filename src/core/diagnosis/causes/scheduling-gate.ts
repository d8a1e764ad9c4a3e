import { kubectl } from "../next-step.ts";
import { readinessPatienceOf } from "../readiness-patience.ts";
import { type Cause, inPod } from "../symptom.ts";

/** Nobody lifts the gate that keeps the pod from the scheduler. */
export const schedulingGate: Cause = {
  name: "SchedulingGate",
  reasons: ["SchedulingGated"],
  source: "pkg/registry/core/pod/strategy.go, applySchedulingGatedCondition (v1.36.3)",
  detect: (scene) =>
    scene.pods.flatMap((seen) => {
      const condition = seen.pod.conditions.find(({ type }) => type === "PodScheduled");
      if (seen.isSilent || condition?.status !== "False" || condition.reason !== "SchedulingGated") return [];
      const gates = seen.pod.spec.schedulingGates.join(", ");
      return [
        {
          ...inPod(seen),
          reason: "SchedulingGated" as const,
          key: "SchedulingGated",
          summary: `nothing has lifted the scheduling gate ${gates}`,
          message: condition.message,
          next: [
            kubectl(
              "See the pod, and look for the controller that owns the gate",
              scene.goal.ref.namespace,
              "describe",
              `pod/${seen.pod.name}`,
            ),
          ],
          seen: 1,
          patience: { times: 1, lastingMs: readinessPatienceOf(scene) },
        },
      ];
    }),
};
