import { ActionError } from "../../core/reason.ts";
import { NoAnswer, Refusal } from "../kubernetes/failure.ts";
import type { GoogleError } from "../kubernetes/google-error.ts";
import type { Charged } from "./google-apis.ts";
import type { Identity } from "./identity.ts";

/** What was to be done with one of Google's APIs, and what that takes. */
export interface Doing {
  /** Completes "Cannot …": `read cluster shop in europe-west1 of project p`. */
  readonly doing: string;
  /** Host of the API. */
  readonly host: string;
  /** Project whose IAM policy decides. */
  readonly project: string;
  readonly permission: string;
  /** The smallest predefined role that has the permission. */
  readonly role: string;
  readonly identity: Identity;
  /** Whom the call is charged to, where somebody said so. */
  readonly charged: Charged | undefined;
}

/** Turns a failure of one of Google's APIs into the `ActionError` that a user can act on; an abort comes back. */
export function explainApi(error: unknown, doing: Doing): unknown {
  if (error instanceof NoAnswer) return noAnswer(error, doing);
  return error instanceof Refusal ? refusal(error, doing) : error;
}

function noAnswer(error: NoAnswer, { doing, host, identity }: Doing): ActionError {
  const what = error.code === "TIMEOUT" ? error.message : `${error.code}: ${error.message}`;
  switch (error.stage) {
    case "sign-in": {
      const message = `Cannot sign in to Google Cloud as ${identity.text}: ${error.message}`;
      return new ActionError("AuthenticationFailed", message, { cause: error });
    }
    case "connect": {
      const message = `Cannot ${doing}: ${host} cannot be reached from this runner (${what}); does it need a proxy (HTTPS_PROXY), or a firewall rule?`;
      return new ActionError("ClusterUnreachable", message, { cause: error });
    }
    case "sent": {
      const message = `Cannot ${doing}: ${host} broke off (${what}), also when tried again`;
      return new ActionError("ApiUnavailable", message, { cause: error });
    }
  }
  return error.stage satisfies never;
}

function refusal(error: Refusal, told: Doing): ActionError {
  const { code, google } = error;
  const { doing, host, identity } = told;
  const detail = [`Google says: ${error.message}`];
  const say = (reason: ActionError["reason"], text: string, more: readonly string[] = []): ActionError =>
    new ActionError(reason, `Cannot ${doing}: ${text}`, { detail: [...more, ...detail], cause: error });
  if (code === 401) {
    return say("AuthenticationFailed", `401 from ${host}, also with a fresh token, for ${identity.text}`);
  }
  if (code === 429) return say("ApiUnavailable", quotaText(google, told));
  if (code >= 500) return say("ApiUnavailable", `${host} answered ${code}, also when tried again`);
  if (code === 404) return say("ClusterNotFound", `404 from ${host}`);
  if (code === 400) {
    // Of what we ask only names are the user's: one that cannot be, such as a location that there is not.
    const text = `400 from ${host}; check \`location\`, \`cluster\` and \`project-id\``;
    return say("ClusterNotFound", text);
  }
  if (code !== 403) return say("InternalError", `${code} from ${host}`);
  return say("PermissionDenied", ...whyForbidden(google, told));
}

function quotaText(google: GoogleError | undefined, { host }: Doing): string {
  const { quota_limit: limit, consumer } = google?.metadata ?? {};
  const which = limit === undefined ? "a quota" : `the quota ${limit}`;
  const whose = consumer === undefined ? "" : ` of ${consumer}`;
  return `${host} answered 429, also when tried again: ${which}${whose} is used up; run again later, or have it raised`;
}

type Asking = Omit<Doing, "doing">;
type Forbidden = [text: string, more: readonly string[]];

/**
 * What a 403 means, and what helps. Source: `google/api/error_reason.proto`. All but the last are no matter of roles on the resource.
 */
export function whyForbidden(google: GoogleError | undefined, told: Asking): Forbidden {
  const { host, project, charged, identity } = told;
  const { reason, metadata = {} } = google ?? {};
  const consumer = metadata.consumer?.replace("projects/", "") ?? charged?.project ?? project;
  switch (reason) {
    case "SERVICE_DISABLED": {
      const service = metadata.service ?? host;
      const enable = `gcloud services enable ${service} --project=${consumer}`;
      return [
        `the API ${service} is off in project ${consumer}; switch it on: ${enable}`,
        [wrongProject(project)],
      ];
    }
    case "BILLING_DISABLED": {
      const link = `gcloud billing projects link ${consumer} --billing-account=ACCOUNT`;
      return [`billing is off in project ${consumer}; link it to a billing account: ${link}`, []];
    }
    case "CONSUMER_INVALID":
      return [`project ${consumer} does not exist, or is deleted; set \`project-id\` to the right one`, []];
    case "USER_PROJECT_DENIED": {
      const binding = grant(consumer, "roles/serviceusage.serviceUsageConsumer", identity);
      const or = charged === undefined ? "" : `, or ${charged.otherwise}`;
      return [
        `${identity.text} may not charge project ${consumer}; grant it roles/serviceusage.serviceUsageConsumer there${or}`,
        [binding],
      ];
    }
    case "ACCESS_TOKEN_SCOPE_INSUFFICIENT":
      return [
        `the access token of ${identity.text} has too few scopes, whatever its roles are; give the machine or node pool of the runner the scope cloud-platform`,
        [],
      ];
    case "SECURITY_POLICY_VIOLATED":
      return [perimeter(metadata.uid, identity), []];
    default:
      return lacking(google, told);
  }
}

function perimeter(uid: string | undefined, { text }: Identity): string {
  const token = uid === undefined ? "" : ` (troubleshooting token ${uid})`;
  return `VPC Service Controls keep ${text} out, whatever its roles are; have an ingress rule or access level of the perimeter admit it, or run inside${token}`;
}

function lacking(google: GoogleError | undefined, { project, identity, ...told }: Asking): Forbidden {
  const { reason, metadata = {} } = google ?? {};
  const permission = metadata.permission ?? told.permission;
  const isKnown = reason === undefined || reason === "IAM_PERMISSION_DENIED";
  const text = isKnown
    ? `403 for ${identity.text}, which lacks the permission ${permission}; grant it ${told.role}`
    : `403 (${reason}) for ${identity.text}, which may lack the permission ${permission}; it is in ${told.role}`;
  return [text, [grant(project, told.role, identity), wrongProject(project)]];
}

/** The command that binds a role; without `--condition` gcloud asks for one where the policy has any. */
export const grant = (project: string, role: string, { member }: Identity): string =>
  `gcloud projects add-iam-policy-binding ${project} --role=${role} --member="${member ?? "PRINCIPAL"}" --condition=None`;

const wrongProject = (project: string): string =>
  `If ${project} is not the project of the cluster, set \`project-id\``;
