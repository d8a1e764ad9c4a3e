/** How a run ended: the output `result`. */
export type Result =
  | "succeeded"
  | "unchanged"
  | "checked"
  | "refused"
  | "rolled-back"
  | "failed"
  | "rollback-failed"
  | "superseded"
  | "cancelled"
  | "error";

const ROOM = [
  "InsufficientResources",
  "TooManyPods",
  "UntoleratedTaint",
  "NodeAffinityMismatch",
  "PodAffinityMismatch",
  "TopologySpreadMismatch",
  "HostPortConflict",
  "NodesUnschedulable",
  "VolumeUnavailable",
  "SchedulingGated",
  "Unschedulable",
  "CapacityUnknown",
  "AutoscalerAtMaximum",
  "AutoscalerBackoff",
  "ScaleUpQuotaExceeded",
  "ScaleUpOutOfResources",
  "ScaleUpIpExhausted",
  "ScaleUpFailed",
] as const;

const ADMISSION = [
  "QuotaExceeded",
  "LimitRangeViolation",
  "PodSecurityViolation",
  "AdmissionDenied",
  "AdmissionWebhookUnavailable",
  "ServiceAccountMissing",
  "PodCreationFailed",
] as const;

const IMAGE = [
  "ImageNotFound",
  "ImagePullDenied",
  "ImagePlatformMismatch",
  "InvalidImageName",
  "ImageNeverPull",
  "RegistryUnavailable",
  "ImageRateLimited",
  "ImagePullFailed",
] as const;

const START = [
  "ConfigMissing",
  "SecurityContextInvalid",
  "ContainerCreateFailed",
  "ContainerStartFailed",
  "ExecFormatError",
  "PostStartHookFailed",
  "VolumeMountFailed",
  "VolumeAttachFailed",
  "PodSandboxFailed",
  "PodIpExhausted",
] as const;

const RUN = [
  "ContainerCrashed",
  "ContainerExited",
  "OomKilled",
  "StartupProbeFailed",
  "LivenessProbeFailed",
  "ReadinessProbeFailed",
  "ReadinessGatePending",
  "LoadBalancerNotReady",
] as const;

const NODE = ["PodEvicted", "NodeShutdown", "NodeNotReady", "PodRejectedByNode"] as const;

const ROLLOUT = [
  "ProgressDeadlineExceeded",
  "Timeout",
  "WorkloadPaused",
  "NoReplicas",
  "Superseded",
  "Cancelled",
  "VerifyCommandFailed",
] as const;

const ACCESS = [
  "InvalidInput",
  "AuthenticationFailed",
  "PermissionDenied",
  "ClusterNotFound",
  "ClusterUnreachable",
  "WorkloadNotFound",
  "ContainerNotFound",
  "UnsupportedWorkload",
  "Locked",
  "UntrustedEvent",
  "ApiUnavailable",
  "Conflict",
  "InternalError",
] as const;

/** Every reason code by area. Codes are never renamed; the list may grow. */
export const REASONS = { ROOM, ADMISSION, IMAGE, START, RUN, NODE, ROLLOUT, ACCESS } as const;

/** Stable code of a first cause: the output `reason`. */
export type ReasonCode = (typeof REASONS)[keyof typeof REASONS][number];

/**
 * Says that the action could not do its work, or must not. `message` tells what was wanted, what was found and
 * what to do, in one line without a final full stop; `detail` holds more lines, such as the Role rule to add.
 */
export class ActionError extends Error {
  readonly reason: ReasonCode;
  readonly detail: readonly string[];

  constructor(
    reason: ReasonCode,
    message: string,
    options: { readonly detail?: readonly string[]; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "ActionError";
    this.reason = reason;
    this.detail = options.detail ?? [];
  }
}
