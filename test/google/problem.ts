import type { Answer } from "../faults/fault.ts";
import type { Facts } from "./world.ts";

/** An answer of JSON. */
export const json = (body: unknown, status = 200): Answer => ({
  status,
  headers: { "content-type": "application/json; charset=UTF-8" },
  body: JSON.stringify(body),
});

interface Problem {
  readonly code: number;
  readonly status: string;
  readonly message: string;
  /** Fields of `google.rpc.ErrorInfo`. Source: google/api/error_reason.proto. */
  readonly reason?: string;
  readonly domain?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** An error as Google's APIs write it. */
export function problem({
  code,
  status,
  message,
  reason,
  domain = "googleapis.com",
  metadata,
}: Problem): Answer {
  const info = { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain, metadata };
  return json({ error: { code, message, status, ...(reason && { details: [info] }) } }, code);
}

/** 401: no token, one that has ended, or one that Google never made. */
export const unauthenticated = (): Answer =>
  problem({
    code: 401,
    status: "UNAUTHENTICATED",
    message:
      "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    reason: "ACCESS_TOKEN_EXPIRED",
  });

/** 403: the token was made without the scope for it. */
export const scopeInsufficient = (service: string): Answer =>
  problem({
    code: 403,
    status: "PERMISSION_DENIED",
    message: "Request had insufficient authentication scopes.",
    reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    metadata: { service },
  });

/** 403 for want of a permission, in the words of most APIs. */
export const denied = (permission: string, resource: string, domain: string): Answer =>
  problem({
    code: 403,
    status: "PERMISSION_DENIED",
    message: `Permission '${permission}' denied on resource '//${domain}/${resource}' (or it may not exist).`,
    reason: "IAM_PERMISSION_DENIED",
    domain,
    metadata: { permission, resource },
  });

/** 403 for want of a permission, as the Container API words it. */
export const required = (permission: string, resource: string): Answer =>
  problem({
    code: 403,
    status: "PERMISSION_DENIED",
    message: `Required "${permission}" permission(s) for "${resource}".`,
    reason: "IAM_PERMISSION_DENIED",
    domain: "container.googleapis.com",
    metadata: { permission, resource },
  });

/** 403: the API is off in the project. */
export const disabled = (service: string, { projectNumber }: Facts): Answer => {
  const activationUrl = `https://console.developers.google.com/apis/api/${service}/overview?project=${projectNumber}`;
  return problem({
    code: 403,
    status: "PERMISSION_DENIED",
    message: `${TITLES[service] ?? service} has not been used in project ${projectNumber} before or it is disabled. Enable it by visiting ${activationUrl} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`,
    reason: "SERVICE_DISABLED",
    metadata: { service, consumer: `projects/${projectNumber}`, activationUrl },
  });
};

const TITLES: Readonly<Record<string, string>> = {
  "container.googleapis.com": "Kubernetes Engine API",
  "gkehub.googleapis.com": "GKE Hub API",
  "cloudresourcemanager.googleapis.com": "Cloud Resource Manager API",
  "connectgateway.googleapis.com": "Connect Gateway API",
  "iamcredentials.googleapis.com": "IAM Service Account Credentials API",
};

/** 429: the quota of the project is used up. */
export const exhausted = (service: string, { projectNumber }: Facts): Answer =>
  problem({
    code: 429,
    status: "RESOURCE_EXHAUSTED",
    message: `Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute' of service '${service}' for consumer 'project_number:${projectNumber}'.`,
    reason: "RATE_LIMIT_EXCEEDED",
    metadata: {
      service,
      consumer: `projects/${projectNumber}`,
      quota_metric: `${service}/read_requests`,
      quota_limit: "ReadRequestsPerMinutePerProject",
      quota_limit_value: "600",
    },
  });

/** 403: there is no such project. */
export const noProject = (project: string, service: string): Answer =>
  problem({
    code: 403,
    status: "PERMISSION_DENIED",
    message: `Permission denied on resource project ${project}.`,
    reason: "CONSUMER_INVALID",
    metadata: { consumer: `projects/${project}`, service },
  });

/** 403: the project of `X-Goog-User-Project` may not be charged. */
export const userProjectDenied = (project: string, service: string): Answer =>
  problem({
    code: 403,
    status: "PERMISSION_DENIED",
    message: `Caller does not have required permission to use project ${project}. Grant the caller the roles/serviceusage.serviceUsageConsumer role, or a custom role with the serviceusage.services.use permission, by visiting https://console.developers.google.com/iam-admin/iam/project?project=${project} and then retry. Propagation of the new permission may take a few minutes.`,
    reason: "USER_PROJECT_DENIED",
    metadata: { consumer: `projects/${project}`, service },
  });

/** 404 */
export const notFound = (message: string): Answer => problem({ code: 404, status: "NOT_FOUND", message });

/** An error of an OAuth endpoint. Source: RFC 6749 §5.2. */
export const oauthProblem = (error: string, description: string, status = 400): Answer =>
  json({ error, error_description: description }, status);
