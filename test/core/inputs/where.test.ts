import { describe, expect, test } from "vitest";
import { parseInputs } from "../../../src/core/inputs.ts";
import { ActionError } from "../../../src/core/reason.ts";

const BASE = { workload: "web", image: "registry.example.com/web:1" };
const whereOf = (inputs: Record<string, string>, env: Record<string, string> = {}) =>
  parseInputs(new Map(Object.entries({ ...BASE, ...inputs })), env).inputs.where;

/** What is said of inputs that cannot be right; the runner passes the default of `endpoint` on. */
function refused(inputs: Record<string, string>, env: Record<string, string> = {}): readonly string[] {
  try {
    whereOf({ endpoint: "auto", ...inputs }, env);
  } catch (error) {
    if (error instanceof ActionError && error.reason === "InvalidInput") {
      return error.detail.length > 0 ? error.detail : [error.message];
    }
    throw error;
  }
  throw new Error("it was accepted");
}

const FULL = "projects/shop-prod/locations/europe-west1/clusters/prod";
const PROD = {
  kind: "gke",
  project: "shop-prod",
  location: "europe-west1",
  cluster: "prod",
  endpoint: "auto",
  fleetMembership: undefined,
  quotaProject: undefined,
};

describe("which cluster", () => {
  test("is a kubeconfig's where no cluster is named, whatever default the runner passes on", () => {
    expect(whereOf({ endpoint: "auto" })).toEqual({
      kind: "kubeconfig",
      kubeconfig: undefined,
      context: undefined,
    });
  });

  test("is told whole by a full name", () => {
    expect(whereOf({ cluster: FULL })).toEqual(PROD);
    expect(whereOf({ cluster: FULL, location: "europe-west1", "project-id": "shop-prod" })).toEqual(PROD);
  });

  test("is told by a bare name with location and project", () => {
    expect(whereOf({ cluster: "prod", location: "europe-west1", "project-id": "shop-prod" })).toEqual(PROD);
  });

  test.each(["europe-west1-b", "us-central1-ai1a", "u-france-east1", "u-germany-northeast1-a"])(
    "is in any location that Google may have, as %s",
    (location) => {
      const named = { cluster: "prod", location, "project-id": "shop-prod" };
      expect(whereOf(named)).toMatchObject({ location });
      const full = { cluster: `projects/shop-prod/locations/${location}/clusters/prod` };
      expect(whereOf(full)).toMatchObject({ location });
    },
  );

  test.each(["GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "GCP_PROJECT", "CLOUDSDK_CORE_PROJECT"])(
    "takes the project from %s",
    (name) => {
      expect(whereOf({ cluster: "prod", location: "europe-west1" }, { [name]: "shop-prod" })).toEqual(PROD);
    },
  );

  test("prefers the input, then the full name, then the variables in their order", () => {
    const env = { GCLOUD_PROJECT: "second-one", GOOGLE_CLOUD_PROJECT: "first-one" };
    const bare = { cluster: "prod", location: "europe-west1" };
    expect(whereOf(bare, env)).toMatchObject({ project: "first-one" });
    expect(whereOf({ cluster: FULL }, env)).toMatchObject({ project: "shop-prod" });
    expect(whereOf({ ...bare, "project-id": "shop-prod" }, env)).toMatchObject({ project: "shop-prod" });
  });

  test("comes with the door and who pays", () => {
    expect(
      whereOf({
        cluster: FULL,
        endpoint: "connect-gateway",
        "fleet-membership": "prod",
        "quota-project-id": "billing-1",
      }),
    ).toMatchObject({ endpoint: "connect-gateway", fleetMembership: "prod", quotaProject: "billing-1" });
  });
});

describe("which cluster cannot be told", () => {
  test("by a bare name alone: location and project are both asked for", () => {
    const [location, project] = refused({ cluster: "prod" });
    expect(location).toMatch(
      /^Input "location" is not set, and "cluster" is a bare name; expected a region or a zone/,
    );
    expect(project).toMatch(/^Input "project-id" is not set/);
  });

  test("by a cluster and a kubeconfig", () => {
    expect(refused({ cluster: FULL, kubeconfig: "a.yaml", context: "c" })).toEqual([
      'Input "kubeconfig" and input "cluster" both say which cluster; set one of them',
      'Input "context" and input "cluster" both say which cluster; set one of them',
    ]);
  });

  test("by names that differ", () => {
    expect(refused({ cluster: FULL, location: "europe-west2" })).toEqual([
      'Input "location" is "europe-west2", and the name in "cluster" says "europe-west1"; leave it out, or make both the same',
    ]);
  });

  test("by what belongs to a cluster, without one", () => {
    expect(refused({ endpoint: "dns", location: "europe-west1" })).toEqual([
      'Input "location" belongs to a GKE cluster, and "cluster" is not set; set it, for example "prod"',
      'Input "endpoint" belongs to a GKE cluster, and "cluster" is not set; set it, for example "prod"',
    ]);
  });

  test("by a membership for another door", () => {
    expect(refused({ cluster: FULL, "fleet-membership": "prod" })).toEqual([
      'Input "fleet-membership" is for endpoint "connect-gateway", and "endpoint" is "auto"',
    ]);
  });

  test.each([
    ["cluster", "Prod", "a cluster name has a-z"],
    ["cluster", "projects/p/clusters/c", "projects/PROJECT/locations"],
    ["cluster", "projects/shop-prod/locations/Europe/clusters/prod", "neither a region nor a zone"],
    ["location", "Europe", "a region or a zone"],
    ["location", "europe_west1", "a region or a zone"],
    ["location", "europe-west1-", "a region or a zone"],
    ["project-id", "123456789", "it is a project number"],
    ["endpoint", "internal", "one of auto, public, private, dns, connect-gateway"],
  ])("by %s: %s", (name, value, said) => {
    expect(refused({ cluster: FULL, [name]: value }).join("\n")).toContain(said);
  });
});
