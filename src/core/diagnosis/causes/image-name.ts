import { advise } from "../next-step.ts";
import { placesOf, titleOf, waitingOf } from "../scene.ts";
import { again, type Cause, inContainer } from "../symptom.ts";

const STATES = {
  InvalidImageName: {
    reason: "InvalidImageName",
    fault: "is not a valid image reference",
    next: "Correct the image reference: lower case, and at most one tag and one digest",
  },
  ErrImageNeverPull: {
    reason: "ImageNeverPull",
    fault: "is not on the node, and its pull policy is Never",
    next: "Set imagePullPolicy to IfNotPresent, or bring the image to the nodes by other means",
  },
} as const;

/** The image cannot even be asked for. */
export const imageName: Cause = {
  name: "ImageName",
  reasons: ["InvalidImageName", "ImageNeverPull"],
  source: "pkg/kubelet/images/image_manager.go, ErrInvalidImageName and ErrImageNeverPull (v1.36.3)",
  detect: (scene) =>
    placesOf(scene).flatMap((place) => {
      const waiting = waitingOf(place.container);
      if (waiting?.reason !== "InvalidImageName" && waiting?.reason !== "ErrImageNeverPull") return [];
      const { reason, fault, next } = STATES[waiting.reason];
      const { name, role, spec } = place.container;
      return [
        {
          ...inContainer(place),
          reason,
          key: reason,
          summary: `${spec.image}, image of ${titleOf({ name, role })}, ${fault}`,
          message: waiting.message,
          next: [advise(next)],
          seen: 1,
          patience: again,
        },
      ];
    }),
};
