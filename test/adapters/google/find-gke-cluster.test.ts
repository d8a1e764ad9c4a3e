import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { baseOf } from "../../../src/adapters/google/google-apis.ts";
import { inTurn, json, serveApi, stall } from "../kubernetes/fake-api.ts";
import { serveProxy } from "../kubernetes/fake-proxy.ts";
import {
  ACCOUNT,
  CLUSTER_PATH,
  type Credential,
  credentialJson,
  environment,
  fakeGoogle,
  find,
  hostOf,
  IAM_PATH,
  KEY_PATH,
  METADATA_PATH,
  OIDC_PATH,
  PRINCIPAL,
  refusal,
  STS_PATH,
  writeCredentials,
} from "./fake-google.ts";

const ROBOT = `service account ${ACCOUNT}`;

test.each<[Credential, string, readonly string[]]>([
  ["federation", PRINCIPAL, [OIDC_PATH, STS_PATH]],
  ["impersonation", ROBOT, [OIDC_PATH, STS_PATH, IAM_PATH]],
  ["key", ROBOT, [KEY_PATH]],
])("findGkeCluster() signs in by %s, as %s, with one exchange", async (kind, identity, paths) => {
  const google = await fakeGoogle();
  const { door, lines, masked } = await find(environment(google, kind));
  expect(door).toMatchObject({
    kind: "public",
    lists: false,
    access: { cluster: { server: google.api.url } },
  });
  expect(door.authenticator.as).toBe(identity);
  expect(google.api.got.map((got) => got.path)).toEqual([...paths, CLUSTER_PATH, "/version"]);
  for (const secret of google.secrets) expect(masked).toContain(secret);
  for (const secret of masked) expect(lines.join("\n")).not.toContain(secret);
  expect(new Set(masked).size).toBe(masked.length);
});

test("findGkeCluster() signs in by the metadata server, past the proxy", async () => {
  const [google, metadata] = [await fakeGoogle(), await fakeGoogle("http")];
  // Both hand out tokens of the same names, so that the one accepts those of the other.
  google.answers[CLUSTER_PATH] = json(google.cluster);
  google.answers["/version"] = json({});
  const env = {
    ...environment(google, "metadata"),
    GCE_METADATA_HOST: hostOf(metadata.api),
    HTTP_PROXY: "http://127.0.0.1:1",
  };
  const { door } = await find(env);
  expect(door.authenticator.as).toBe(ROBOT);
  const asked = metadata.api.got.find((got) => got.path === METADATA_PATH);
  expect(asked?.headers["metadata-flavor"]).toBe("Google");
  expect(asked?.query.get("scopes")).toBe(
    "https://www.googleapis.com/auth/cloud-platform,https://www.googleapis.com/auth/userinfo.email",
  );
});

test("findGkeCluster() asks for the scopes that let Kubernetes see an address", async () => {
  const google = await fakeGoogle();
  await find(environment(google, "impersonation"));
  const asked = google.api.got.find((got) => got.path === IAM_PATH);
  expect(JSON.parse(asked?.body ?? "").scope).toEqual([
    "https://www.googleapis.com/auth/cloud-platform",
    "https://www.googleapis.com/auth/userinfo.email",
  ]);
});

test("findGkeCluster() masks the key, the proofs and the request token of a sign-in", async () => {
  const google = await fakeGoogle();
  const [federated, env] = [await find(environment(google)), environment(google, "key")];
  expect(federated.masked).toContain("request-token");
  expect(federated.masked).toContain(google.secrets[0]);
  const { masked } = await find(env);
  const { private_key } = JSON.parse(readFileSync(env.GOOGLE_APPLICATION_CREDENTIALS ?? "", "utf8"));
  expect(masked).toContain(private_key);
  const { body } = google.api.got.find((got) => got.path === KEY_PATH) ?? { body: "" };
  expect(masked).toContain(new URLSearchParams(body).get("assertion"));
});

test("findGkeCluster() writes no file", async () => {
  const google = await fakeGoogle();
  const env = environment(google);
  const directory = path.dirname(env.GOOGLE_APPLICATION_CREDENTIALS ?? "");
  await find(env);
  expect(readdirSync(directory)).toEqual(["gha-creds.json"]);
  expect(readdirSync(env.HOME ?? "")).toEqual([]);
});

test("findGkeCluster() charges the quota project, where one is given", async () => {
  const google = await fakeGoogle();
  await find(environment(google));
  await find(environment(google), { quotaProject: "payer-1" });
  const charged = google.api.got
    .filter((got) => got.path === CLUSTER_PATH)
    .map((got) => got.headers["x-goog-user-project"]);
  expect(charged).toEqual([undefined, "payer-1"]);
});

test("findGkeCluster() stops at the signal while it signs in", async () => {
  const stop = new AbortController();
  const reason = new Error("cancelled");
  const google = await fakeGoogle();
  google.answers[STS_PATH] = () => stop.abort(reason);
  await expect(find(environment(google), {}, { signal: stop.signal })).rejects.toBe(reason);
});

test("findGkeCluster() goes by the proxy for sign-in, Google and the cluster alike, and leaves it out for NO_PROXY", async () => {
  const [google, proxy] = [await fakeGoogle(), await serveProxy()];
  const env = { ...environment(google), HTTPS_PROXY: proxy.url };
  await find(env);
  const tunnels = proxy.asked.length;
  expect(new Set(proxy.asked.map(({ target }) => target))).toEqual(new Set([hostOf(google.api)]));
  // OIDC, STS, Container API, and the look at the endpoint.
  expect(tunnels).toBe(4);
  await find({ ...env, NO_PROXY: "127.0.0.0/8" });
  expect(proxy.asked).toHaveLength(tunnels);
});

test("findGkeCluster() takes the next endpoint of auto when IAM closes the first", async () => {
  const google = await fakeGoogle();
  const dns = `localhost:${new URL(google.api.url).port}`;
  Object.assign(google.cluster, endpoints({ private: hostOf(google.api), dns }));
  google.answers["/version"] = inTurn(
    refusal(403, "PERMISSION_DENIED", "container.clusters.connect"),
    json({}),
  );
  expect((await find(environment(google))).door.kind).toBe("private");
});

test("findGkeCluster() tells the page of a workload, and what the cluster is", async () => {
  const google = await fakeGoogle();
  google.cluster.autopilot = { enabled: true };
  const { door, lines } = await find(environment(google));
  expect(door.consoleUrl({ kind: "Deployment", namespace: "n", name: "web" })).toBe(
    "https://console.cloud.google.com/kubernetes/deployment/europe-west1/shop/n/web/overview?project=proj-1",
  );
  expect(door.facts).toMatchObject({ autopilot: true, version: "1.36.3-gke.1", status: "RUNNING" });
  expect(lines).toContain(
    `Signed in to Google Cloud as ${PRINCIPAL}; cluster shop in europe-west1 of project proj-1 is Autopilot, version 1.36.3-gke.1, RUNNING`,
  );
});

test("findGkeCluster() finds a cluster of another universe, of whose console it tells no page", async () => {
  const google = await fakeGoogle();
  const universe_domain = "apis-universe.example";
  const file = writeCredentials({ ...credentialJson("federation", google.api.url), universe_domain });
  const env = { ...environment(google), GOOGLE_APPLICATION_CREDENTIALS: file };
  const location = "u-germany-northeast1-a";
  google.answers[`/v1/projects/proj-1/locations/${location}/clusters/shop`] = json(google.cluster);
  const { door } = await find(env, { location });
  expect(door.kind).toBe("public");
  expect(door.consoleUrl({ kind: "Deployment", namespace: "n", name: "web" })).toBe("");
  expect(baseOf("container", { env: {}, universe: universe_domain })).toBe(
    "https://container.apis-universe.example",
  );
});

test("findGkeCluster() goes on, and says so, while the cluster is being changed", async () => {
  const google = await fakeGoogle();
  google.cluster = { ...google.cluster, status: "DEGRADED", conditions: [{ message: "out of quota" }] };
  const { lines } = await find(environment(google));
  expect(lines).toContain("Cluster shop is degraded: out of quota");
});

/** A cluster with these hosts; a DNS endpoint allows external traffic. */
const endpoints = (
  hosts: { public?: string; private?: string; dns?: string },
  networks?: readonly string[],
) => ({
  endpoint: hosts.public ?? hosts.private ?? hosts.dns,
  controlPlaneEndpointsConfig: {
    ...(hosts.dns ? { dnsEndpointConfig: { endpoint: hosts.dns, allowExternalTraffic: true } } : {}),
    ipEndpointsConfig: {
      enabled: Boolean(hosts.public ?? hosts.private),
      enablePublicEndpoint: Boolean(hosts.public),
      publicEndpoint: hosts.public,
      privateEndpoint: hosts.private,
      ...(networks
        ? {
            authorizedNetworksConfig: {
              enabled: true,
              cidrBlocks: networks.map((cidrBlock) => ({ cidrBlock })),
            },
          }
        : {}),
    },
  },
});

/** Nothing listens at port 1. */
const NOWHERE = "127.0.0.1:1";

test("findGkeCluster() takes DNS, by a publicly trusted certificate, where authorised networks limit the rest", async () => {
  const google = await fakeGoogle();
  const dns = `localhost:${new URL(google.api.url).port}`;
  Object.assign(google.cluster, endpoints({ public: NOWHERE, dns }, ["192.0.2.0/24"]));
  const { door, lines } = await find(environment(google));
  expect(door.kind).toBe("dns");
  expect(door.access.cluster).toEqual({
    name: "gke_proj-1_europe-west1_shop",
    server: `https://${dns}`,
    skipTLSVerify: false,
  });
  expect(lines).toContain(
    `Endpoint: dns (${dns}): it allows external traffic, and the public endpoint is for authorised networks only (192.0.2.0/24)`,
  );
});

test("findGkeCluster() takes the next endpoint of auto when the first is silent", async () => {
  const [google, silent] = [await fakeGoogle(), await serveApi(stall)];
  Object.assign(google.cluster, endpoints({ public: hostOf(silent), private: hostOf(google.api) }));
  const { door } = await find(environment(google));
  expect(door.kind).toBe("private");
});

test("findGkeCluster() stops at the signal while it looks at endpoints", async () => {
  const stop = new AbortController();
  const reason = new Error("cancelled");
  const google = await fakeGoogle();
  google.answers["/version"] = () => stop.abort(reason);
  await expect(find(environment(google), {}, { signal: stop.signal })).rejects.toBe(reason);
});

test.each<[string, Parameters<typeof endpoints>, string, readonly RegExp[]]>([
  [
    "public",
    [{ public: NOWHERE, dns: "dns" }, ["192.0.2.0/24"]],
    "Cannot reach cluster shop in europe-west1 from this runner by the public endpoint; `endpoint: dns` can be: use that",
    [
      /^public \(127\.0\.0\.1:1\): ECONNREFUSED: .*; it is for authorised networks only \(192\.0\.2\.0\/24\), and packets from elsewhere are dropped$/,
      /^dns \(localhost:\d+\): reachable$/,
    ],
  ],
  [
    "private",
    [{ private: NOWHERE }],
    "Cannot reach cluster shop in europe-west1 from this runner by the private endpoint; the DNS endpoint would be reachable from everywhere, with IAM before it: gcloud container clusters update shop --location=europe-west1 --project=proj-1 --enable-dns-access; or use `endpoint: connect-gateway`, or a runner inside its networks",
    [
      /^private \(127\.0\.0\.1:1\): ECONNREFUSED: .*; it is reached from inside the VPC network of the cluster only$/,
    ],
  ],
])(
  "findGkeCluster() says which endpoint could be reached instead of %s, and why that one cannot",
  async (endpoint, [hosts, networks], message, detail) => {
    const google = await fakeGoogle();
    const dns = `localhost:${new URL(google.api.url).port}`;
    Object.assign(google.cluster, endpoints({ ...hosts, ...(hosts.dns ? { dns } : {}) }, networks));
    await expect(find(environment(google), { endpoint: endpoint as "public" })).rejects.toMatchObject({
      reason: "ClusterUnreachable",
      message,
      detail: detail.map((line) => expect.stringMatching(line)),
    });
  },
);

test("findGkeCluster() gives up within its time when every endpoint is silent", async () => {
  const google = await fakeGoogle();
  const [one, other] = [await serveApi(stall), await serveApi(stall)];
  Object.assign(google.cluster, endpoints({ public: hostOf(one), private: hostOf(other) }));
  await expect(
    find(environment(google), {}, { probePace: { allMs: 300, headStartMs: 50 } }),
  ).rejects.toMatchObject({
    reason: "ClusterUnreachable",
    message: expect.stringMatching(
      /by the public endpoint and the private endpoint; the DNS endpoint would be/,
    ),
    detail: [
      expect.stringMatching(/^public \(.*\): no answer; a firewall/),
      expect.stringMatching(/^private \(.*\): no answer; it is reached from inside/),
    ],
  });
});
