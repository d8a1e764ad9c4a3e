import type { ReasonCode } from "../reason.ts";

/** Codes of a pull that failed. */
export type PullReason = Extract<
  ReasonCode,
  | "ImagePlatformMismatch"
  | "ImagePullDenied"
  | "ImageNotFound"
  | "ImageRateLimited"
  | "RegistryUnavailable"
  | "ImagePullFailed"
>;

/**
 * What runtimes and registries say, in the order of testing: a wrong platform ends in `not found` as well, and a
 * registry hides what may not be seen behind the same words. Source: containerd core/remotes/docker (v2.1),
 * kubernetes pkg/kubelet/images (v1.36.3), OCI distribution-spec (v1.1) error codes.
 */
const TEXTS: readonly (readonly [RegExp, PullReason])[] = [
  [
    /no match for platform|no matching manifest for|no image found in (image index|manifest list) for|does not match the specified platform/i,
    "ImagePlatformMismatch",
  ],
  [
    /toomanyrequests|too many requests|\b429\b|pull QPS exceeded|rate limit|quota exceeded/i,
    "ImageRateLimited",
  ],
  [
    /\b40[13]\b|unauthorized|forbidden|denied|authentication required|insufficient_scope|no basic auth/i,
    "ImagePullDenied",
  ],
  [/manifest unknown|name unknown|not found|code = NotFound|\b404\b|does not exist/i, "ImageNotFound"],
  [
    /\b50[0-4]\b|dial tcp|i\/o timeout|timed? ?out|connection (refused|reset)|no such host|no route to host|EOF\b/i,
    "RegistryUnavailable",
  ],
  [
    /deadline ?exceeded|server misbehaving|unavailable|x509|tls:|network is unreachable/i,
    "RegistryUnavailable",
  ],
];

/**
 * Names why a pull failed, by the error alone: the words of the image's own name, URLs and all else that is
 * quoted are taken out first, so that no name can pass for a cause.
 */
export function pullReasonOf(text: string, image: string): PullReason {
  const words = withoutNames(text, image);
  return TEXTS.find(([pattern]) => pattern.test(words))?.[1] ?? "ImagePullFailed";
}

/** What `ImagePullBackOff` quotes of the error (from 1.32 on); `undefined` where it only names the image. */
export function errorInBackOff(message: string): string | undefined {
  const mark = ": ErrImagePull: ";
  const at = message.indexOf(mark);
  return at < 0 ? undefined : message.slice(at + mark.length);
}

/** The error in the event `Failed`: `Failed to pull image "x": error`; `undefined` for its other messages. */
export function errorInEvent(message: string): string | undefined {
  return /^Failed to pull image "[^"]*": (.*)$/s.exec(message)?.[1];
}

/** Quoted text, tags in brackets, digests, and every word with a slash (references, URLs), but not `i/o timeout`. */
const NAMES = /"[^"]*"|\[[^\]]*\]|sha256:\S+|reading manifest \S+|(?!i\/o )\S*\/\S*/g;

function withoutNames(text: string, image: string): string {
  const words = text.replace(NAMES, " ").split(" ");
  return words.filter((word) => word !== image && word !== `${image}:`).join(" ");
}
