import { expect, test } from "vitest";
import { pullAdvice } from "../../../src/core/diagnosis/pull-advice.ts";
import type { SeenPod } from "../../../src/core/diagnosis/scene.ts";
import { anEvent, aPod } from "../rollout/play.ts";

const seenWith = (...messages: readonly string[]): SeenPod => ({
  pod: aPod(),
  events: messages.map((message) => anEvent("FailedToRetrieveImagePullSecret", message)),
  containers: [],
  isReady: false,
  lostNode: undefined,
  isSilent: false,
  stage: 1,
});
const steps = (image: string, ...messages: readonly string[]) =>
  pullAdvice("ImagePullDenied", image, { seen: seenWith(...messages), namespace: "shop" }).map(
    ({ text, command }) => command ?? text,
  );

test("pullAdvice() names the role, the repository and whose role it is, for Artifact Registry", () => {
  expect(steps("europe-docker.pkg.dev/p/r/web:2")[0]).toBe(
    "gcloud artifacts repositories add-iam-policy-binding --project=p --location=europe --role=roles/artifactregistry.reader --member=serviceAccount:NODE_SERVICE_ACCOUNT r",
  );
});

test("pullAdvice() asks for a pull secret of any other registry", () => {
  expect(steps("registry.example.com/web:2")).toEqual([
    "Give the pod an imagePullSecret with access to the repository",
    "kubectl --namespace=shop get secrets",
  ]);
});

test("pullAdvice() names the pull secret that the kubelet did not find, whatever the registry", () => {
  const message =
    "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.";
  expect(steps("europe-docker.pkg.dev/p/r/web:2", message)[0]).toBe(
    "Create the pull Secret regcred in namespace shop (kubectl create secret docker-registry), or correct imagePullSecrets: it does not exist",
  );
});

test("pullAdvice() lets no name pass for an option", () => {
  const commands = pullAdvice("ImagePlatformMismatch", "--help", { seen: seenWith(), namespace: "shop" });
  expect(commands.at(-1)?.command).toBe("docker buildx imagetools inspect ./--help");
});
