import type { NextStep } from "../finding.ts";
import type { PullReason } from "../image-pull-text.ts";
import { advise, kubectl, run } from "../next-step.ts";
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
      next: nextOf(reason, container.spec.image, scene),
      seen: Math.max(1, failed === undefined ? 1 : failedPulls(failed)),
      patience,
    },
  ];
}

function nextOf(reason: PullReason, image: string, { goal }: Scene): readonly NextStep[] {
  switch (reason) {
    case "ImageNotFound":
      return [
        advise("Check that the job that pushes this image ran, and pushed to this repository"),
        ...tagsOf(image),
      ];
    case "ImagePullDenied":
      return [
        advise(
          "Give the nodes' service account roles/artifactregistry.reader on the repository, or the pod an imagePullSecret",
        ),
        kubectl(
          "See which pull secrets the service accounts have",
          goal.ref.namespace,
          "get",
          "serviceaccounts",
          "--output=yaml",
        ),
      ];
    case "ImagePlatformMismatch":
      return [
        advise(
          "Build the image for the platform of the nodes, or choose nodes that match with a nodeSelector",
        ),
      ];
    case "ImageRateLimited":
      return [advise("Wait, authenticate the pulls, or pull through a mirror or Artifact Registry")];
    case "RegistryUnavailable":
      return [advise("Check the registry's state, and that the nodes can reach it (firewall, NAT, DNS)")];
    case "ImagePullFailed":
      return [advise("Read the message: the node could not fetch or unpack the image")];
    default:
      return reason satisfies never;
  }
}

/** `gcloud` lists tags of Google's registries only. */
function tagsOf(image: string): readonly NextStep[] {
  const repository = image.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
  if (!/^[a-z0-9-]+(-docker\.pkg\.dev|\.gcr\.io|gcr\.io)\//.test(repository)) return [];
  const product = repository.includes("-docker.pkg.dev/")
    ? ["artifacts", "docker", "tags", "list"]
    : ["container", "images", "list-tags"];
  return [run("See which tags there are", "gcloud", ...product, repository)];
}
