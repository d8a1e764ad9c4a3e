import { ActionError } from "../../core/reason.ts";
import { NoAnswer, Refusal } from "../kubernetes/failure.ts";

/** Steps that leave credentials, for those who have none. */
export const AUTH_STEP = [
  "permissions:",
  "  contents: read",
  "  id-token: write",
  "steps:",
  "  - uses: google-github-actions/auth@v3",
  "    with:",
  "      workload_identity_provider: projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER",
];

/** A sign-in that failed for now: told as it is, and tried again with the next request. */
export class SignInPending extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause: unknown) {
    super(message, { cause });
    this.name = "SignInPending";
    this.code = code;
  }
}

/** A failure of this host that may pass. */
export function pending(cause: unknown, host: string): SignInPending {
  const code = cause instanceof Refusal ? `HTTP_${cause.code}` : String(Object(cause).code ?? "UNKNOWN");
  return new SignInPending(code, `no token from ${host}: ${whatOf(cause)}, also when tried again`, cause);
}

/** A failure in a clause. */
export function whatOf(cause: unknown): string {
  if (cause instanceof Refusal) return `it answered ${cause.code}: ${cause.message}`;
  if (cause instanceof NoAnswer) return cause.code === "TIMEOUT" ? cause.message : `${cause.code}`;
  return String(Object(cause).message ?? cause);
}

/** A failure that no second try changes. */
export const failed = (message: string, detail: readonly string[], cause?: unknown): ActionError =>
  new ActionError("AuthenticationFailed", message, { detail, cause });
