import { inState, notReady, pull } from "../container-signs.ts";
import { IMAGE } from "../objects.ts";
import { deadline } from "../pod-signs.ts";
import { fails, healsAt, type Row, rather } from "../row.ts";

const CONTAINERD = "containerd core/remotes/docker, v2.1";
const DOCKER =
  "moby/moby distribution/errors.go, v20.10, through the kubelet's dockershim of 1.23 and before";
const CRIO = "containers/image and cri-o, v1.33";
const web = { container: "web" };
const failed = `rpc error: code = Unknown desc = failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": `;
const second = (reason: Parameters<typeof fails>[0]) => fails(reason, 40, { ...web, from: 10 });
const atOnce = (reason: Parameters<typeof fails>[0]) => fails(reason, 15, { ...web, from: 5 });
const passing = (reason: Parameters<typeof fails>[0]) => fails(reason, 135, { ...web, from: 120 });

/** Catalogue 2.2: the image does not come. */
export const IMAGES: readonly Row[] = [
  {
    row: "15",
    name: "image-tag-missing-containerd",
    source: CONTAINERD,
    signs: pull(
      `rpc error: code = NotFound desc = failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": ${IMAGE}: not found`,
    ),
    expect: second("ImageNotFound"),
    nearest: healsAt(13),
  },
  {
    row: "15",
    name: "image-tag-missing-docker",
    source: DOCKER,
    signs: [
      ...pull(
        `rpc error: code = Unknown desc = Error response from daemon: manifest for ${IMAGE} not found: manifest unknown: manifest unknown`,
        { since132: false },
      ),
      deadline(30),
    ],
    expect: second("ImageNotFound"),
    nearest: healsAt(13),
  },
  {
    row: "15",
    name: "image-tag-missing-crio",
    source: CRIO,
    signs: pull(`reading manifest 2 in europe-docker.pkg.dev/p/r/web: manifest unknown`),
    expect: second("ImageNotFound"),
    nearest: rather(
      pull(
        `reading manifest 2 in europe-docker.pkg.dev/p/r/web: received unexpected HTTP status: 503 Service Unavailable`,
      ),
      passing("RegistryUnavailable"),
    ),
  },
  {
    row: "15",
    name: "image-repository-missing",
    source: "Artifact Registry, error NAME_UNKNOWN",
    signs: pull(
      `rpc error: code = Unknown desc = Error response from daemon: name unknown: Repository "r" not found`,
      { since132: false },
    ),
    expect: second("ImageNotFound"),
    nearest: healsAt(13),
  },
  {
    row: "15",
    name: "image-project-deleted",
    source: "Artifact Registry, seen with gcr.io",
    signs: pull(
      `${failed}unexpected status from HEAD request to https://europe-docker.pkg.dev/v2/p/r/web/manifests/2: 404 Not Found`,
    ),
    expect: second("ImageNotFound"),
    nearest: rather(
      pull(
        `${failed}unexpected status from HEAD request to https://europe-docker.pkg.dev/v2/p/r/web/manifests/2: 403 Forbidden`,
      ),
      second("ImagePullDenied"),
    ),
  },
  {
    row: "16",
    name: "image-denied-403",
    source: CONTAINERD,
    signs: pull(
      `${failed}pulling from host europe-docker.pkg.dev failed with status code [manifests 2]: 403 Forbidden`,
    ),
    expect: second("ImagePullDenied"),
    nearest: healsAt(13),
  },
  {
    row: "16",
    name: "image-denied-by-artifact-registry",
    source: "Artifact Registry's body, as docker prints it",
    signs: pull(
      'rpc error: code = Unknown desc = Error response from daemon: denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/p/locations/europe/repositories/r" (or it may not exist)',
      { since132: false },
    ),
    expect: second("ImagePullDenied"),
    nearest: healsAt(13),
  },
  {
    row: "16",
    name: "image-denied-oauth",
    source: CONTAINERD,
    signs: pull(
      `${failed}failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://europe-docker.pkg.dev/v2/token?scope=repository%3Ap%2Fr%2Fweb%3Apull: 401 Unauthorized`,
    ),
    expect: second("ImagePullDenied"),
    nearest: rather(
      pull(
        `${failed}failed to authorize: failed to fetch oauth token: Post "https://oauth2.googleapis.com/token": dial tcp: lookup oauth2.googleapis.com: no such host`,
      ),
      passing("RegistryUnavailable"),
    ),
  },
  {
    row: "16",
    name: "image-denied-docker-hub",
    source: `${CONTAINERD}: Docker Hub says the same of what is missing and of what is private`,
    signs: pull(
      `${failed}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
    ),
    expect: second("ImagePullDenied"),
    nearest: healsAt(13),
  },
  {
    row: "16",
    name: "image-denied-without-credentials",
    source: DOCKER,
    signs: pull(
      `rpc error: code = Unknown desc = Error response from daemon: Head "https://1.dkr.ecr.us-east-1.amazonaws.com/v2/web/manifests/2": no basic auth credentials`,
      { since132: false },
    ),
    expect: second("ImagePullDenied"),
    nearest: healsAt(13),
  },
  {
    row: "17",
    name: "image-platform-containerd",
    source: CONTAINERD,
    signs: pull(
      `rpc error: code = NotFound desc = failed to pull and unpack image "${IMAGE}": no match for platform in manifest: not found`,
    ),
    expect: atOnce("ImagePlatformMismatch"),
    nearest: healsAt(3),
  },
  {
    row: "17",
    name: "image-platform-docker",
    source: DOCKER,
    signs: pull(
      "rpc error: code = Unknown desc = no matching manifest for linux/arm64/v8 in the manifest list entries",
      { since132: false },
    ),
    expect: atOnce("ImagePlatformMismatch"),
    nearest: healsAt(3),
  },
  {
    row: "17",
    name: "image-platform-crio",
    source: CRIO,
    signs: pull(
      'choosing image instance: no image found in image index for architecture "arm64", variant "v8", OS "linux"',
    ),
    expect: atOnce("ImagePlatformMismatch"),
    nearest: rather(
      pull("reading manifest 2 in europe-docker.pkg.dev/p/r/web: manifest unknown"),
      second("ImageNotFound"),
    ),
  },
  {
    row: "18",
    name: "image-name-upper-case",
    source: "kubernetes pkg/util/parsers, v1.36, as InspectFailed and the state tell it",
    signs: [
      {
        t: 1,
        pod: inState({
          waiting: {
            reason: "InvalidImageName",
            message:
              'Failed to apply default image tag "DUMMY:TEST": couldn\'t parse image reference "DUMMY:TEST": invalid reference format: repository name must be lowercase',
          },
        }),
      },
    ],
    expect: atOnce("InvalidImageName"),
    nearest: healsAt(4),
  },
  {
    row: "19",
    name: "image-never-pull-new-text",
    source: "kubernetes pkg/kubelet/images/image_manager.go, v1.36",
    signs: [
      {
        t: 1,
        pod: inState({
          waiting: {
            reason: "ErrImageNeverPull",
            message: `Container image "${IMAGE}" is not present with pull policy of Never`,
          },
        }),
      },
    ],
    expect: atOnce("ImageNeverPull"),
    nearest: healsAt(4),
  },
  {
    row: "20",
    name: "registry-503",
    source: CONTAINERD,
    signs: pull(
      `${failed}unexpected status from HEAD request to https://europe-docker.pkg.dev/v2/p/r/web/manifests/2: 503 Service Unavailable`,
    ),
    expect: passing("RegistryUnavailable"),
    nearest: healsAt(110),
  },
  {
    row: "20",
    name: "registry-name-unknown-to-dns",
    source: CONTAINERD,
    signs: pull(
      `${failed}failed to do request: Head "https://europe-docker.pkg.dev/v2/p/r/web/manifests/2": dial tcp: lookup europe-docker.pkg.dev on 169.254.169.254:53: no such host`,
    ),
    expect: passing("RegistryUnavailable"),
    nearest: healsAt(110),
  },
  {
    row: "20",
    name: "registry-tls-timeout",
    source: CONTAINERD,
    signs: pull(
      `${failed}failed to do request: Head "https://europe-docker.pkg.dev/v2/p/r/web/manifests/2": net/http: TLS handshake timeout`,
    ),
    expect: passing("RegistryUnavailable"),
    nearest: healsAt(100),
  },
  {
    row: "20",
    name: "registry-out-of-reach-of-the-runtime",
    source: "kubernetes staging/src/k8s.io/cri-api/pkg/errors, v1.36: ErrRegistryUnavailable",
    signs: pull(
      "image pull failed for europe-docker.pkg.dev/p/r/web:2 because the registry is unavailable: connection timed out",
      { state: "RegistryUnavailable" },
    ),
    expect: passing("RegistryUnavailable"),
    nearest: healsAt(60),
  },
  {
    row: "20",
    name: "docker-hub-rate-limit",
    source: "Docker Hub, with containerd v2.1",
    signs: pull(
      `failed to pull and unpack image "docker.io/library/web:2": failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/web/manifests/sha256:0: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit`,
    ),
    expect: passing("ImageRateLimited"),
    nearest: healsAt(110),
  },
  {
    row: "20",
    name: "artifact-registry-quota",
    source: "Artifact Registry, request quota of the project",
    signs: pull(
      `${failed}unexpected status from HEAD request: 429 Too Many Requests: Quota exceeded for quota metric 'Requests per project per region' and limit 'Requests per project per region per minute'`,
    ),
    expect: passing("ImageRateLimited"),
    nearest: healsAt(70),
  },
  {
    row: "20",
    name: "node-pull-limit",
    source: "kubernetes pkg/kubelet/images/helpers.go, v1.36",
    signs: pull("pull QPS exceeded"),
    expect: passing("ImageRateLimited"),
    nearest: healsAt(20),
  },
  {
    row: "21",
    name: "node-disk-full",
    source: CONTAINERD,
    signs: pull(
      `rpc error: code = Unknown desc = failed to pull and unpack image "${IMAGE}": failed to copy: write /var/lib/containerd/io.containerd.content.v1.content/ingest/0/data: no space left on device`,
    ),
    expect: passing("ImagePullFailed"),
    nearest: healsAt(80),
  },
  {
    row: "21",
    name: "image-inspect-error",
    source: "kubernetes pkg/kubelet/images/types.go, v1.36",
    signs: [
      {
        t: 1,
        pod: inState({
          waiting: {
            reason: "ImageInspectError",
            message: `Failed to inspect image "${IMAGE}": rpc error: code = Unknown desc = layer not known`,
          },
        }),
      },
    ],
    expect: passing("ImagePullFailed"),
    nearest: healsAt(80),
  },
  {
    row: "gke 3.4",
    name: "pull-secret-missing",
    source: "kubernetes pkg/kubelet/kubelet_pods.go, getPullSecretsForPod, v1.36",
    signs: [
      {
        t: 0.5,
        event: {
          reason: "FailedToRetrieveImagePullSecret",
          message:
            "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
        },
      },
      ...pull(
        `${failed}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
      ),
    ],
    expect: second("ImagePullDenied"),
    nearest: healsAt(2),
  },
  {
    row: "gke 3.4",
    name: "image-streaming-slow",
    source: "GKE image streaming: the container starts before its layers are there",
    signs: notReady(
      'Readiness probe failed: Get "http://10.8.0.9:8080/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    ),
    expect: fails("ReadinessProbeFailed", 135, { ...web, from: 120 }),
    nearest: healsAt(110),
  },
];
