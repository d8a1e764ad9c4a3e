import { ActionError } from "../../core/reason.ts";
import type { Environment } from "../environment.ts";
import { Refusal } from "../kubernetes/failure.ts";
import { wellKnownFile } from "./credential-file.ts";
import { AUTH_STEP, failed, pending, whatOf } from "./sign-in-outcome.ts";
import { SignInFailure } from "./wire.ts";

/** What is known of whoever answers where the metadata server should be. */
export interface Metadata {
  readonly host: string;
  readonly env: Environment;
  /** Whether it says of itself that it is Google's: at its usual address somebody else may answer. */
  readonly isGoogle: boolean;
  /** Whether it ever gave us a token. */
  readonly gaveTokens: boolean;
}

/** What a failure of the metadata server means: that it is none, or that it has no credentials for us. */
export function explainMetadata(error: unknown, { host, env, isGoogle, gaveTokens }: Metadata): unknown {
  const cause = error instanceof SignInFailure ? error.cause : error;
  if (cause instanceof ActionError) return cause;
  if (gaveTokens) return pending(cause, host);
  const isNamed = Boolean(env.GCE_METADATA_HOST || env.GCE_METADATA_IP);
  if (isNamed && !(cause instanceof Refusal)) {
    return noCredentials(`the metadata server ${host} (GCE_METADATA_HOST) is silent (${whatOf(cause)})`, env);
  }
  if (!isGoogle || !(cause instanceof Refusal)) {
    return noCredentials(`no metadata server of Google answers at ${host} (${whatOf(cause)})`, env);
  }
  if (cause.code === 429 || cause.code >= 500) return pending(cause, host);
  const message = `Cannot sign in to Google Cloud: the metadata server ${host} gave no token (${whatOf(cause)}); check that the machine or the pod of the runner has a service account, with the scope cloud-platform`;
  return failed(message, [], error);
}

function noCredentials(metadata: string, env: Environment): ActionError {
  const file = wellKnownFile(env);
  const looked = [
    "GOOGLE_APPLICATION_CREDENTIALS is not set",
    ...(file === undefined ? [] : [`${file} is not there`]),
    metadata,
  ];
  return failed(
    `No Google credentials found: ${looked.join(", ")}; give the job \`permissions: id-token: write\`, and run google-github-actions/auth before this step`,
    AUTH_STEP,
  );
}
