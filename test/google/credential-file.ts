import type { UserSecrets } from "./services/oauth.ts";
import { audienceOf, type Facts } from "./world.ts";

/** How a workflow has signed in to Google Cloud. */
export type CredentialKind =
  /** Workload identity federation, directly. */
  | "direct"
  /** Workload identity federation, through a service account. */
  | "service-account"
  /** A key of the service account. */
  | "key-file"
  /** The machine, or the pod, runs as the service account. */
  | "metadata"
  /** A user, by gcloud. */
  | "user"
  /** Not at all. */
  | "none";

/** Where what a credential file names is to be found, without a final slash. */
export interface SignInUrls {
  /** With a query. */
  readonly oidc: string;
  readonly sts: string;
  readonly iam: string;
  readonly oauth: string;
}

/** What goes into a credential file. */
export interface CredentialSource {
  readonly facts: Facts;
  readonly urls: SignInUrls;
  /** Bearer of the job for GitHub's OIDC endpoint. */
  readonly bearer: string;
  /** PEM of the service account's key. */
  readonly privateKey: string;
  readonly user: UserSecrets;
}

/**
 * The file that google-github-actions/auth v3 leaves for federation or a key, or gcloud for a user; `undefined`
 * where there is none.
 */
export function credentialFile(kind: CredentialKind, source: CredentialSource): object | undefined {
  switch (kind) {
    case "direct":
      return federation(source);
    case "service-account":
      return {
        ...federation(source),
        service_account_impersonation_url: `${source.urls.iam}/v1/projects/-/serviceAccounts/${source.facts.serviceAccount}:generateAccessToken`,
      };
    case "key-file":
      return key(source);
    case "user":
      return {
        type: "authorized_user",
        client_id: source.user.clientId,
        client_secret: source.user.clientSecret,
        refresh_token: source.user.refreshToken,
        universe_domain: source.facts.universe,
      };
    case "metadata":
    case "none":
      return;
  }
  return kind satisfies never;
}

function federation({ facts, urls, bearer }: CredentialSource) {
  const audience = audienceOf(facts);
  return {
    type: "external_account",
    audience,
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: `${urls.sts}/v1/token`,
    credential_source: {
      url: `${urls.oidc}&audience=${encodeURIComponent(`https:${audience}`)}`,
      headers: { Authorization: `Bearer ${bearer}` },
      format: { type: "json", subject_token_field_name: "value" },
    },
    ...(facts.universe !== "googleapis.com" && { universe_domain: facts.universe }),
  };
}

const key = ({ facts, urls, privateKey }: CredentialSource) => ({
  type: "service_account",
  project_id: facts.project,
  private_key_id: "0123456789abcdef0123456789abcdef01234567",
  private_key: privateKey,
  client_email: facts.serviceAccount,
  client_id: "117000000000000000001",
  token_uri: `${urls.oauth}/token`,
  universe_domain: facts.universe,
});
