import { readFileSync } from "node:fs";
import path from "node:path";
import { ActionError } from "../../core/reason.ts";
import type { Environment } from "../environment.ts";

/** Credentials as google-github-actions/auth, gcloud or a user left them: Google's own JSON, checked for its kind. */
export interface CredentialFile {
  /** Path, and how it was found, for messages. */
  readonly from: string;
  readonly type: string;
  readonly json: Readonly<Record<string, unknown>>;
}

const TYPES = ["external_account", "service_account", "authorized_user", "external_account_authorized_user"];

/**
 * The file of the Application Default Credentials: `GOOGLE_APPLICATION_CREDENTIALS`, else where gcloud keeps them.
 * Throws `ActionError` with `AuthenticationFailed` when it cannot be used. Source: google-auth-library 10.9.1,
 * googleauth.ts, `getApplicationDefaultAsync`.
 */
export function findCredentialFile(env: Environment): CredentialFile | undefined {
  const named = env.GOOGLE_APPLICATION_CREDENTIALS || undefined;
  if (named !== undefined) return parse(named, read(named), `${named} (GOOGLE_APPLICATION_CREDENTIALS)`);
  const file = wellKnownFile(env);
  const text = file && readIfThere(file);
  return file && text !== undefined ? parse(file, text, file) : undefined;
}

/** Where `gcloud auth application-default login` leaves its credentials; `undefined` without a home. */
export function wellKnownFile({ CLOUDSDK_CONFIG, APPDATA, HOME }: Environment): string | undefined {
  const directory =
    CLOUDSDK_CONFIG ||
    (APPDATA && path.join(APPDATA, "gcloud")) ||
    (HOME && path.join(HOME, ".config/gcloud"));
  return directory ? path.join(directory, "application_default_credentials.json") : undefined;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === "ENOENT"
        ? "there is no such file; google-github-actions/auth writes it into the workspace, and a checkout after it removes it: sign in after the checkout"
        : code;
    throw unusable(
      `Cannot read the Google credentials ${file} (GOOGLE_APPLICATION_CREDENTIALS): ${why}`,
      error,
    );
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Not there, or not ours to read: the next place counts.
    return;
  }
}

function parse(file: string, text: string, from: string): CredentialFile {
  const json = jsonOf(text);
  if (json === undefined) {
    throw unusable(
      `The Google credentials ${from} are no JSON object; a key file or a configuration of google-github-actions/auth is wanted`,
    );
  }
  const type = String(json.type);
  if (type === "impersonated_service_account") {
    // google-auth-library 10.9.1 gives the client of its source none of our options: neither proxy nor deadline.
    throw unusable(
      `The Google credentials ${from} are of type "${type}", which are not taken: sign in anew without --impersonate-service-account, or with google-github-actions/auth and its input service_account`,
    );
  }
  if (!TYPES.includes(type)) {
    throw unusable(
      `The Google credentials ${from} are of type "${type}"; one of ${TYPES.join(", ")} is wanted`,
    );
  }
  const lacking = needsOf(type).filter((name) => !json[name]);
  if (lacking.length > 0) {
    const message = `The Google credentials ${from} are of type ${type} and lack ${lacking.join(" and ")}; make ${path.basename(file)} anew`;
    throw unusable(message);
  }
  return { from, type, json };
}

const needsOf = (type: string): readonly string[] => {
  if (type === "service_account") return ["client_email", "private_key"];
  if (type === "authorized_user") return ["client_id", "client_secret", "refresh_token"];
  return type === "external_account" ? ["audience", "subject_token_type", "credential_source"] : [];
};

function jsonOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null && !Array.isArray(json) ? { ...json } : undefined;
  } catch {
    return;
  }
}

const unusable = (message: string, cause?: unknown): ActionError =>
  new ActionError("AuthenticationFailed", message, { cause });

const SECRET = /^(private_key|client_secret|refresh_token|access_token|authorization)$/i;

/** Every secret in it, wherever it stands. */
export function secretsIn(value: unknown, name = ""): readonly string[] {
  if (typeof value === "string") return SECRET.test(name) ? [value.replace(/^bearer\s+/i, "")] : [];
  return Object.entries(Object(value)).flatMap(([key, inner]) => secretsIn(inner, key));
}
