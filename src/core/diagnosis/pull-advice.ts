import type { NextStep } from "./finding.ts";
import type { PullReason } from "./image-pull-text.ts";
import { advise, kubectl, run } from "./next-step.ts";
import type { SeenPod } from "./scene.ts";

/** What to do about an image that is not pulled. */
export function pullAdvice(
  reason: PullReason,
  image: string,
  { seen, namespace }: { readonly seen: SeenPod; readonly namespace: string },
): readonly NextStep[] {
  switch (reason) {
    case "ImageNotFound":
      return [
        advise("Check that the job that pushes this image ran, and pushed to this repository"),
        ...tagsOf(image),
      ];
    case "ImagePullDenied":
      return denied(image, seen, namespace);
    case "ImagePlatformMismatch":
      return [
        advise(
          "Build the image for the platform of the nodes (docker buildx build --platform linux/amd64,linux/arm64), or choose nodes by the nodeSelector kubernetes.io/arch",
        ),
        run("See for which platforms it is built", "docker", "buildx", "imagetools", "inspect", safe(image)),
      ];
    case "ImageRateLimited":
      return [
        advise(
          "Pull with credentials (imagePullSecrets), or from a remote repository of Artifact Registry that caches the registry",
        ),
      ];
    case "RegistryUnavailable":
      return [
        advise(
          "Check the registry's state, and that the nodes reach it: private nodes need Private Google Access or Cloud NAT, and a firewall that lets port 443 out",
        ),
      ];
    case "ImagePullFailed":
      return [advise("Read the message: the node could not fetch or unpack the image")];
    default:
      return reason satisfies never;
  }
}

/** Source: pkg/kubelet/kubelet_pods.go (v1.36.3), `getPullSecretsForPod`, `FailedToRetrieveImagePullSecret`. */
const SECRETS = /^Unable to retrieve some image pull secrets \(([^)]*)\)/;

function denied(image: string, { events }: SeenPod, namespace: string): readonly NextStep[] {
  const missing = events.flatMap(({ message }) => SECRETS.exec(message)?.[1] ?? []).at(-1);
  const secrets = kubectl("See which Secrets there are", namespace, "get", "secrets");
  if (missing !== undefined) {
    return [
      advise(
        `Create the pull Secret ${missing} in namespace ${namespace} (kubectl create secret docker-registry), or correct imagePullSecrets: it does not exist`,
      ),
      secrets,
    ];
  }
  const [, location, project, repository] =
    /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/:@]+)/.exec(image) ?? [];
  if (location === undefined || project === undefined || repository === undefined) {
    return [advise("Give the pod an imagePullSecret with access to the repository"), secrets];
  }
  return [
    run(
      "Let the service account of the nodes read the repository; the one that deploys does not matter here",
      "gcloud",
      "artifacts",
      "repositories",
      "add-iam-policy-binding",
      `--project=${project}`,
      `--location=${location}`,
      "--role=roles/artifactregistry.reader",
      "--member=serviceAccount:NODE_SERVICE_ACCOUNT",
      safe(repository),
    ),
    advise("Check that the node pool has the scope cloud-platform or devstorage.read_only"),
  ];
}

/** A word that cannot be taken for an option. */
const safe = (word: string): string => (word.startsWith("-") ? `./${word}` : word);

/** `gcloud` lists tags of Google's registries only. */
function tagsOf(image: string): readonly NextStep[] {
  const repository = image.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
  if (!/^[a-z0-9-]+(-docker\.pkg\.dev|\.gcr\.io|gcr\.io)\//.test(repository)) return [];
  const product = repository.includes("-docker.pkg.dev/")
    ? ["artifacts", "docker", "tags", "list"]
    : ["container", "images", "list-tags"];
  return [run("See which tags there are", "gcloud", ...product, repository)];
}
