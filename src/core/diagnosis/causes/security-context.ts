import { advise } from "../next-step.ts";
import { placesOf, titleOf, waitingOf } from "../scene.ts";
import { again, type Cause, inContainer } from "../symptom.ts";

/** What the kubelet says where the image would run as root. */
export const NON_ROOT = /runAsNonRoot|runAsUser breaks non-root policy|non-numeric user/;

/** The image would run as root, and the security context forbids it. */
export const securityContext: Cause = {
  name: "SecurityContext",
  reasons: ["SecurityContextInvalid"],
  source: "pkg/kubelet/kuberuntime/security_context_others.go, verifyRunAsNonRoot (v1.36.3)",
  detect: (scene) =>
    placesOf(scene).flatMap((place) => {
      const waiting = waitingOf(place.container);
      if (waiting?.reason !== "CreateContainerConfigError" || !NON_ROOT.test(waiting.message)) return [];
      return [
        {
          ...inContainer(place),
          reason: "SecurityContextInvalid" as const,
          key: "SecurityContextInvalid",
          summary: `${titleOf(place.container)} must not run as root, and ${faultIn(waiting.message)}`,
          message: waiting.message,
          next: [advise("Set a numeric USER in the image, or runAsUser in the container's securityContext")],
          seen: 1,
          patience: again,
        },
      ];
    }),
};

/** Source: as above; a user by name may be root under another name. */
function faultIn(message: string): string {
  if (message.includes("non-numeric user")) return "its image names its user by name, which proves nothing";
  return message.includes("runAsUser") ? "its runAsUser is 0" : "its image does";
}
