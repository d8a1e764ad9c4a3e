import { expect, test } from "vitest";
import { admissionReasonOf } from "../../../src/core/admission-reason.ts";
import { refusalOf } from "../../../src/core/diagnosis/refusal.ts";

const told = (message: string) => refusalOf(admissionReasonOf(message), message, "shop");
const POD = 'pods "web-1" is forbidden: ';
const WARDEN =
  'admission webhook "warden-validating.common-webhooks.networking.gke.io" denied the request: GKE Warden rejected the request because it violates one or more constraints.\nViolations details: ';

test.each([
  [
    `${POD}exceeded quota: rq, requested: cpu=1,pods=1, used: cpu=3,pods=9, limited: cpu=4,pods=9`,
    "no new pod can be created: the ResourceQuota rq is used up (requested cpu=1,pods=1, used cpu=3,pods=9, limited to cpu=4,pods=9)",
    "kubectl --namespace=shop describe resourcequota/rq",
  ],
  [
    `${POD}failed quota: mem: must specify requests.memory for: web`,
    "no new pod can be created: the ResourceQuota mem demands requests.memory, which the template does not set",
    "Set requests.memory in resources of container web, or give defaults by a LimitRange",
  ],
  [
    `${POD}failed quota: mem: must specify requests.memory`,
    "no new pod can be created: the ResourceQuota mem demands requests.memory, which the template does not set",
    "Set requests.memory in resources of every container, or give defaults by a LimitRange",
  ],
  [
    `${POD}status unknown for quota: mem, resources: requests.memory`,
    "no new pod can be created: a ResourceQuota of the namespace stands in the way",
    "kubectl --namespace=shop describe resourcequota",
  ],
  [
    `${POD}minimum cpu usage per Container is 100m, but request is 50m`,
    "no new pod can be created: a LimitRange wants at least 100m of cpu per Container, and its request is 50m",
    "Raise resources.requests.cpu to at least 100m",
  ],
  [
    `${POD}[maximum memory usage per Pod is 1Gi, but limit is 2147483648, minimum cpu usage per Pod is 1. No request is specified]`,
    "no new pod can be created: a LimitRange wants at most 1Gi of memory per Pod, and its limit is 2147483648",
    "Lower resources.limits.memory to at most 1Gi",
  ],
  [
    `${POD}minimum memory usage per Container is 64Mi.  No request is specified`,
    "no new pod can be created: a LimitRange wants at least 64Mi of memory per Container, and its request is not set",
    "Raise resources.requests.memory to at least 64Mi",
  ],
  [
    `${POD}cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000`,
    "no new pod can be created: its requests or limits are outside a LimitRange of the namespace",
    "kubectl --namespace=shop describe limitrange",
  ],
  [
    `${POD}violates PodSecurity "restricted:latest": runAsNonRoot != true`,
    "no new pod can be created: the template violates the Pod Security level restricted:latest of the namespace",
    "kubectl --namespace=shop get namespace/shop --show-labels",
  ],
  [
    `${POD}error looking up service account shop/runner: serviceaccount "runner" not found`,
    "no new pod can be created: the service account runner does not exist in namespace shop",
    "kubectl --namespace=shop create serviceaccount runner",
  ],
  [
    `${POD}error looking up service account shop/x: serviceaccount "--as=root" not found`,
    "no new pod can be created: its service account does not exist",
    "kubectl --namespace=shop get serviceaccounts",
  ],
  [
    'Internal error occurred: failed calling webhook "m.example.com": failed to call webhook: Post "https://hook.ops.svc:443/m?timeout=10s": no endpoints available for service "hook"',
    "no new pod can be created: the admission webhook m.example.com does not answer",
    "kubectl --namespace=ops get endpointslices --selector=kubernetes.io/service-name=hook",
  ],
  [
    'Internal error occurred: failed calling webhook "w.gke.io": failed to call webhook: Post "https://localhost:5443/w": context deadline exceeded',
    "no new pod can be created: the admission webhook w.gke.io does not answer",
    "Look at the service behind the webhook that the message names",
  ],
  [
    `${WARDEN}{"[denied by autogke-disallow-privilege]":["container web is privileged; not allowed in Autopilot"],"[denied by autogke-no-host-port]":["port 80"]}\nRequested by user: 'system:serviceaccount:kube-system:replicaset-controller'`,
    "no new pod can be created: GKE Autopilot forbids what the template asks for: container web is privileged; not allowed in Autopilot (autogke-disallow-privilege); port 80 (autogke-no-host-port)",
    "Take the field that the message names out of the template, or run it on a Standard cluster or under an allowlist for privileged workloads",
  ],
  [
    'admission webhook "gkepolicy.common-webhooks.networking.gke.io" denied the request: GKE Policy Controller rejected the request because it violates one or more policies: {"[denied by autogke-no-host-port]":["port 80"]}',
    "no new pod can be created: GKE Autopilot forbids what the template asks for: port 80 (autogke-no-host-port)",
    "Take the field that the message names out of the template, or run it on a Standard cluster or under an allowlist for privileged workloads",
  ],
  [
    `${WARDEN}{"cut`,
    "no new pod can be created: GKE Autopilot forbids what the template asks for",
    "Take the field that the message names out of the template, or run it on a Standard cluster or under an allowlist for privileged workloads",
  ],
  [
    'admission webhook "imagepolicywebhook.image-policy.k8s.io" denied the request: Image eu.gcr.io/p/web:2 denied by Binary Authorization default admission rule. Denied by always_deny admission rule',
    "no new pod can be created: Binary Authorization denies eu.gcr.io/p/web:2, since its policy does not allow it",
    "gcloud container binauthz policy export",
  ],
  [
    `${POD}image policy webhook backend denied one or more images: Image eu.gcr.io/p/web:2 denied by attestor projects/p/attestors/ci: No attestations found`,
    "no new pod can be created: Binary Authorization denies eu.gcr.io/p/web:2, since ci has not attested it",
    "gcloud container binauthz attestations list --project=p --attestor=projects/p/attestors/ci",
  ],
  [
    `${POD}ValidatingAdmissionPolicy 'no-latest' with binding 'b' denied request: images need a digest`,
    "no new pod can be created: the policy no-latest denies it: images need a digest",
    "kubectl get validatingadmissionpolicy/no-latest --output=yaml",
  ],
  [
    'admission webhook "validation.gatekeeper.sh" denied the request: [must-have-owner] no owner',
    "no new pod can be created: the admission webhook validation.gatekeeper.sh denies it: [must-have-owner] no owner",
    "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations",
  ],
  ["something else", "the API server refuses to create new pods", undefined],
])("refusalOf() tells %j", (message, summary, step) => {
  const { next, ...rest } = told(message);
  expect(rest.summary).toBe(summary);
  if (step === undefined) expect(next).toEqual([]);
  else expect(next.flatMap(({ text, command }) => [text, command])).toContain(step);
});
