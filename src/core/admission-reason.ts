import type { ReasonCode } from "./reason.ts";

/** The API server's words by what they mean, the more specific first. */
const TEXTS: readonly (readonly [RegExp, ReasonCode])[] = [
  [
    /exceeded quota:|failed quota: .*must specify|status unknown for quota|insufficient quota to/,
    "QuotaExceeded",
  ],
  [/violates PodSecurity /, "PodSecurityViolation"],
  [/(minimum|maximum) \S+ usage per |max limit to request ratio per /, "LimitRangeViolation"],
  [/error looking up service account /, "ServiceAccountMissing"],
  [/failed (calling|to call) webhook/, "AdmissionWebhookUnavailable"],
  [/denied (the )?request|ValidatingAdmissionPolicy/, "AdmissionDenied"],
];

/** Names what a refusal to create a pod means, from its text; `PodCreationFailed` for any other. */
export function admissionReasonOf(message: string): ReasonCode {
  return TEXTS.find(([pattern]) => pattern.test(message))?.[1] ?? "PodCreationFailed";
}
