import { commandLine } from "./command.ts";
import { autoOr, count, type Form, flag, line, oneOf, span, spanOrZero } from "./forms.ts";
import { clusterName, location, membership, projectId } from "./gke.ts";
import { image } from "./image.ts";
import { kubeconfigPath } from "./kubeconfig.ts";
import { namespaceName } from "./names.ts";
import { recordingPath } from "./recording.ts";
import { workload } from "./workload.ts";

/** One input: its default as a user would write it (`undefined`: none), what it takes, and a value that is right. */
export interface InputRow<T> {
  readonly default: string | undefined;
  readonly required: boolean;
  readonly form: Form<T>;
  readonly example: string;
}

/** Every input that works, by name. action.yml and the README agree with it by test. */
export const INPUTS = {
  cluster: optional(clusterName, "prod"),
  location: optional(location, "europe-west1"),
  "project-id": optional(projectId, "my-project"),
  endpoint: row("auto", oneOf("auto", "public", "private", "dns", "connect-gateway"), "dns"),
  "fleet-membership": optional(membership, "prod"),
  "quota-project-id": optional(projectId, "my-billing-project"),
  kubeconfig: optional(kubeconfigPath, "./kubeconfig.yaml"),
  context: optional(line, "gke_my-project_europe-west1_prod"),
  namespace: optional(namespaceName, "shop"),
  workload: required(workload, "deployment/web"),
  image: required(image, "europe-docker.pkg.dev/my-project/apps/web:1.4.2"),
  mode: row("deploy", oneOf("deploy", "check"), "check"),
  timeout: row("15m", span, "15m"),
  precheck: row("enforce", oneOf("enforce", "strict", "warn", "off"), "strict"),
  "readiness-patience": row("auto", autoOr(span), "3m"),
  "stable-for": row("auto", autoOr(spanOrZero), "45s"),
  "verify-command": optional(commandLine, "./smoke-test.sh https://web.example.com"),
  "verify-timeout": row("5m", span, "90s"),
  "on-failure": row("rollback", oneOf("rollback", "leave"), "leave"),
  "allow-untrusted-events": row("false", flag, "true"),
  "log-lines": row("auto", autoOr(count(1000)), "30"),
  "event-limit": row("50", count(1000), "50"),
  summary: row("always", oneOf("always", "on-failure", "never"), "on-failure"),
  annotate: row("true", flag, "false"),
  record: optional(recordingPath, "recordings/web.jsonl"),
} as const;

/** Name of an input that works. */
export type InputName = keyof typeof INPUTS;

/** What each input's text becomes. Only an input with neither a default nor a duty to be set may be `undefined`. */
export type InputValues = { readonly [N in InputName]: ValueOf<(typeof INPUTS)[N]> };

type ValueOf<R> =
  R extends InputRow<infer T>
    ? R extends { readonly default: undefined; readonly required: false }
      ? T | undefined
      : T
    : never;

/** Inputs that are planned and do nothing yet, with what does the job until then. */
export const NOT_BUILT: ReadonlyMap<string, string> = new Map([
  ["on-insufficient-capacity", "a rollout without room is refused"],
  ["node-pool", "a rollout without room is refused"],
  ["max-extra-nodes", "a rollout without room is refused"],
  ["restore-pool", "node pools are left alone"],
  ["on-cancel", "a cancelled run leaves the workload as it is and says what stands"],
  ["lock", "use a concurrency group in the workflow"],
]);

function row<T>(fallback: string, form: Form<T>, example: string) {
  return { default: fallback, required: false, form, example } as const;
}

function optional<T>(form: Form<T>, example: string) {
  return { default: undefined, required: false, form, example } as const;
}

function required<T>(form: Form<T>, example: string) {
  return { default: undefined, required: true, form, example } as const;
}
