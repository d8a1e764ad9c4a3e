import type { ReasonCode } from "../reason.ts";
import { denialOf } from "./denial.ts";
import type { NextStep } from "./finding.ts";
import { advise, kubectl } from "./next-step.ts";

/** What a refusal to create a pod says, in our words, and what to do. */
export interface Refusal {
  readonly summary: string;
  readonly next: readonly NextStep[];
}

const NO_POD = "no new pod can be created";

/** Tells what the API server's words for a refusal mean; `reason` as `admissionReasonOf` names it. */
export function refusalOf(reason: ReasonCode, message: string, namespace: string): Refusal {
  switch (reason) {
    case "QuotaExceeded":
      return quota(message, namespace);
    case "LimitRangeViolation":
      return limitRange(message, namespace);
    case "PodSecurityViolation":
      return podSecurity(message, namespace);
    case "ServiceAccountMissing":
      return serviceAccount(message, namespace);
    case "AdmissionWebhookUnavailable":
      return webhookDown(message);
    case "AdmissionDenied":
      return denialOf(message);
    default:
      return { summary: "the API server refuses to create new pods", next: [] };
  }
}

/** Source: staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go (v1.36.3). */
const EXCEEDED = /exceeded quota: ([^,]+), requested: (\S+), used: (\S+), limited: (\S+)/;
const DEMANDED = /failed quota: ([^:]+): must specify ([^:]+?)(?: for: (.*))?$/;

function quota(message: string, namespace: string): Refusal {
  const see = (name?: string): NextStep =>
    kubectl(
      "See what the quota allows and what uses it",
      namespace,
      "describe",
      name === undefined ? "resourcequota" : `resourcequota/${name}`,
    );
  const [, demanding, resources = "", containers] = DEMANDED.exec(message) ?? [];
  if (demanding !== undefined) {
    const of = containers === undefined ? "every container" : `container ${containers}`;
    return {
      summary: `${NO_POD}: the ResourceQuota ${demanding} demands ${resources}, which the template does not set`,
      next: [
        advise(`Set ${resources} in resources of ${of}, or give defaults by a LimitRange`),
        see(demanding),
      ],
    };
  }
  const [, name, requested, used, limited] = EXCEEDED.exec(message) ?? [];
  return {
    summary:
      name === undefined
        ? `${NO_POD}: a ResourceQuota of the namespace stands in the way`
        : `${NO_POD}: the ResourceQuota ${name} is used up (requested ${requested}, used ${used}, limited to ${limited})`,
    next: [
      advise("Free room in the quota or raise it, or let old pods go first (maxSurge: 0, maxUnavailable: 1)"),
      see(name),
    ],
  };
}

/** Source: plugin/pkg/admission/limitranger/admission.go (v1.36.3). */
const BOUND =
  /(minimum|maximum) (\S+) usage per (Container|Pod) is (\S+?)[,.](?: but (request|limit) is ([^\s,\]]+))?/;

function limitRange(message: string, namespace: string): Refusal {
  const [, bound, resource, per, value, what = "request", actual] = BOUND.exec(message) ?? [];
  const see = kubectl("See what the LimitRange allows", namespace, "describe", "limitrange");
  if (resource === undefined) {
    return {
      summary: `${NO_POD}: its requests or limits are outside a LimitRange of the namespace`,
      next: [see],
    };
  }
  const field = `resources.${what}s.${resource}`;
  const change = bound === "minimum" ? `Raise ${field} to at least` : `Lower ${field} to at most`;
  const found = actual === undefined ? "is not set" : `is ${actual}`;
  return {
    summary: `${NO_POD}: a LimitRange wants ${bound === "minimum" ? "at least" : "at most"} ${value} of ${resource} per ${per}, and its ${what} ${found}`,
    next: [advise(`${change} ${value}`), see],
  };
}

/** Source: staging/src/k8s.io/pod-security-admission/admission/admission.go (v1.36.3). */
function podSecurity(message: string, namespace: string): Refusal {
  const level = /violates PodSecurity "([^"]+)"/.exec(message)?.[1];
  const whose = level === undefined ? "the cluster's PodSecurityPolicies" : `the Pod Security level ${level}`;
  return {
    summary: `${NO_POD}: the template violates ${whose} of the namespace`,
    next: [
      advise("Set the securityContext fields that the message lists, as it lists them"),
      kubectl(
        "See which level the namespace enforces",
        namespace,
        "get",
        `namespace/${namespace}`,
        "--show-labels",
      ),
    ],
  };
}

/** Source: plugin/pkg/admission/serviceaccount/admission.go (v1.36.3). */
function serviceAccount(message: string, namespace: string): Refusal {
  const name = /serviceaccount "([a-z0-9][a-z0-9.-]*)" not found/.exec(message)?.[1];
  const see = kubectl("See which service accounts there are", namespace, "get", "serviceaccounts");
  if (name === undefined) return { summary: `${NO_POD}: its service account does not exist`, next: [see] };
  return {
    summary: `${NO_POD}: the service account ${name} does not exist in namespace ${namespace}`,
    next: [
      kubectl(
        "Create it, or correct serviceAccountName in the template",
        namespace,
        "create",
        "serviceaccount",
        name,
      ),
      see,
    ],
  };
}

/** Source: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/errors (v1.36.3). */
function webhookDown(message: string): Refusal {
  const name = /failed calling webhook "([^"]+)"/.exec(message)?.[1];
  const [, service, namespace] = /https:\/\/([a-z0-9-]+)\.([a-z0-9-]+)\.svc\b/.exec(message) ?? [];
  const whose = name === undefined ? "an admission webhook" : `the admission webhook ${name}`;
  return {
    summary: `${NO_POD}: ${whose} does not answer`,
    next: [
      service === undefined || namespace === undefined
        ? advise("Look at the service behind the webhook that the message names")
        : kubectl(
            "See whether any pod serves the webhook",
            namespace,
            "get",
            "endpointslices",
            `--selector=kubernetes.io/service-name=${service}`,
          ),
    ],
  };
}
