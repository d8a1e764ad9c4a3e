import { expect, test } from "vitest";
import type { GkeCluster } from "../../../src/core/inputs/where.ts";
import { json, refuse } from "../kubernetes/fake-api.ts";
import { environment, type FakeGoogle, fakeGoogle, find, PRINCIPAL, refusal } from "./fake-google.ts";

const HUB_PATH = "/v1/projects/proj-1/locations/-/memberships";
const PROJECT_PATH = "/v3/projects/proj-1";
const LINK = "//container.googleapis.com/projects/proj-1/locations/europe-west1/clusters/shop";

const membership = (location: string, name = "shop", resourceLink = LINK) => ({
  name: `projects/proj-1/locations/${location}/memberships/${name}`,
  endpoint: { gkeCluster: { resourceLink } },
});

async function withFleet(...resources: readonly object[]): Promise<FakeGoogle> {
  const google = await fakeGoogle();
  google.answers[HUB_PATH] = json(resources.length === 0 ? {} : { resources });
  google.answers[PROJECT_PATH] = json({ name: "projects/42", projectId: "proj-1" });
  return google;
}

const look = (google: FakeGoogle, wanted: Partial<GkeCluster> = {}) =>
  find(environment(google), { endpoint: "connect-gateway", ...wanted });

test.each(["global", "europe-west1"])(
  "findGkeCluster() finds a membership in %s, and lists instead of watching",
  async (location) => {
    const google = await withFleet(membership(location));
    const { door } = await look(google);
    expect(door).toMatchObject({
      kind: "connect-gateway",
      lists: true,
      access: {
        cluster: {
          server: `${google.api.url}/v1/projects/42/locations/${location}/gkeMemberships/shop`,
          skipTLSVerify: false,
        },
      },
    });
    expect(door.access.cluster).not.toHaveProperty("caData");
    const asked = google.api.got.find((got) => got.path === HUB_PATH);
    expect(asked?.query.get("filter")).toBe(`endpoint.gkeCluster.resourceLink="${LINK}"`);
  },
);

test("findGkeCluster() believes the cluster where it names its membership itself", async () => {
  const google = await withFleet();
  google.cluster.fleet = {
    membership: "//gkehub.googleapis.com/projects/7/locations/global/memberships/shop",
  };
  const { door } = await look(google);
  expect(door.access.cluster.server).toBe(
    `${google.api.url}/v1/projects/7/locations/global/gkeMemberships/shop`,
  );
  expect([google.count(HUB_PATH), google.count(PROJECT_PATH)]).toEqual([0, 0]);
});

test("findGkeCluster() takes the membership that is named", async () => {
  const google = await withFleet(membership("europe-west1", "other"), membership("us-east1"));
  const { door } = await look(google, { fleetMembership: "shop" });
  expect(door.access.cluster.server).toMatch(/\/locations\/us-east1\/gkeMemberships\/shop$/);
});

const NAMED = "projects/proj-1/locations/us-east1/memberships/shop";

test.each<[string, object]>([
  ["names the cluster", { gkeCluster: { resourceLink: LINK } }],
  ["names it by the number of its project", { gkeCluster: { resourceLink: LINK.replace("proj-1", "42") } }],
  ["names none", {}],
])("findGkeCluster() reads the membership of a full name, which %s, and no list", async (_, endpoint) => {
  const google = await withFleet();
  google.answers[`/v1/${NAMED}`] = json({ name: NAMED, endpoint });
  for (const fleetMembership of [NAMED, NAMED.replace("memberships", "gkeMemberships")]) {
    const { door } = await look(google, { fleetMembership });
    expect(door.access.cluster.server).toMatch(/\/42\/locations\/us-east1\/gkeMemberships\/shop$/);
  }
  expect(google.count(HUB_PATH)).toBe(0);
});

test.each([
  LINK.replace("shop", "prod"),
  LINK.replace("proj-1", "proj-2"),
  LINK.replace("europe-west1", "us-east1"),
])("findGkeCluster() refuses a full name whose membership is of another cluster: %s", async (link) => {
  const google = await withFleet(membership("global"));
  google.answers[`/v1/${NAMED}`] = json(membership("us-east1", "shop", link));
  await expect(look(google, { fleetMembership: NAMED })).rejects.toMatchObject({
    reason: "ClusterNotFound",
    message: `Fleet membership ${NAMED} is not of cluster shop in europe-west1 of project proj-1, but of ${link}: correct \`fleet-membership\`, or leave it out`,
  });
});

test("a membership of a full name that may not be read is told with the smallest role", async () => {
  const google = await withFleet();
  google.answers[`/v1/${NAMED}`] = refusal(403, "PERMISSION_DENIED", "no");
  await expect(look(google, { fleetMembership: NAMED })).rejects.toMatchObject({
    message: `Cannot read the fleet membership ${NAMED}: 403 for ${PRINCIPAL}, which lacks the permission gkehub.memberships.get; grant it roles/gkehub.viewer`,
  });
});

test("locations of the fleet that could not be asked are told", async () => {
  const google = await withFleet();
  google.answers[HUB_PATH] = json({ unreachable: ["us-east1", "projects/42/locations/asia-east1"] });
  await expect(look(google)).rejects.toMatchObject({
    reason: "ClusterNotFound",
    message: expect.stringMatching(
      /; it may be in us-east1 or asia-east1, which did not answer: run again later$/,
    ),
  });
});

test("findGkeCluster() never takes a membership of another cluster", async () => {
  const foreign = membership("global", "prod", LINK.replace("shop", "prod"));
  const google = await withFleet(foreign, membership("global"));
  await expect(look(google, { fleetMembership: "prod" })).rejects.toMatchObject({
    reason: "ClusterNotFound",
    message:
      "Fleet membership prod is not of cluster shop in europe-west1; its membership is shop in global: correct `fleet-membership`, or leave it out",
  });
});

test("findGkeCluster() reads every page of memberships", async () => {
  const google = await withFleet();
  google.answers[HUB_PATH] = (response, got) =>
    (got.query.has("pageToken")
      ? json({ resources: [membership("us-east1")] })
      : json({ nextPageToken: "two" }))(response, got);
  expect((await look(google)).door.access.cluster.server).toMatch(/us-east1/);
});

test.each(["europe-west1-b", "us-central1-ai1a"])(
  "findGkeCluster() knows clusters of the zone %s by their old name too",
  async (location) => {
    const google = await fakeGoogle();
    const link = `//container.googleapis.com/projects/proj-1/zones/${location}/clusters/shop`;
    google.answers[`/v1/projects/proj-1/locations/${location}/clusters/shop`] = json(google.cluster);
    google.answers[HUB_PATH] = json({ resources: [membership("global", "shop", link)] });
    google.answers[PROJECT_PATH] = json({ name: "projects/42" });
    expect((await look(google, { location })).door.kind).toBe("connect-gateway");
  },
);

test("a cluster in no fleet is told with how to register it", async () => {
  await expect(look(await withFleet())).rejects.toMatchObject({
    reason: "ClusterNotFound",
    message:
      "No fleet membership of cluster shop in europe-west1 was found in any location of project proj-1; register it: gcloud container fleet memberships register shop --gke-cluster=europe-west1/shop --project=proj-1 --enable-workload-identity, or name the one of another fleet project in `fleet-membership`",
  });
});

test.each([
  [
    HUB_PATH,
    "find the fleet membership of cluster shop in project proj-1",
    "gkehub.memberships.list",
    "roles/gkehub.viewer",
  ],
  [PROJECT_PATH, "read the number of project proj-1", "resourcemanager.projects.get", "roles/browser"],
])(
  "a fleet that may not be read (%s) is told with the smallest role",
  async (path, doing, permission, role) => {
    const google = await withFleet(membership("global"));
    google.answers[path] = refusal(403, "PERMISSION_DENIED", "no");
    await expect(look(google)).rejects.toMatchObject({
      reason: "PermissionDenied",
      message: `Cannot ${doing}: 403 for ${PRINCIPAL}, which lacks the permission ${permission}; grant it ${role}`,
    });
  },
);

test("a membership whose name the API does not understand is told with the inputs to check", async () => {
  const google = await withFleet();
  google.answers[HUB_PATH] = refusal(400, "INVALID_ARGUMENT", "Invalid filter");
  await expect(look(google)).rejects.toMatchObject({
    reason: "ClusterNotFound",
    message: expect.stringMatching(
      /: 400 from 127\.0\.0\.1:\d+; check `location`, `cluster` and `project-id`$/,
    ),
  });
});

test("a gateway closed by IAM is told with the role", async () => {
  const google = await withFleet(membership("global"));
  google.answers["/v1/projects/42/locations/global/gkeMemberships/shop/version"] = refusal(
    403,
    "PERMISSION_DENIED",
    "no",
  );
  await expect(look(google)).rejects.toMatchObject({
    reason: "PermissionDenied",
    message: expect.stringMatching(
      /^Cannot use the Connect Gateway of cluster shop .*lacks the permission gkehub\.gateway\.get; grant it roles\/gkehub\.gatewayEditor$/,
    ),
    // In the fleet's project, which need not be the cluster's.
    detail: expect.arrayContaining([
      `gcloud projects add-iam-policy-binding 42 --role=roles/gkehub.gatewayEditor --member="${PRINCIPAL}" --condition=None`,
    ]),
  });
});

test("a gateway that is off is told with the command that switches it on", async () => {
  const google = await withFleet(membership("global"));
  const off = refusal(403, "PERMISSION_DENIED", "off", "SERVICE_DISABLED", {
    service: "connectgateway.googleapis.com",
    consumer: "projects/42",
  });
  google.answers["/v1/projects/42/locations/global/gkeMemberships/shop/version"] = off;
  await expect(look(google)).rejects.toMatchObject({
    message: expect.stringMatching(
      /switch it on: gcloud services enable connectgateway\.googleapis\.com --project=42$/,
    ),
  });
});

test("the public endpoint is offered where the gateway is down", async () => {
  const google = await withFleet(membership("global"));
  google.answers["/v1/projects/42/locations/global/gkeMemberships/shop/version"] = refuse(503, {
    message: "down",
  });
  await expect(look(google)).rejects.toMatchObject({
    reason: "ApiUnavailable",
    detail: [
      expect.stringMatching(/^connect-gateway .*: down$/),
      expect.stringMatching(/^public .*: reachable$/),
    ],
  });
});

test("a gateway behind a perimeter is told as that, not as a missing role", async () => {
  const google = await withFleet(membership("global"));
  google.answers["/v1/projects/42/locations/global/gkeMemberships/shop/version"] = refusal(
    403,
    "PERMISSION_DENIED",
    "prohibited",
    "SECURITY_POLICY_VIOLATED",
  );
  await expect(look(google)).rejects.toMatchObject({
    reason: "PermissionDenied",
    message: expect.stringMatching(
      /^Cannot use the Connect Gateway .*: VPC Service Controls keep principal:/,
    ),
    detail: expect.not.arrayContaining([expect.stringContaining("add-iam-policy-binding")]),
  });
});
