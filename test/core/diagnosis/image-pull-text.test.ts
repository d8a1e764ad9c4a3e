import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { errorInBackOff, errorInEvent, pullReasonOf } from "../../../src/core/diagnosis/image-pull-text.ts";

const IMAGE = "europe-docker.pkg.dev/shop/web:1.5.0";

describe("pullReasonOf()", () => {
  test.each([
    ["no match for platform in manifest: not found", "ImagePlatformMismatch"],
    ["no matching manifest for linux/arm64/v8 in the manifest list entries", "ImagePlatformMismatch"],
    [`failed to resolve reference "${IMAGE}": ${IMAGE}: not found`, "ImageNotFound"],
    ["reading manifest 401 in quay.io/shop/web: manifest unknown", "ImageNotFound"],
    ["unexpected status code [manifests 403]: 404 Not Found", "ImageNotFound"],
    ["pulling from host gcr.io failed with status code [manifests 1.0.0]: 403 Forbidden", "ImagePullDenied"],
    [
      'denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/not found"',
      "ImagePullDenied",
    ],
    [
      "failed to fetch anonymous token: unexpected status from GET request to https://a.io/token?x=429: 401 Unauthorized",
      "ImagePullDenied",
    ],
    [
      "pull access denied, repository does not exist or may require authorization: insufficient_scope",
      "ImagePullDenied",
    ],
    [
      "429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit",
      "ImageRateLimited",
    ],
    ["pull QPS exceeded", "ImageRateLimited"],
    [
      'failed to do request: Head "http://127.0.0.1:5999/v2/web/manifests/404": dial tcp 127.0.0.1:5999: connect: connection refused',
      "RegistryUnavailable",
    ],
    [
      "unexpected status from HEAD request to https://a.io/v2/web: 503 Service Unavailable",
      "RegistryUnavailable",
    ],
    ["dial tcp: lookup registry.shop.test on 10.0.0.10:53: no such host", "RegistryUnavailable"],
    ["net/http: request canceled (Client.Timeout exceeded): i/o timeout", "RegistryUnavailable"],
    ["rpc error: code = DeadlineExceeded desc = context deadline exceeded", "RegistryUnavailable"],
    ["write /var/lib/containerd/ingest/x: no space left on device", "ImagePullFailed"],
    ["", "ImagePullFailed"],
  ])("reads %j as %s", (text, reason) => {
    expect(pullReasonOf(text, IMAGE)).toBe(reason);
  });

  test("is not led by names that read like a cause", () => {
    const words = fc.constantFrom(
      "denied",
      "not-found",
      "unauthorized",
      "toomanyrequests",
      "dial-tcp",
      "503",
    );
    fc.assert(
      fc.property(words, words, words, (host, name, tag) => {
        const image = `${host}.io/${name}/${name}:${tag}`;
        const text = `failed to pull and unpack image "${image}": ${image}: something new`;
        expect(pullReasonOf(text, image)).toBe("ImagePullFailed");
      }),
    );
  });
});

describe("errorInBackOff()", () => {
  test("finds the error that newer kubelets append", () => {
    expect(errorInBackOff('Back-off pulling image "a:1": ErrImagePull: x: not found')).toBe("x: not found");
  });

  test("finds none in the back-off alone, whatever the image is called", () => {
    expect(errorInBackOff('Back-off pulling image "not/found:denied"')).toBeUndefined();
  });
});

describe("errorInEvent()", () => {
  test("finds the error behind the image", () => {
    expect(errorInEvent('Failed to pull image "a:1": rpc error: not found')).toBe("rpc error: not found");
  });

  test("finds none in what only repeats the status", () => {
    expect(errorInEvent("Error: ErrImagePull")).toBeUndefined();
  });
});
