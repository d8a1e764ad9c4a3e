import { expect, test } from "vitest";
import type { GkeCluster } from "../../../src/core/inputs/where.ts";
import { type Answer, hangUp, json, refuse } from "../kubernetes/fake-api.ts";
import {
  CLUSTER_PATH,
  credentialJson,
  environment,
  type FakeGoogle,
  fakeGoogle,
  find,
  hostOf,
  PRINCIPAL,
  refusal,
  writeCredentials,
} from "./fake-google.ts";

const LIST_PATH = "/v1/projects/proj-1/locations/-/clusters";
const READ = "Cannot read cluster shop in europe-west1 of project proj-1";

/** What the search ends with, once `prepare` has spoilt something. */
async function failure(
  prepare: (google: FakeGoogle) => void,
  wanted: Partial<GkeCluster> = {},
): Promise<unknown> {
  const google = await fakeGoogle();
  prepare(google);
  return find(environment(google), wanted).catch((error: unknown) => error);
}

const answering =
  (answer: Answer, listed?: Answer) =>
  ({ answers }: FakeGoogle): void => {
    answers[CLUSTER_PATH] = answer;
    if (listed !== undefined) answers[LIST_PATH] = listed;
  };

const binding = (role: string, project = "proj-1"): string =>
  `gcloud projects add-iam-policy-binding ${project} --role=${role} --member="${PRINCIPAL}" --condition=None`;

test("a cluster that may not be read is told with permission, role and principal", async () => {
  const says =
    'Required "container.clusters.get" permission(s) for "projects/proj-1/locations/europe-west1/clusters/shop".';
  expect(await failure(answering(refusal(403, "PERMISSION_DENIED", says)))).toMatchObject({
    reason: "PermissionDenied",
    message: `${READ}: 403 for ${PRINCIPAL}, which lacks the permission container.clusters.get; grant it roles/container.clusterViewer`,
    detail: [
      binding("roles/container.clusterViewer"),
      "If proj-1 is not the project of the cluster, set `project-id`",
      `Google says: ${says}`,
    ],
  });
});

test.each<[string, Answer, Partial<GkeCluster>, object]>([
  [
    "whose API is off",
    refusal(403, "PERMISSION_DENIED", "Kubernetes Engine API has not been used", "SERVICE_DISABLED", {
      service: "container.googleapis.com",
      consumer: "projects/proj-1",
    }),
    {},
    {
      reason: "PermissionDenied",
      message: `${READ}: the API container.googleapis.com is off in project proj-1; switch it on: gcloud services enable container.googleapis.com --project=proj-1`,
    },
  ],
  [
    "of a project that is none",
    refusal(403, "PERMISSION_DENIED", "Project not found", "CONSUMER_INVALID", {
      consumer: "projects/proj-1",
    }),
    {},
    {
      reason: "PermissionDenied",
      message: `${READ}: project proj-1 does not exist, or is deleted; set \`project-id\` to the right one`,
    },
  ],
  [
    "charged to a project that is closed to us",
    refusal(403, "PERMISSION_DENIED", "Caller does not have required permission", "USER_PROJECT_DENIED", {
      consumer: "projects/payer-1",
    }),
    { quotaProject: "payer-1" },
    {
      reason: "PermissionDenied",
      message: `${READ}: ${PRINCIPAL} may not charge project payer-1; grant it roles/serviceusage.serviceUsageConsumer there, or leave \`quota-project-id\` out`,
      detail: [
        binding("roles/serviceusage.serviceUsageConsumer", "payer-1"),
        "Google says: Caller does not have required permission",
      ],
    },
  ],
  [
    "beyond the scopes of the machine",
    refusal(403, "PERMISSION_DENIED", "insufficient scopes", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", {
      method: "google.container.v1.ClusterManager.GetCluster",
    }),
    {},
    {
      reason: "PermissionDenied",
      message: `${READ}: the access token of ${PRINCIPAL} has too few scopes, whatever its roles are; give the machine or node pool of the runner the scope cloud-platform`,
      detail: ["Google says: insufficient scopes"],
    },
  ],
  [
    "inside a perimeter",
    refusal(403, "PERMISSION_DENIED", "Request is prohibited", "SECURITY_POLICY_VIOLATED", { uid: "u-1" }),
    {},
    {
      reason: "PermissionDenied",
      message: `${READ}: VPC Service Controls keep ${PRINCIPAL} out, whatever its roles are; have an ingress rule or access level of the perimeter admit it, or run inside (troubleshooting token u-1)`,
      detail: ["Google says: Request is prohibited"],
    },
  ],
  [
    "without billing",
    refusal(403, "PERMISSION_DENIED", "This API method requires billing", "BILLING_DISABLED", {
      consumer: "projects/proj-1",
    }),
    {},
    {
      reason: "PermissionDenied",
      message: `${READ}: billing is off in project proj-1; link it to a billing account: gcloud billing projects link proj-1 --billing-account=ACCOUNT`,
    },
  ],
  [
    "closed for a reason of its own",
    refusal(403, "PERMISSION_DENIED", "Not from there", "LOCATION_POLICY_VIOLATED"),
    {},
    {
      reason: "PermissionDenied",
      message: `${READ}: 403 (LOCATION_POLICY_VIOLATED) for ${PRINCIPAL}, which may lack the permission container.clusters.get; it is in roles/container.clusterViewer`,
      detail: [
        binding("roles/container.clusterViewer"),
        "If proj-1 is not the project of the cluster, set `project-id`",
        "Google says: Not from there",
      ],
    },
  ],
  [
    "that IAM closes",
    refusal(403, "PERMISSION_DENIED", "denied", "IAM_PERMISSION_DENIED", {
      permission: "container.clusters.get",
    }),
    {},
    {
      message: `${READ}: 403 for ${PRINCIPAL}, which lacks the permission container.clusters.get; grant it roles/container.clusterViewer`,
    },
  ],
  [
    "beyond a quota",
    refuse(429, {}, { "retry-after": "0" }),
    {},
    {
      reason: "ApiUnavailable",
      message: expect.stringMatching(
        /: 127\.0\.0\.1:\d+ answered 429, also when tried again: a quota is used up; run again later, or have it raised$/,
      ),
    },
  ],
  [
    "whose API is down",
    refusal(503, "UNAVAILABLE", "The service is currently unavailable."),
    {},
    {
      reason: "ApiUnavailable",
      message: expect.stringMatching(/: 127\.0\.0\.1:\d+ answered 503, also when tried again$/),
      detail: ["Google says: The service is currently unavailable."],
    },
  ],
  [
    "whose API breaks off",
    hangUp,
    {},
    {
      reason: "ApiUnavailable",
      message: expect.stringMatching(/ broke off \(UND_ERR_SOCKET: .*\), also when tried again$/),
    },
  ],
  [
    "whose API does not take a fresh token",
    refusal(401, "UNAUTHENTICATED", "Request had invalid authentication credentials."),
    {},
    {
      reason: "AuthenticationFailed",
      message: expect.stringMatching(/: 401 from 127\.0\.0\.1:\d+, also with a fresh token, for principal:/),
    },
  ],
])("a cluster %s is told", async (_, answer, wanted, expected) => {
  expect(await failure(answering(answer), wanted)).toMatchObject(expected);
});

/** The credentials of a user, who charge a project of their own. */
const userFile = (google: FakeGoogle): string =>
  writeCredentials({ ...credentialJson("federation", google.api.url), quota_project_id: "payer-1" });

test.each<[string, (google: FakeGoogle) => Record<string, string>, string]>([
  [
    "the environment",
    () => ({ GOOGLE_CLOUD_QUOTA_PROJECT: "payer-1" }),
    "grant it roles/serviceusage.serviceUsageConsumer there, or unset GOOGLE_CLOUD_QUOTA_PROJECT",
  ],
  [
    "the credentials",
    (google) => ({ GOOGLE_APPLICATION_CREDENTIALS: userFile(google) }),
    "grant it roles/serviceusage.serviceUsageConsumer there, or take `quota_project_id` out of the credentials' file",
  ],
  ["nobody", () => ({}), "grant it roles/serviceusage.serviceUsageConsumer there"],
])(
  "a project that may not be charged, named by %s, is told with what to do instead",
  async (_, more, advice) => {
    const google = await fakeGoogle();
    answering(
      refusal(403, "PERMISSION_DENIED", "no", "USER_PROJECT_DENIED", { consumer: "projects/payer-1" }),
    )(google);
    await expect(find({ ...environment(google), ...more(google) })).rejects.toMatchObject({
      message: `${READ}: ${PRINCIPAL} may not charge project payer-1; ${advice}`,
    });
  },
);

test("a Container API that cannot be reached is told", async () => {
  const google = await fakeGoogle();
  const env = { ...environment(google), CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINER: "https://127.0.0.1:1" };
  await expect(find(env)).rejects.toMatchObject({
    reason: "ClusterUnreachable",
    message: expect.stringMatching(
      /: 127\.0\.0\.1:1 cannot be reached from this runner \(ECONNREFUSED: .*\); does it need a proxy \(HTTPS_PROXY\), or a firewall rule\?$/,
    ),
  });
});

const NOT_FOUND = refusal(
  404,
  "NOT_FOUND",
  "Not found: projects/proj-1/locations/europe-west1/clusters/shop.",
);

test.each<[string, Answer, string]>([
  [
    "its location, when it is elsewhere",
    json({
      clusters: [
        { name: "shop", location: "us-east1-b" },
        { name: "a", location: "europe-west1" },
      ],
    }),
    "it is in us-east1-b: set `location`",
  ],
  [
    "the clusters that there are",
    json({
      clusters: [
        { name: "a", location: "europe-west1" },
        { name: "b", location: "us-east1" },
      ],
    }),
    "the project has a in europe-west1, b in us-east1: check `cluster` and `location`",
  ],
  ["that there are none", json({}), "the project has no clusters at all: check `project-id`"],
  [
    "that they could not be listed",
    refusal(403, "PERMISSION_DENIED", "no"),
    "check `cluster`, `location` and `project-id`; clusters nearby could not be listed",
  ],
])("a cluster that is not there is told with %s", async (_, listed, advice) => {
  expect(await failure(answering(NOT_FOUND, listed))).toMatchObject({
    reason: "ClusterNotFound",
    message: `No cluster shop in europe-west1 of project proj-1; ${advice}`,
    detail: ["Google says: Not found: projects/proj-1/locations/europe-west1/clusters/shop."],
  });
});

test("a location that does not exist is told with where the cluster is", async () => {
  const says = 'Location "europe-west1" does not exist.';
  const listed = json({ clusters: [{ name: "shop", location: "us-east1-b" }] });
  expect(await failure(answering(refusal(400, "INVALID_ARGUMENT", says), listed))).toMatchObject({
    reason: "ClusterNotFound",
    message: "No cluster shop in europe-west1 of project proj-1; it is in us-east1-b: set `location`",
    detail: [`Google says: ${says}`],
  });
});

test.each([
  ["PROVISIONING", "is still being created; run again when it is RUNNING"],
  ["STOPPING", "is being deleted"],
  ["ERROR", "cannot be used any more"],
])("a cluster in status %s is refused, with its conditions", async (status, what) => {
  const conditions = [{ canonicalCode: "RESOURCE_EXHAUSTED", message: "GCE quota exceeded" }];
  const error = await failure(({ cluster }) => void Object.assign(cluster, { status, conditions }));
  expect(error).toMatchObject({
    reason: "ClusterUnreachable",
    message: `Cluster shop in europe-west1 of project proj-1 ${what} (status ${status})`,
    detail: ["GCE quota exceeded"],
  });
});

test("an endpoint that the cluster has not is told with those that it has", async () => {
  expect(await failure(() => undefined, { endpoint: "private" })).toMatchObject({
    reason: "ClusterUnreachable",
    message:
      "Cluster shop in europe-west1 has no private endpoint that is switched on; it has `endpoint: public`",
  });
});

/** A cluster with nothing but a DNS endpoint, which answers so. */
const dnsAnswering = (answer: Answer) => (google: FakeGoogle) => {
  const endpoint = hostOf(google.api).replace("127.0.0.1", "localhost");
  google.cluster.controlPlaneEndpointsConfig = {
    dnsEndpointConfig: { endpoint, allowExternalTraffic: true },
    ipEndpointsConfig: { enabled: false },
  };
  google.answers["/version"] = answer;
};

test("a DNS endpoint closed by IAM is told with permission and roles", async () => {
  const says = "Permission 'container.clusters.connect' denied on resource";
  const answer = refusal(403, "PERMISSION_DENIED", says, "IAM_PERMISSION_DENIED", {
    permission: "container.clusters.connect",
  });
  expect(await failure(dnsAnswering(answer))).toMatchObject({
    reason: "PermissionDenied",
    message: expect.stringMatching(
      /^Cannot use the DNS endpoint of cluster shop \(localhost:\d+\): IAM, which is asked before the cluster, answered 403: principal:\S+ lacks the permission container\.clusters\.connect; grant it roles\/container\.viewer, which holds it \(as does roles\/container\.developer\), or a custom role with this one permission$/,
    ),
    detail: [
      binding("roles/container.viewer"),
      expect.stringMatching(new RegExp(`^dns .*: 403 for .*: ${says}$`)),
    ],
  });
});

const PAGE_403 =
  (text: string): Answer =>
  (response) =>
    void response.writeHead(403, { "content-type": "text/html" }).end(`<html><h1>${text}</h1></html>`);

test("a page that closes a DNS endpoint is IAM's only if it names the permission", async () => {
  const iam = PAGE_403("Permission 'container.clusters.connect' denied");
  expect(await failure(dnsAnswering(iam))).toMatchObject({
    reason: "PermissionDenied",
    message: expect.stringMatching(/: IAM, which is asked before the cluster, answered 403: /),
  });
  expect(await failure(dnsAnswering(PAGE_403("Error 403 (Forbidden)")))).toMatchObject({
    reason: "PermissionDenied",
    message: expect.stringMatching(
      /^Cannot use the DNS endpoint of cluster shop \(localhost:\d+\): something before the cluster answered 403: external traffic that is not allowed \(yet\), VPC Service Controls, or a proxy; if it is none of these, check that principal:\S+ has roles\/container\.viewer$/,
    ),
    detail: [
      binding("roles/container.viewer"),
      expect.stringMatching(/^dns .*: 403 for .*: Error 403 \(Forbidden\)$/),
    ],
  });
});

test.each<[string, Answer, object]>([
  [
    "knows nobody",
    refuse(401, { reason: "Unauthorized" }),
    {
      reason: "AuthenticationFailed",
      message: expect.stringMatching(/: it answered 401 for principal:\S+, also with a fresh token; /),
    },
  ],
  [
    "is down",
    refuse(503, { reason: "ServiceUnavailable", message: "not yet" }),
    {
      reason: "ApiUnavailable",
      message: expect.stringMatching(
        /: it answered 503 \(not yet\); the control plane may be restarting, run again later$/,
      ),
    },
  ],
  [
    "is none of Kubernetes",
    refuse(404, { reason: "NotFound", message: "no such page" }),
    {
      reason: "ClusterUnreachable",
      message: expect.stringMatching(/: it answered 404, which no Kubernetes API server does/),
    },
  ],
])("an endpoint that %s is told", async (_, answer, expected) => {
  expect(await failure(({ answers }) => void Object.assign(answers, { "/version": answer }))).toMatchObject(
    expected,
  );
});

/** A cluster with a DNS endpoint that answers so, and a private one that answers nobody here. */
const besidePrivate = (answer: Answer) => (google: FakeGoogle) => {
  dnsAnswering(answer)(google);
  const config = Object(google.cluster.controlPlaneEndpointsConfig);
  config.ipEndpointsConfig = { enablePublicEndpoint: false, privateEndpoint: "127.0.0.1:1" };
};

test.each<[string, Answer, object]>([
  [
    "IAM closes",
    refusal(403, "PERMISSION_DENIED", "no"),
    {
      reason: "PermissionDenied",
      message: expect.stringMatching(/^Cannot use the DNS endpoint .*; grant it roles\/container\.viewer/),
      detail: [
        binding("roles/container.viewer"),
        expect.stringMatching(/^dns .*: 403 for /),
        expect.stringMatching(/^private .*ECONNREFUSED/),
      ],
    },
  ],
  [
    "is down",
    refuse(503, { message: "not yet" }),
    {
      reason: "ApiUnavailable",
      message: expect.stringMatching(/^Cannot use the DNS endpoint .* answered 503/),
    },
  ],
])("an endpoint of auto that %s is told, whatever the silent ones are", async (_, answer, expected) => {
  expect(await failure(besidePrivate(answer))).toMatchObject(expected);
});

test("of endpoints that refuse, the one that refuses us is told, not the one that is down", async () => {
  const denied = refusal(403, "PERMISSION_DENIED", "no");
  const down = refuse(503, { message: "not yet" });
  const byHost: Answer = (response, got) =>
    (got.headers.host?.startsWith("localhost") ? down : denied)(response, got);
  const error = await failure((google) => {
    besidePrivate(byHost)(google);
    const config = Object(google.cluster.controlPlaneEndpointsConfig);
    config.ipEndpointsConfig.privateEndpoint = hostOf(google.api);
  });
  expect(error).toMatchObject({
    reason: "PermissionDenied",
    message: expect.stringMatching(/^Cannot use the private endpoint .*: 403 for /),
  });
});

test("an API server that keeps its version to itself is good enough", async () => {
  const google = await fakeGoogle();
  google.answers["/version"] = refuse(403, { reason: "Forbidden", message: "no" });
  expect((await find(environment(google))).door.kind).toBe("public");
});
