import { NAMES, stamp } from "../objects.ts";
import { deadline, notCreated } from "../pod-signs.ts";
import { fails, healsAt, type Row, rather } from "../row.ts";

const ADMISSION = "kubernetes plugin/pkg/admission and staging/src/k8s.io/apiserver/pkg/admission, v1.36";
const POD = `pods "${NAMES.pod}" is forbidden: `;
const atOnce = (reason: Parameters<typeof fails>[0]) => fails(reason, 15, { from: 5 });
const room = fails("QuotaExceeded", 60, { from: 45 });
const progress = (reason: string, message: string) => ({
  t: 0.2,
  workload: {
    status: {
      conditions: [{ type: "Progressing", status: "False", reason, message, lastUpdateTime: stamp(0) }],
    },
  },
});

/** Catalogue 2.5: pods that are never created. */
export const CREATION: readonly Row[] = [
  {
    row: "47",
    name: "quota-used-up",
    source: ADMISSION,
    signs: [
      ...notCreated(`${POD}exceeded quota: rq, requested: pods=1, used: pods=1, limited: pods=1`),
      deadline(50),
    ],
    expect: room,
    nearest: healsAt(40),
  },
  {
    row: "47",
    name: "quota-demands-requests",
    source: ADMISSION,
    signs: notCreated(`${POD}failed quota: mem: must specify requests.memory for: web`),
    expect: atOnce("QuotaExceeded"),
    nearest: healsAt(4),
  },
  {
    row: "47",
    name: "quota-demands-requests-of-1.20",
    source: "kubernetes pkg/quota, v1.20: without the containers",
    signs: notCreated(`${POD}failed quota: mem: must specify limits.memory,requests.memory`),
    expect: atOnce("QuotaExceeded"),
    nearest: rather(notCreated(`${POD}status unknown for quota: mem, resources: requests.memory`), room),
  },
  {
    row: "48",
    name: "limit-range-minimum",
    source: ADMISSION,
    signs: notCreated(`${POD}minimum cpu usage per Container is 100m, but request is 50m`),
    expect: atOnce("LimitRangeViolation"),
    nearest: healsAt(4),
  },
  {
    row: "48",
    name: "limit-range-ratio",
    source: ADMISSION,
    signs: notCreated(
      `${POD}[maximum memory usage per Pod is 1Gi, but limit is 2147483648, memory max limit to request ratio per Container is 2, but provided ratio is 4.000000]`,
    ),
    expect: atOnce("LimitRangeViolation"),
    nearest: healsAt(4),
  },
  {
    row: "49",
    name: "pod-security-restricted",
    source: "kubernetes staging/src/k8s.io/pod-security-admission, v1.36",
    signs: notCreated(
      `${POD}violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true (pod or container "web" must set securityContext.runAsNonRoot=true)`,
    ),
    expect: atOnce("PodSecurityViolation"),
    nearest: healsAt(4),
  },
  {
    row: "49",
    name: "pod-security-policy-of-1.20",
    source: "kubernetes pkg/security/podsecuritypolicy, v1.20 (gone in 1.25)",
    signs: notCreated(
      `${POD}PodSecurityPolicy: unable to admit pod: [spec.containers[0].securityContext.privileged: Invalid value: true: Privileged containers are not allowed]`,
    ),
    expect: atOnce("PodSecurityViolation"),
    nearest: healsAt(4),
  },
  {
    row: "50",
    name: "webhook-denies",
    source: "kubernetes apiserver pkg/admission/plugin/webhook/errors, v1.36",
    signs: notCreated(
      'admission webhook "validation.gatekeeper.sh" denied the request: [must-have-owner] you must provide labels: {"owner"}',
    ),
    expect: atOnce("AdmissionDenied"),
    nearest: healsAt(4),
  },
  {
    row: "50",
    name: "webhook-denies-without-a-word",
    source: "kubernetes apiserver pkg/admission/plugin/webhook/errors, v1.36: ToStatusErr",
    signs: notCreated('admission webhook "w.example.com" denied the request without explanation'),
    expect: atOnce("AdmissionDenied"),
    nearest: healsAt(4),
  },
  {
    row: "50",
    name: "policy-denies",
    source: "kubernetes apiserver pkg/admission/plugin/policy/validating, v1.36",
    signs: notCreated(
      `${POD}ValidatingAdmissionPolicy 'no-latest' with binding 'no-latest' denied request: images need a digest`,
    ),
    expect: atOnce("AdmissionDenied"),
    nearest: healsAt(4),
  },
  {
    row: "50",
    name: "webhook-down",
    source: "kubernetes apiserver pkg/admission/plugin/webhook/errors, v1.36",
    signs: [
      ...notCreated(
        'Internal error occurred: failed calling webhook "mutate.example.com": failed to call webhook: Post "https://hook.ops.svc:443/mutate?timeout=10s": context deadline exceeded',
      ),
      deadline(125),
    ],
    expect: fails("AdmissionWebhookUnavailable", 135, { from: 120 }),
    nearest: healsAt(110),
  },
  {
    row: "50",
    name: "webhook-without-endpoints",
    source: "kubernetes apiserver pkg/util/proxy, v1.36",
    signs: notCreated(
      'Internal error occurred: failed calling webhook "mutate.example.com": failed to call webhook: Post "https://hook.ops.svc:443/mutate?timeout=10s": no endpoints available for service "hook"',
    ),
    expect: fails("AdmissionWebhookUnavailable", 135, { from: 120 }),
    nearest: healsAt(110),
  },
  {
    row: "50",
    name: "webhook-down-in-1.20",
    source: "kubernetes apiserver pkg/admission/plugin/webhook, v1.20",
    signs: notCreated(
      'Internal error occurred: failed calling webhook "mutate.example.com": Post "https://hook.ops.svc:443/mutate?timeout=30s": x509: certificate has expired or is not yet valid',
    ),
    expect: fails("AdmissionWebhookUnavailable", 135, { from: 120 }),
    nearest: healsAt(110),
  },
  {
    row: "51",
    name: "service-account-missing",
    source: ADMISSION,
    signs: notCreated(
      `${POD}error looking up service account shop/runner: serviceaccount "runner" not found`,
    ),
    expect: atOnce("ServiceAccountMissing"),
    nearest: healsAt(4),
  },
  {
    row: "51",
    name: "priority-class-missing",
    source: "kubernetes plugin/pkg/admission/priority, v1.36",
    signs: notCreated(`${POD}no PriorityClass with name urgent was found`),
    expect: fails("PodCreationFailed", 60, { from: 45 }),
    nearest: healsAt(40),
  },
  {
    row: "51b",
    name: "replica-set-not-creatable",
    withoutReplicaSet: true,
    source: "kubernetes pkg/controller/deployment/sync.go, v1.36",
    signs: [
      progress(
        "ReplicaSetCreateError",
        `Failed to create new replica set "${NAMES.new}": replicasets.apps "${NAMES.new}" is forbidden: exceeded quota: rq, requested: count/replicasets.apps=1, used: count/replicasets.apps=9, limited: count/replicasets.apps=9`,
      ),
    ],
    expect: fails("QuotaExceeded", 60, { from: 45 }),
    nearest: healsAt(30),
  },
  {
    row: "gke 3.2",
    name: "warden-denies",
    source: "GKE Autopilot, seen in public issues",
    signs: notCreated(
      'admission webhook "warden-validating.common-webhooks.networking.gke.io" denied the request: GKE Warden rejected the request because it violates one or more constraints.\nViolations details: {"[denied by autogke-disallow-privilege]":["container web is privileged; not allowed in Autopilot"]}\nRequested by user: \'system:serviceaccount:kube-system:replicaset-controller\', groups: \'system:serviceaccounts,system:authenticated\'.',
    ),
    expect: atOnce("AdmissionDenied"),
    nearest: healsAt(4),
  },
  {
    row: "gke 3.2",
    name: "warden-denies-before-1.23",
    source: "GKE Autopilot, seen in public issues",
    signs: notCreated(
      'admission webhook "gkepolicy.common-webhooks.networking.gke.io" denied the request: GKE Policy Controller rejected the request because it violates one or more policies: {"[denied by autogke-no-host-port]":["container web specifies host ports [80], which are disallowed in Autopilot."]}',
    ),
    expect: atOnce("AdmissionDenied"),
    nearest: healsAt(4),
  },
  {
    row: "gke 3.2",
    name: "warden-down",
    source: "GKE Autopilot, seen in public issues",
    signs: notCreated(
      'Internal error occurred: failed calling webhook "warden-validating.common-webhooks.networking.gke.io": failed to call webhook: Post "https://localhost:5443/webhook/warden-validating?timeout=10s": context deadline exceeded',
    ),
    expect: fails("AdmissionWebhookUnavailable", 135, { from: 120 }),
    nearest: healsAt(110),
  },
  {
    row: "gke 3.5",
    name: "binary-authorization",
    source: "GKE Binary Authorization, seen in public issues",
    signs: notCreated(
      'admission webhook "imagepolicywebhook.image-policy.k8s.io" denied the request: Image europe-docker.pkg.dev/p/r/web:2 denied by Binary Authorization default admission rule. Denied by always_deny admission rule',
    ),
    expect: atOnce("AdmissionDenied"),
    nearest: healsAt(4),
  },
  {
    row: "gke 3.5",
    name: "binary-authorization-plugin",
    source: "kubernetes plugin/pkg/admission/imagepolicy, v1.36; GKE's control plane asks it directly",
    signs: notCreated(
      `${POD}image policy webhook backend denied one or more images: Image europe-docker.pkg.dev/p/r/web:2 denied by attestor projects/p/attestors/built-by-ci: No attestations found that were valid and signed by a key trusted by the attestor`,
    ),
    expect: atOnce("AdmissionDenied"),
    nearest: healsAt(4),
  },
];
