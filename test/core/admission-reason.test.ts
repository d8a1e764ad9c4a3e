import { expect, test } from "vitest";
import { admissionReasonOf } from "../../src/core/admission-reason.ts";

const forbidden = (tail: string): string => `pods "web-6d4b9-x2x4x" is forbidden: ${tail}`;

test.each([
  [
    forbidden(
      "exceeded quota: q, requested: requests.cpu=500m, used: requests.cpu=1, limited: requests.cpu=1",
    ),
    "QuotaExceeded",
  ],
  [forbidden("failed quota: q: must specify limits.cpu for: app,init"), "QuotaExceeded"],
  [forbidden("status unknown for quota: q, resources: pods"), "QuotaExceeded"],
  [
    "insufficient quota to match these scopes: [{PriorityClass In [system-cluster-critical]}]",
    "QuotaExceeded",
  ],
  [forbidden("insufficient quota to consume: requests.nvidia.com/gpu"), "QuotaExceeded"],
  [forbidden("minimum cpu usage per Container is 100m, but request is 50m"), "LimitRangeViolation"],
  [forbidden("maximum memory usage per Pod is 1Gi.  No limit is specified"), "LimitRangeViolation"],
  [
    forbidden("cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000"),
    "LimitRangeViolation",
  ],
  [
    'Pod "web-x" is invalid: spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
    "LimitRangeViolation",
  ],
  [
    forbidden('violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false'),
    "PodSecurityViolation",
  ],
  [
    forbidden('error looking up service account shop/web: serviceaccount "web" not found'),
    "ServiceAccountMissing",
  ],
  ['admission webhook "policy.example" denied the request: no', "AdmissionDenied"],
  ['admission webhook "policy.example" denied the request: exceeded quota: ours', "AdmissionDenied"],
  [forbidden("ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no"), "AdmissionDenied"],
  [
    'Internal error occurred: failed calling webhook "policy.example": failed to call webhook: Post "https://policy": EOF',
    "AdmissionWebhookUnavailable",
  ],
  [forbidden("no PriorityClass with name high was found"), "PodCreationFailed"],
  [forbidden('pod rejected: RuntimeClass "gvisor" not found'), "PodCreationFailed"],
  ['Pod "web-x" is invalid: spec.containers[0].image: Required value', "PodCreationFailed"],
  [
    'pods "web-x" is forbidden: unable to create new content in namespace shop because it is being terminated',
    "PodCreationFailed",
  ],
])("admissionReasonOf() reads %j as %s", (message, reason) => {
  expect(admissionReasonOf(message)).toBe(reason);
  expect(admissionReasonOf(`Error creating: ${message}`)).toBe(reason);
});
