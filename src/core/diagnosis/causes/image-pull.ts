import type { PullReason } from "../image-pull-text.ts";
import { pullAdvice } from "../pull-advice.ts";
import { failedPulls, PULL_STATES } from "../pull-memory.ts";
import { type Place, placesOf, type Scene, titleOf, waitingOf } from "../scene.ts";
import { again, type Cause, inContainer, lasting, type Patience, type Symptom } from "../symptom.ts";

/** A second failed pull, 10 s or more after the first: the kubelet tries at 0, 11 to 15 and 25 to 40 s. */
const secondPull: Patience = { times: 2, lastingMs: 10_000 };

const KINDS: Readonly<Record<PullReason, { readonly fault: string; readonly patience: Patience }>> = {
  ImagePlatformMismatch: { fault: "has no variant for the node's platform", patience: again },
  ImagePullDenied: { fault: "may not be pulled: the registry denies access", patience: secondPull },
  ImageNotFound: { fault: "does not exist in its registry", patience: secondPull },
  ImageRateLimited: { fault: "cannot be pulled now: too many pulls", patience: lasting(120) },
  RegistryUnavailable: { fault: "cannot be pulled: its registry does not answer", patience: lasting(120) },
  ImagePullFailed: { fault: "cannot be pulled", patience: lasting(120) },
};

/** Kinds that pass by themselves share one key: a registry in trouble says 503, then 429, then nothing. */
const PASSING: ReadonlySet<PullReason> = new Set([
  "ImageRateLimited",
  "RegistryUnavailable",
  "ImagePullFailed",
]);

/** The image cannot be pulled; the last error decides why, never the text of the back-off after it. */
export const imagePull: Cause = {
  name: "ImagePull",
  reasons: [
    "ImagePlatformMismatch",
    "ImagePullDenied",
    "ImageNotFound",
    "ImageRateLimited",
    "RegistryUnavailable",
    "ImagePullFailed",
  ],
  source: "pkg/kubelet/images/image_manager.go and types.go (v1.36.3); containerd core/remotes/docker (v2.1)",
  detect: (scene) => placesOf(scene).flatMap((place) => detectIn(place, scene)),
};

function detectIn(place: Place, scene: Scene): readonly Symptom[] {
  const { container } = place;
  const waiting = waitingOf(container);
  const { failures, last } = container.memory.pulls;
  if (
    waiting === undefined ||
    !(PULL_STATES.has(waiting.reason) || (last && waiting.reason === "ContainerCreating"))
  ) {
    return [];
  }
  const reason = last?.reason ?? "ImagePullFailed";
  const failed = failures[reason];
  const { fault, patience } = KINDS[reason];
  return [
    {
      ...inContainer(place),
      reason,
      key: PASSING.has(reason) ? "passing pull failure" : reason,
      summary: `${container.spec.image}, image of ${titleOf(container)}, ${fault}`,
      message: last?.error ?? waiting.message,
      next: pullAdvice(reason, container.spec.image, {
        seen: place.seen,
        namespace: scene.goal.ref.namespace,
      }),
      seen: Math.max(1, failed === undefined ? 1 : failedPulls(failed)),
      patience,
    },
  ];
}
