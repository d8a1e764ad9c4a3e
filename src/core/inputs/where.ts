import type { ClusterName } from "./gke.ts";
import type { Problem } from "./problem.ts";

/** Which cluster, and how it is found. */
export type Where =
  | {
      readonly kind: "kubeconfig";
      readonly kubeconfig: string | undefined;
      readonly context: string | undefined;
    }
  | ({ readonly kind: "gke" } & GkeCluster);

/** A GKE cluster, and the door to it. */
export interface GkeCluster {
  readonly project: string;
  readonly location: string;
  readonly cluster: string;
  readonly endpoint: "auto" | "public" | "private" | "dns" | "connect-gateway";
  readonly fleetMembership: string | undefined;
  /** Project that pays for the calls to Google's APIs. */
  readonly quotaProject: string | undefined;
}

/** Which cluster is meant, or why that cannot be told. */
export type Found =
  | { readonly kind: "found"; readonly where: Where }
  | { readonly kind: "wrong"; readonly problems: readonly Problem[] };

/** The inputs that say where, each as it was parsed; `undefined` where it was not set, or is wrong by itself. */
export interface WhereValues {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly cluster: ClusterName | undefined;
  readonly location: string | undefined;
  readonly "project-id": string | undefined;
  readonly endpoint: GkeCluster["endpoint"] | undefined;
  readonly "fleet-membership": string | undefined;
  readonly "quota-project-id": string | undefined;
}

/** Where a project is named, in the order in which Google's own tools ask. */
const PROJECT_VARIABLES = ["GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "GCP_PROJECT", "CLOUDSDK_CORE_PROJECT"];

const OF_GKE = ["location", "project-id", "endpoint", "fleet-membership", "quota-project-id"] as const;

/**
 * Puts together which cluster is meant: a GKE cluster where `cluster` names one, else a kubeconfig. `env`: environment variables; those that name a project complete a bare
 * cluster name.
 */
export function whereOf(values: WhereValues, env: Readonly<Record<string, string | undefined>>): Found {
  const { cluster, kubeconfig, context } = values;
  if (cluster === undefined) {
    const problems = OF_GKE.filter((name) => isSet(values[name])).map(needsCluster);
    return foundUnless(problems, { kind: "kubeconfig", kubeconfig, context });
  }
  const project = values["project-id"] ?? cluster.project ?? projectFrom(env);
  const location = values.location ?? cluster.location;
  const problems = [
    ...(["kubeconfig", "context"] as const).filter((name) => values[name] !== undefined).map(besideCluster),
    ...differing("location", values.location, cluster.location),
    ...differing("project-id", values["project-id"], cluster.project),
    ...(location === undefined ? [missing("location", "a region or a zone", "europe-west1")] : []),
    ...(project === undefined ? [missing("project-id", "a project id", "my-project")] : []),
    ...strayMembership(values),
  ];
  return foundUnless(problems, {
    kind: "gke",
    project: project ?? "",
    location: location ?? "",
    cluster: cluster.cluster,
    endpoint: values.endpoint ?? "auto",
    fleetMembership: values["fleet-membership"],
    quotaProject: values["quota-project-id"],
  });
}

/** The runner passes defaults on as if they were set: `auto` says nothing. */
const isSet = (value: string | undefined): boolean => value !== undefined && value !== "auto";

const foundUnless = (problems: readonly Problem[], where: Where): Found =>
  problems.length === 0 ? { kind: "found", where } : { kind: "wrong", problems };

const projectFrom = (env: Readonly<Record<string, string | undefined>>): string | undefined =>
  PROJECT_VARIABLES.map((name) => env[name]?.trim()).find(Boolean);

const problem = (input: string, text: string): Problem => ({ input, reason: "InvalidInput", text });

const needsCluster = (name: string): Problem =>
  problem(
    name,
    `Input "${name}" belongs to a GKE cluster, and "cluster" is not set; set it, for example "prod"`,
  );

const besideCluster = (name: string): Problem =>
  problem(name, `Input "${name}" and input "cluster" both say which cluster; set one of them`);

const missing = (name: string, expected: string, example: string): Problem =>
  problem(
    name,
    `Input "${name}" is not set, and "cluster" is a bare name; expected ${expected}, for example "${example}", or "cluster" as projects/PROJECT/locations/LOCATION/clusters/NAME`,
  );

function differing(
  name: string,
  given: string | undefined,
  inCluster: string | undefined,
): readonly Problem[] {
  if (given === undefined || inCluster === undefined || given === inCluster) return [];
  return [
    problem(
      name,
      `Input "${name}" is "${given}", and the name in "cluster" says "${inCluster}"; leave it out, or make both the same`,
    ),
  ];
}

function strayMembership({ endpoint, "fleet-membership": membership }: WhereValues): readonly Problem[] {
  if (membership === undefined || endpoint === "connect-gateway") return [];
  return [
    problem(
      "fleet-membership",
      `Input "fleet-membership" is for endpoint "connect-gateway", and "endpoint" is "${endpoint ?? "auto"}"`,
    ),
  ];
}
