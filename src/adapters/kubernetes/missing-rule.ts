import type { Refusal } from "./failure.ts";
import { attributesOf } from "./request-info.ts";

/** The right that a 403 misses. */
export interface MissingRule {
  /** Who lacks it, quoted, as the API server saw them. */
  readonly user: string;
  /** `list on nodes`, `patch on deployments.apps in namespace shop`. */
  readonly grant: string;
  readonly kind: "Role" | "ClusterRole";
  /** The rule in one line of YAML. */
  readonly rule: string;
  /** The rule to paste, under a line that says where to. */
  readonly lines: readonly string[];
}

/** The rule that would have allowed the request; `undefined` when it was not for a resource. */
export function missingRule({ asked, message }: Refusal): MissingRule | undefined {
  const attributes = attributesOf(asked);
  if (attributes === undefined) return;
  const { verb, group, resource, namespace } = attributes;
  const user = userOf(message);
  const kind = namespace === undefined ? "ClusterRole" : "Role";
  const place = namespace === undefined ? "" : ` in namespace ${namespace}`;
  const fields = [`apiGroups: ["${group}"]`, `resources: ["${resource}"]`, `verbs: ["${verb}"]`];
  return {
    user,
    grant: `${verb} on ${resource}${group === "" ? "" : `.${group}`}${place}`,
    kind,
    rule: `{${fields.join(", ")}}`,
    lines: [
      `Add this rule to a ${kind}${place} that is bound to ${user}:`,
      ...fields.map((field, index) => (index === 0 ? `- ${field}` : `  ${field}`)),
    ],
  };
}

/**
 * The user as the API server saw it, which only its text names.
 * Source: apiserver/pkg/endpoints/handlers/responsewriters/errors.go (v0.36.3), `forbiddenMessage`.
 */
function userOf(message: string): string {
  return /User ("(?:[^"\\]|\\.)*")/.exec(message)?.[1] ?? "this user";
}
