/**
 * What one of Google's APIs says when it refuses. Source: AIP-193 (`google.rpc.Status` as JSON), and RFC 6749 §5.2
 * for its token endpoints.
 */
export interface GoogleError {
  /** `PERMISSION_DENIED`, …; of a token endpoint its error code, `invalid_grant`, …. */
  readonly status: string;
  readonly message: string;
  /** `SERVICE_DISABLED`, `IAM_PERMISSION_DENIED`, …, where the API gives one. */
  readonly reason: string | undefined;
  /** Facts about the reason: `permission`, `service`, `consumer`, …. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Reads the body of a refusal; `undefined` when it is not of Google's making. */
export function toGoogleError(json: unknown): GoogleError | undefined {
  const { error, error_description: description } = fieldsOf(json);
  if (typeof error === "string") {
    return { status: error, message: textOf(description) ?? error, reason: undefined, metadata: {} };
  }
  const { status, message, details } = fieldsOf(error);
  if (typeof status !== "string" && typeof message !== "string") return;
  const info = (Array.isArray(details) ? details : []).map(fieldsOf).find(isErrorInfo) ?? {};
  const metadata = Object.entries(fieldsOf(info.metadata)).filter(isText);
  return {
    status: textOf(status) ?? "",
    message: textOf(message) ?? textOf(status) ?? "",
    reason: textOf(info.reason),
    metadata: Object.fromEntries(metadata),
  };
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => Object(value);

const isErrorInfo = (detail: Readonly<Record<string, unknown>>): boolean =>
  detail["@type"] === "type.googleapis.com/google.rpc.ErrorInfo";

const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === "string";

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
