import type { ReasonCode } from "./reason.ts";

/**
 * The API server's words by what they mean. What a webhook says comes first: it may quote any of the others. A request
 * above its limit gets through a Deployment's own validation only where the limit is a LimitRange's default.
 */
const TEXTS: readonly (readonly [RegExp, ReasonCode])[] = [
  [/(^|: )admission webhook "[^"]+" denied the request/, "AdmissionDenied"],
  [/failed (calling|to call) webhook/, "AdmissionWebhookUnavailable"],
  [/ValidatingAdmissionPolicy|(^|: )policy '.+' with binding '.+' denied request/, "AdmissionDenied"],
  [
    /exceeded quota: |failed quota: .*must specify|status unknown for quota: |insufficient quota to|quota evaluation timed out/,
    "QuotaExceeded",
  ],
  [/violates PodSecurity |PodSecurityPolicy: unable to /, "PodSecurityViolation"],
  [/image policy webhook backend denied /, "AdmissionDenied"],
  [/(minimum|maximum) \S+ usage per |max limit to request ratio per /, "LimitRangeViolation"],
  [
    /resources\.requests: Invalid value: "[^"]*": must be (less than or )?equal to \S+ limit of /,
    "LimitRangeViolation",
  ],
  [/error looking up service account |service account \S+ was not found/, "ServiceAccountMissing"],
  [/denied (the )?request/, "AdmissionDenied"],
];

/** Names what a refusal to create a pod means, from its text; `PodCreationFailed` for any other. */
export function admissionReasonOf(message: string): ReasonCode {
  return TEXTS.find(([pattern]) => pattern.test(message))?.[1] ?? "PodCreationFailed";
}
