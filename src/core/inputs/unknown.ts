import { toLine } from "../text.ts";
import { INPUTS, NOT_BUILT } from "./table.ts";

/**
 * Inputs of neighbouring actions that people paste (get-gke-credentials, deploy-gke, deploy-cloudrun, auth,
 * Azure/k8s-deploy, amazon-ecs-deploy, kubectl wrappers), with what they are called here.
 */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ["cluster_name", "cluster"],
  ["context_name", "context"],
  ["use_internal_ip", "endpoint: private"],
  ["use_connect_gateway", "endpoint: connect-gateway"],
  ["use_dns_based_endpoint", "endpoint: dns"],
  ["fleet_membership_name", "fleet-membership"],
  ["project", "project-id"],
  ["region", "location"],
  ["zone", "location"],
  ["kubeconfig_path", "kubeconfig"],
  ["app_name", "workload"],
  ["name", "workload"],
  ["service", "workload"],
  ["deployment", "workload"],
  ["deployment_name", "workload"],
  ["images", "image"],
  ["container_image", "image"],
  ["image_name", "image"],
  ["action", "mode"],
  ["dry-run", "mode: check"],
  ["force", "precheck: warn"],
  ["wait-for-minutes", "timeout"],
  ["rollout-timeout", "timeout"],
  ["rollback-on-failure", "on-failure: rollback"],
  ["annotate-resources", "annotate"],
]);

/** More of them, which have no counterpart of one name, with what to do instead. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ["use_auth_provider", `tokens are always fetched as they are needed, so leave it out`],
  ["credentials_json", `sign in with google-github-actions/auth in a step before`],
  ["workload_identity_provider", `sign in with google-github-actions/auth in a step before`],
  ["service_account", `sign in with google-github-actions/auth in a step before`],
  ["kube-config", `did you mean "kubeconfig", which takes a path?`],
  ["kube-config-data", `did you mean "kubeconfig", which takes a path?`],
  ["kubeconfig-data", `did you mean "kubeconfig", which takes a path?`],
  ["kubectl-version", `kubectl is not used, so leave it out`],
  ["resource-type", `the kind is part of "workload", as deployment/NAME`],
  ["image_tag", `the tag is part of "image"`],
  ["tag", `the tag is part of "image"`],
  ["container", `did you mean a line CONTAINER=REFERENCE in "image"?`],
  ["container_name", `did you mean a line CONTAINER=REFERENCE in "image"?`],
  ["manifests", `manifests are not applied; "workload" and "image" change what is there`],
  ["manifest", `manifests are not applied; "workload" and "image" change what is there`],
  ["k8s_manifests", `manifests are not applied; "workload" and "image" change what is there`],
  ["task-definition", `"workload" and "image" change what is there`],
  ["imagepullsecrets", `pull secrets belong in the workload's template`],
  ["strategy", `the workload's own strategy is followed, so leave it out`],
  ["wait-for-service-stability", `a run always waits; "timeout" says how long`],
  ["skip-tls-verify", `the kubeconfig says how the server is verified`],
  ["expose", `Services are left alone`],
]);

/** What to say about an input that this action does not have. `wrong` stops the run. */
export interface Stranger {
  readonly kind: "wrong" | "warning";
  readonly text: string;
}

/** Judges an input that is neither built nor planned. Its value is never shown: it may be a credential. */
export function strangerOf(name: string): Stranger {
  const shown = `Unknown input "${toLine(name, 80)}"`;
  const elsewhere = ELSEWHERE.get(name) ?? ELSEWHERE.get(swapped(name));
  if (elsewhere !== undefined) return { kind: "wrong", text: `${shown}; ${elsewhere}` };
  const meant = RENAMED.get(name) ?? RENAMED.get(swapped(name)) ?? ALL.find((real) => isSlip(name, real));
  if (meant === undefined) return { kind: "warning", text: `${shown} is ignored` };
  const instead = NOT_BUILT.get(meant.replace(/:.*/, ""));
  const note = instead === undefined ? "" : ` It is not supported yet; ${instead}`;
  return { kind: "wrong", text: `${shown}; did you mean "${meant}"?${note}` };
}

const ALL: readonly string[] = [...Object.keys(INPUTS), ...NOT_BUILT.keys()];

function swapped(name: string): string {
  return name.includes("_") ? name.replaceAll("_", "-") : name.replaceAll("-", "_");
}

/** Whether somebody who meant `real` may have written `name`: other separators or none, or one slip of a finger. */
function isSlip(name: string, real: string): boolean {
  const joined = (text: string) => text.replaceAll(/[-_]/g, "");
  return joined(name) === joined(real) || isOneEdit(name.replaceAll("_", "-"), real);
}

/** Whether one letter more, less or other, or two neighbours swapped, makes `a` into `b`. */
function isOneEdit(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  return (
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    restA.slice(1) === restB.slice(1) ||
    (restA.slice(2) === restB.slice(2) && restA[0] === restB[1] && restA[1] === restB[0])
  );
}
