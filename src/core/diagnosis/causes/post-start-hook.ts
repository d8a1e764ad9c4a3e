import type { NextStep } from "../finding.ts";
import { advise } from "../next-step.ts";
import { occurrencesIn } from "../occurrences.ts";
import { placesOf, type SeenContainer, titleOf, waitingOf } from "../scene.ts";
import { type Cause, inContainer, times } from "../symptom.ts";

const next: readonly NextStep[] = [
  advise("Run the hook's command in the image by hand; the kubelet restarts the container whenever it fails"),
];

/** The container's postStart hook fails, and the kubelet kills the container for it. */
export const postStartHook: Cause = {
  name: "PostStartHook",
  reasons: ["PostStartHookFailed"],
  source: "pkg/kubelet/kuberuntime/kuberuntime_container.go, startContainer, ErrPostStartHook (v1.36.3)",
  detect: (scene) =>
    placesOf(scene).flatMap((place) => {
      const { container } = place;
      const seen = hookFailuresOf(container);
      if (seen === 0) return [];
      const waiting = waitingOf(container);
      const event = container.events.find(({ reason }) => reason === "FailedPostStartHook");
      return [
        {
          ...inContainer(place),
          stage: undefined,
          reason: "PostStartHookFailed" as const,
          key: "PostStartHookFailed",
          summary: `the postStart hook of ${titleOf(container)} fails`,
          message: (waiting?.reason === "PostStartHookError" ? waiting.message : event?.message) ?? "",
          next,
          seen,
          patience: times(3),
        },
      ];
    }),
};

/** How often the hook failed: in status once, in events by their count, and never twice for one failure. */
function hookFailuresOf({ events, memory }: SeenContainer): number {
  const failures = events.filter(({ reason }) => reason === "FailedPostStartHook");
  return Math.max(memory.hookFailures, occurrencesIn(failures));
}
