import type { Form } from "./forms.ts";
import { ok, wrong } from "./parsed.ts";

/** A GKE cluster as the input names it; project and location are known where the full name is given. */
export interface ClusterName {
  readonly project: string | undefined;
  readonly location: string | undefined;
  readonly cluster: string;
}

const FULL = /^projects\/([^/]+)\/locations\/([^/]+)\/clusters\/([^/]+)$/;
/** Source: GKE API v1, `Cluster.name`: lower case letters, digits and hyphens, at most 40 characters. */
const CLUSTER = /^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$/;
/** Source: Resource Manager API v3, `Project.projectId`, with the domain of older, domain-scoped projects. */
const PROJECT = /^(?:[a-z0-9.-]+:)?[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$/;
/** `europe-west1`, `us-central1-ai1a`, `u-germany-northeast1-a`, …: which there are, only the API knows. */
const LOCATION = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/;
const MEMBERSHIP =
  /^(?:projects\/[^/]+\/locations\/[^/]+\/(?:memberships|gkeMemberships)\/)?[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** The input `cluster`: a bare name, or the full resource name. */
export const clusterName: Form<ClusterName> = {
  expected: "the name of a GKE cluster, bare or as projects/PROJECT/locations/LOCATION/clusters/NAME",
  parse: (text) => {
    const [, project, location, cluster = text] = FULL.exec(text) ?? [];
    if (!CLUSTER.test(cluster))
      return wrong(
        cluster.includes("/") ? "" : "a cluster name has a-z, 0-9 and - only, and at most 40 characters",
      );
    if (project !== undefined && !PROJECT.test(project)) return wrong(`${project} is no project id`);
    if (location !== undefined && !LOCATION.test(location))
      return wrong(`${location} is neither a region nor a zone`);
    return ok({ project, location, cluster });
  },
};

const matching = (expression: RegExp, expected: string, why: (text: string) => string): Form<string> => ({
  expected,
  parse: (text) => (expression.test(text) ? ok(text) : wrong(why(text))),
});

/** The input `location`. */
export const location = matching(LOCATION, "a region or a zone", () => "");

/** The inputs `project-id` and `quota-project-id`. */
export const projectId = matching(PROJECT, "a project id", (text) =>
  /^\d+$/.test(text) ? "it is a project number" : "",
);

/** The input `fleet-membership`. */
export const membership = matching(
  MEMBERSHIP,
  "the name of a fleet membership, bare or as projects/PROJECT/locations/LOCATION/memberships/NAME",
  () => "",
);
