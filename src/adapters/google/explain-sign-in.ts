import { ActionError } from "../../core/reason.ts";
import { Refusal } from "../kubernetes/failure.ts";
import type { CredentialFile } from "./credential-file.ts";
import { federated, poolOf, serviceAccountOf } from "./identity.ts";
import { AUTH_STEP, failed, pending, SignInPending, whatOf } from "./sign-in-outcome.ts";
import { SignInFailure } from "./wire.ts";

/** A sign-in that must not wait: what may pass is a failure too. Anything else comes back as it is. */
export function explainPending(error: unknown, who: string): unknown {
  if (!(error instanceof SignInPending)) return error;
  return failed(`Cannot sign in to Google Cloud as ${who}: ${error.message}`, [], error);
}

/** What a failure to make a token from a file means: `ActionError` where no second try helps. */
export function explainFile(error: unknown, file: CredentialFile, subject: string | undefined): unknown {
  const failure = signInFailureIn(error);
  if (failure === undefined) {
    if (error instanceof ActionError) return error;
    return failed(`Cannot use the Google credentials ${file.from}: ${messageOf(error)}`, [], error);
  }
  const { url, cause } = failure;
  if (cause instanceof ActionError) return cause;
  if (!(cause instanceof Refusal) || cause.code === 429 || cause.code >= 500) return pending(cause, url.host);
  return refused({ refusal: cause, url, file, subject });
}

/** A key that is damaged throws what OpenSSL says. */
const messageOf = (error: unknown): string =>
  /^ERR_OSSL_|^ERR_CRYPTO_/.test(String(Object(error).code))
    ? `its private_key is damaged (${Object(error).code}); make a new key, or use workload identity federation`
    : String(Object(error).message);

function signInFailureIn(error: unknown): SignInFailure | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof SignInFailure) return cause;
  }
  return;
}

interface Refused {
  readonly refusal: Refusal;
  readonly url: URL;
  readonly file: CredentialFile;
  readonly subject: string | undefined;
}

function refused(told: Refused): ActionError {
  const { json, type } = told.file;
  const { href } = told.url;
  if (href === json.service_account_impersonation_url) return notImpersonated(told);
  if (type === "external_account") {
    return href === urlOf(json.token_url) ? notExchanged(told) : noIdToken(told);
  }
  return type === "service_account" ? keyRefused(told) : userRefused(told);
}

const urlOf = (text: unknown): string =>
  URL.parse(String(text ?? "https://sts.googleapis.com/v1/token"))?.href ?? "";

function noIdToken({ refusal, url }: Refused): ActionError {
  return failed(
    `Cannot sign in to Google Cloud: the OIDC endpoint ${url.host} gave no ID token (${whatOf(refusal)}); give the job \`permissions: id-token: write\`. Runs of pull requests from forks get none, nor does a job that has ended`,
    AUTH_STEP,
    refusal,
  );
}

function notExchanged({ refusal, url, file, subject }: Refused): ActionError {
  const pool = poolOf(file.json.audience);
  const describe =
    pool &&
    `gcloud iam workload-identity-pools providers describe ${pool.provider} --workload-identity-pool=${pool.pool} --location=global --project=${pool.project}`;
  const status = refusal.google?.status ?? "";
  return failed(
    `Cannot sign in to Google Cloud: ${url.host} refused the ID token (${refusal.code} ${status}: ${refusal.message}); ${stsAdvice(status)}`,
    [
      `Audience: ${String(file.json.audience)}`,
      ...(subject === undefined ? [] : [`Subject of the ID token: ${subject}`]),
      ...(describe ? [`To see what the provider admits: ${describe}`] : []),
    ],
    refusal,
  );
}

/** Source: error codes of RFC 6749 §5.2 and RFC 8693 §2.2.2, as Google's Security Token Service uses them. */
function stsAdvice(status: string): string {
  switch (status) {
    case "invalid_target":
      return "the audience names no provider that is there and switched on; check `workload_identity_provider` of google-github-actions/auth, which wants the project's number";
    case "unauthorized_client":
      return "the attribute condition of the provider does not admit this repository, branch or environment; compare it with the subject";
    case "invalid_grant":
      return "issuer and allowed audiences of the provider do not fit the token; the issuer must be https://token.actions.githubusercontent.com, the audience that of the job";
    default:
      return "compare the workload identity provider with the subject";
  }
}

function notImpersonated({ refusal, file, subject }: Refused): ActionError {
  const account = serviceAccountOf(file) ?? "the service account";
  const { text, member } = federated(file, subject);
  const says = `The API says: ${refusal.message}`;
  const { reason, metadata } = refusal.google ?? {};
  const who = `Cannot sign in as ${account}`;
  if (reason === "SERVICE_DISABLED") {
    const project = metadata?.consumer?.replace("projects/", "") ?? "PROJECT";
    const enable = `gcloud services enable iamcredentials.googleapis.com --project=${project}`;
    return failed(
      `${who}: the IAM Service Account Credentials API is off; switch it on: ${enable}`,
      [says],
      refusal,
    );
  }
  if (refusal.code === 404) {
    const message = `${who}: there is no such service account; check \`service_account\` of google-github-actions/auth`;
    return failed(message, [says], refusal);
  }
  const grant = `gcloud iam service-accounts add-iam-policy-binding ${account} --role=roles/iam.workloadIdentityUser --member="${member ?? "PRINCIPAL"}" --condition=None`;
  return failed(
    `${who}: ${refusal.code} for ${text}; grant it roles/iam.workloadIdentityUser on the service account`,
    [grant, says],
    refusal,
  );
}

function keyRefused({ refusal, file }: Refused): ActionError {
  const account = serviceAccountOf(file) ?? "the service account";
  return failed(
    `Cannot sign in as ${account}: its key in ${file.from} is refused (${refusal.code} ${refusal.google?.status ?? ""}: ${refusal.message}); the key may be deleted or disabled, or the service account is`,
    [
      `To see its keys: gcloud iam service-accounts keys list --iam-account=${account}`,
      "Workload identity federation needs no key: see google-github-actions/auth",
    ],
    refusal,
  );
}

function userRefused({ refusal, url, file }: Refused): ActionError {
  const message = `Cannot sign in with the Google credentials ${file.from}: ${url.host} refused them (${refusal.code}: ${refusal.message}); they have expired or were revoked: sign in anew, gcloud auth application-default login`;
  return failed(message, [], refusal);
}
