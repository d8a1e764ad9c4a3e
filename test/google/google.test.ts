import { readFileSync } from "node:fs";
import type { V1SelfSubjectReview } from "@kubernetes/client-node";
import { EnvHttpProxyAgent, request } from "undici";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Cluster } from "../cluster/cluster.ts";
import { sharedCluster } from "../cluster/shared.ts";
import type { CredentialKind } from "./credential-file.ts";
import type { EnvOptions } from "./environment.ts";
import { type GoogleDouble, type GoogleOptions, startGoogle } from "./google.ts";
import { CLOUD_PLATFORM, EMAIL, signJwt } from "./tokens.ts";
import type { Facts, SignInTrouble } from "./world.ts";

let cluster: Cluster;
beforeAll(async () => {
  cluster = await sharedCluster();
});
afterAll(() => cluster.stop());

interface Asking {
  readonly method?: "GET" | "POST" | "PATCH";
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** PEM of whom to trust; default: what the environment says. */
  readonly ca?: string;
  readonly patienceMs?: number;
}

interface Got {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever comes, tests look into it
  readonly body: any;
}

/** A runner with the environment of a double: what it asks goes as the action's requests go. */
class Runner {
  readonly env: Record<string, string>;

  constructor(google: GoogleDouble, options?: EnvOptions) {
    this.env = google.env(options);
  }

  async ask(url: string, asking: Asking = {}): Promise<Got> {
    const { method = "GET", token, headers, body, patienceMs = 10_000 } = asking;
    const ca = asking.ca ?? readFileSync(this.env.NODE_EXTRA_CA_CERTS ?? "", "utf8");
    const dispatcher = new EnvHttpProxyAgent({
      httpsProxy: this.env.HTTPS_PROXY ?? "",
      httpProxy: "",
      noProxy: this.env.NO_PROXY ?? "",
      allowH2: false,
      connect: { ca },
      requestTls: { ca },
    });
    try {
      const answer = await request(url, {
        method,
        dispatcher,
        headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }) },
        body: body ?? null,
        signal: AbortSignal.timeout(patienceMs),
      });
      const text = await answer.body.text();
      return { status: answer.statusCode, body: /^[{[]/.test(text) ? JSON.parse(text) : text };
    } finally {
      await dispatcher.destroy();
    }
  }

  form(url: string, fields: Record<string, string>): Promise<Got> {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return this.ask(url, { method: "POST", headers, body: String(new URLSearchParams(fields)) });
  }

  /** Makes an access token of what the environment has, step by step; the first step that fails ends it. */
  async signIn(scopes = `${CLOUD_PLATFORM} ${EMAIL}`): Promise<Got & { token: string; seconds: number }> {
    const got = await this.#exchange(scopes);
    const { access_token, accessToken, expires_in } = got.body;
    return { ...got, token: access_token ?? accessToken ?? "", seconds: expires_in };
  }

  #exchange(scopes: string): Promise<Got> {
    const { GOOGLE_APPLICATION_CREDENTIALS: path, GCE_METADATA_HOST: host } = this.env;
    if (path === undefined) {
      const headers = { "metadata-flavor": "Google" };
      return this.ask(`http://${host}/computeMetadata/v1/instance/service-accounts/default/token`, {
        headers,
      });
    }
    const file = JSON.parse(readFileSync(path, "utf8"));
    if (file.type === "external_account") return this.#federate(file, scopes);
    if (file.type === "service_account") return this.#signed(file, scopes);
    const { client_id, client_secret, refresh_token } = file;
    const form = { grant_type: "refresh_token", client_id, client_secret, refresh_token };
    return this.form("https://oauth2.googleapis.com/token", form);
  }

  async #federate(file: Record<string, never>, scopes: string): Promise<Got> {
    const { url, headers, format } = file.credential_source as unknown as {
      url: string;
      headers: Record<string, string>;
      format: { subject_token_field_name: string };
    };
    const idToken = await this.ask(url, { headers });
    if (idToken.status !== 200) return idToken;
    const federated = await this.form(file.token_url ?? "", {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      audience: file.audience ?? "",
      scope: file.service_account_impersonation_url ? CLOUD_PLATFORM : scopes,
      requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
      subject_token: idToken.body[format.subject_token_field_name],
      subject_token_type: file.subject_token_type ?? "",
    });
    if (federated.status !== 200 || !file.service_account_impersonation_url) return federated;
    return this.ask(file.service_account_impersonation_url, {
      method: "POST",
      token: federated.body.access_token,
      body: JSON.stringify({ scope: scopes.split(" "), lifetime: "3600s" }),
    });
  }

  #signed(file: Record<string, string>, scope: string): Promise<Got> {
    const iat = Math.floor(Date.now() / 1000);
    const claims = {
      iss: file.client_email,
      scope,
      aud: "https://oauth2.googleapis.com/token",
      iat,
      exp: iat + 3600,
    };
    const assertion = signJwt(claims, { privateKey: file.private_key ?? "", publicKey: "" });
    const form = { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion };
    return this.form(file.token_uri ?? "", form);
  }
}

/** A double that ends with the test, and a runner with a credential of it. */
async function start({ env, ...options }: GoogleOptions & { env?: EnvOptions } = {}) {
  const google = await startGoogle(cluster, options);
  onTestFinished(() => google[Symbol.asyncDispose]());
  return { google, runner: new Runner(google, env) };
}

/** A clock that stands, on a whole second, since tokens end on one. */
const standing = (): (() => number) => {
  const now = Math.floor(Date.now() / 1000) * 1000;
  return () => now;
};

const clusterUrl = ({ fronts, facts }: GoogleDouble): string =>
  `${fronts.container.url}/v1/projects/${facts.project}/locations/${facts.location}/clusters/${facts.cluster}`;

/** The cluster's own authority, as the Container API tells it. */
async function clusterCa(google: GoogleDouble, runner: Runner, token: string): Promise<string> {
  const { body } = await runner.ask(clusterUrl(google), { token });
  return Buffer.from(body.masterAuth.clusterCaCertificate, "base64").toString();
}

const REVIEW = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

const review = (token: string, ca?: string): Asking => ({
  method: "POST",
  token,
  ...(ca && { ca }),
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" }),
});

/** Who the API server thinks we are. */
const userSeen = ({ body }: Got): string | undefined =>
  (body as V1SelfSubjectReview).status?.userInfo?.username;

describe("sign-in", () => {
  test.each<[CredentialKind, string, number | undefined]>([
    [
      "direct",
      "principal://iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/github/subject/repo:shop/web:ref:refs/heads/main",
      300,
    ],
    ["service-account", "deployer@shop-prod.iam.gserviceaccount.com", undefined],
    ["key-file", "deployer@shop-prod.iam.gserviceaccount.com", 3599],
    ["metadata", "deployer@shop-prod.iam.gserviceaccount.com", 3599],
    ["user", "jane@example.com", 3599],
  ])("%s makes a token that the API server knows as %s", async (credential, user, seconds) => {
    const { google, runner } = await start({ env: { credential }, now: standing() });
    const signedIn = await runner.signIn();
    expect(signedIn).toMatchObject({ status: 200, seconds });
    const ca = await clusterCa(google, runner, signedIn.token);
    const seen = await runner.ask(`${google.fronts.public.url}${REVIEW}`, review(signedIn.token, ca));
    expect(userSeen(seen)).toBe(user);
    expect(google.user(credential)).toBe(user);
  });

  test("exchanges are counted, each where it happens", async () => {
    const { google, runner } = await start({ env: { credential: "service-account" } });
    await runner.signIn();
    await runner.signIn();
    expect(google.exchanges).toMatchObject({ oidc: 2, sts: 2, iam: 2, oauth: 0, metadata: 0, container: 0 });
  });

  test("without the scope for the address Kubernetes sees a service account by its number", async () => {
    const { google, runner } = await start({ env: { credential: "key-file" } });
    const { token } = await runner.signIn(CLOUD_PLATFORM);
    const ca = await clusterCa(google, runner, token);
    const seen = await runner.ask(`${google.fronts.public.url}${REVIEW}`, review(token, ca));
    expect(userSeen(seen)).toBe("117000000000000000001");
    const { token: weak } = await runner.signIn(EMAIL);
    const refused = await runner.ask(clusterUrl(google), { token: weak });
    expect(refused.body.error.details[0].reason).toBe("ACCESS_TOKEN_SCOPE_INSUFFICIENT");
  });

  test.each<[SignInTrouble, CredentialKind, number, string]>([
    ["job-ended", "direct", 400, "Can't issue ID_TOKEN for job in 'Completed' state"],
    ["no-provider", "direct", 400, "invalid_target"],
    ["condition", "direct", 400, "rejected by the attribute condition"],
    ["audience", "service-account", 400, "does not match the expected audience"],
    ["no-account", "service-account", 404, "Gaia id not found"],
    ["key-deleted", "key-file", 400, "Invalid JWT Signature"],
    ["revoked", "user", 400, "expired or revoked"],
  ])("trouble: %s", async (trouble, credential, status, text) => {
    const { google, runner } = await start({ env: { credential } });
    google.trouble.signIn = trouble;
    const failed = await runner.signIn();
    expect(failed.status).toBe(status);
    expect(JSON.stringify(failed.body)).toContain(text);
    google.trouble.signIn = undefined;
    expect((await runner.signIn()).status).toBe(200);
  });

  test("a service account that may not be impersonated, an API that is off", async () => {
    const { google, runner } = await start({ env: { credential: "service-account" } });
    google.trouble.denied.add("iam.serviceAccounts.getAccessToken");
    expect(await runner.signIn()).toMatchObject({
      status: 403,
      body: { error: { message: expect.stringContaining("iam.serviceAccounts.getAccessToken") } },
    });
    google.trouble.disabled.add("iamcredentials.googleapis.com");
    expect((await runner.signIn()).body.error.details[0].reason).toBe("SERVICE_DISABLED");
  });

  test("a job without the bearer gets no ID token, and a metadata server wants its header", async () => {
    const { google, runner } = await start({ env: { credential: "metadata" } });
    expect((await runner.ask(`${google.fronts.oidc.url}/idtoken/x?audience=y`)).status).toBe(401);
    expect((await runner.ask(`${google.fronts.metadata.url}/computeMetadata/v1/instance`)).status).toBe(403);
  });
});

describe("tokens", () => {
  test("end when their time is over, at every door, and with expireTokens()", async () => {
    let now = standing()();
    const { google, runner } = await start({ now: () => now });
    const { token } = await runner.signIn();
    const ca = await clusterCa(google, runner, token);
    const version = () => runner.ask(`${google.fronts.public.url}/version`, { token, ca });
    now += 299_000;
    expect((await version()).status).toBe(200);
    now += 2_000;
    expect(await version()).toMatchObject({ status: 401, body: { kind: "Status", reason: "Unauthorized" } });
    expect(await runner.ask(clusterUrl(google), { token })).toMatchObject({
      status: 401,
      body: { error: { status: "UNAUTHENTICATED" } },
    });
    const { token: next } = await runner.signIn();
    expect((await runner.ask(clusterUrl(google), { token: next })).status).toBe(200);
    google.expireTokens();
    expect((await runner.ask(clusterUrl(google), { token: next })).status).toBe(401);
  });

  test("live as long as the facts say", async () => {
    const { runner } = await start({ facts: { tokenLifetimeSeconds: 90 }, now: standing() });
    expect((await runner.signIn()).seconds).toBe(90);
  });

  test("are told as secrets, with keys, bearers, JWTs and the proxy's password", async () => {
    const { google, runner } = await start({
      proxy: { password: "pass word" },
      env: { credential: "service-account" },
    });
    const { token } = await runner.signIn();
    const secrets = google.secrets();
    const idTokens = secrets.filter((secret) => secret.startsWith("eyJ"));
    expect(secrets).toEqual(
      expect.arrayContaining([
        token,
        "pass word",
        runner.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN,
        expect.stringContaining("BEGIN PRIVATE KEY"),
        expect.stringMatching(/^ya29\.d\./),
      ]),
    );
    expect(idTokens).toHaveLength(2);
  });
});

describe("cluster", () => {
  async function described(facts: Partial<Facts>): Promise<{ google: GoogleDouble; body: Got["body"] }> {
    const { google, runner } = await start({ facts });
    const { token } = await runner.signIn();
    return { google, body: (await runner.ask(clusterUrl(google), { token })).body };
  }

  test("has every endpoint, as usual", async () => {
    const { google, body } = await described({});
    const [open, near] = [google.fronts.public, google.fronts.private].map(({ url }) => new URL(url).host);
    expect(body).toMatchObject({
      name: "prod",
      status: "RUNNING",
      endpoint: open,
      controlPlaneEndpointsConfig: {
        dnsEndpointConfig: { endpoint: "gke-0123.europe-west1.gke.goog", allowExternalTraffic: true },
        ipEndpointsConfig: {
          enabled: true,
          enablePublicEndpoint: true,
          publicEndpoint: open,
          privateEndpoint: near,
        },
      },
      fleet: { membership: "//gkehub.googleapis.com/projects/shop-prod/locations/global/memberships/prod" },
    });
    expect(near).toMatch(/^127\.0\.0\.2:/);
    expect(body).not.toHaveProperty("autopilot");
    expect(body).not.toHaveProperty("masterAuthorizedNetworksConfig");
  });

  test("leaves out what it has not", async () => {
    const { google, body } = await described({
      publicEndpoint: false,
      dnsExternalTraffic: false,
      autopilot: true,
      authorizedNetworks: ["203.0.113.0/24"],
      namesMembership: false,
      status: "RECONCILING",
    });
    const near = new URL(google.fronts.private.url).host;
    expect(body).toMatchObject({ endpoint: near, autopilot: { enabled: true }, status: "RECONCILING" });
    expect(body.controlPlaneEndpointsConfig).toEqual({
      dnsEndpointConfig: { endpoint: "gke-0123.europe-west1.gke.goog", allowExternalTraffic: false },
      ipEndpointsConfig: {
        enabled: true,
        enablePublicEndpoint: false,
        privateEndpoint: near,
        authorizedNetworksConfig: {
          enabled: true,
          cidrBlocks: [{ displayName: "office", cidrBlock: "203.0.113.0/24" }],
        },
      },
    });
    expect(body).not.toHaveProperty("fleet");
  });

  test("tells its node pools, and how far they scale", async () => {
    const { body } = await described({
      nodePools: [
        { name: "web", most: { perZone: 3 } },
        {
          name: "gpu",
          most: { inTotal: 4 },
          status: "ERROR",
          taints: [{ key: "gpu", effect: "NO_SCHEDULE" }],
        },
        { name: "fixed", config: { machineType: "g2-standard-4", spot: true } },
      ],
      autoprovisioning: { cpu: 64, memory: 256 },
    });
    expect(body.autoscaling).toEqual({
      enableNodeAutoprovisioning: true,
      resourceLimits: [
        { resourceType: "cpu", maximum: "64" },
        { resourceType: "memory", maximum: "256" },
      ],
    });
    expect(body.nodePools).toMatchObject([
      { name: "web", status: "RUNNING", autoscaling: { enabled: true, maxNodeCount: 3 } },
      {
        name: "gpu",
        status: "ERROR",
        autoscaling: { totalMaxNodeCount: 4 },
        config: { taints: [{ key: "gpu" }] },
      },
      { name: "fixed", config: { machineType: "g2-standard-4", imageType: "COS_CONTAINERD", spot: true } },
    ]);
    const [web, , fixed] = body.nodePools as { instanceGroupUrls: string[] }[];
    expect(fixed).not.toHaveProperty("autoscaling");
    expect(web?.instanceGroupUrls).toContain(
      "https://www.googleapis.com/compute/v1/projects/shop-prod/zones/europe-west1-c/instanceGroupManagers/gke-prod-web-0000000c-grp",
    );
  });

  test("is shaped at last by the test, and listed with others", async () => {
    const { google, runner } = await start({
      facts: {
        shape: ({ controlPlaneEndpointsConfig: _, ...old }) => old,
        otherClusters: [{ name: "stage", location: "us-east1" }],
      },
    });
    const { token } = await runner.signIn();
    const got = await runner.ask(clusterUrl(google), { token });
    expect(got.body).not.toHaveProperty("controlPlaneEndpointsConfig");
    const list = await runner.ask(
      `${google.fronts.container.url}/v1/projects/shop-prod/locations/-/clusters`,
      { token },
    );
    expect(list.body.clusters.map(({ name }: { name: string }) => name)).toEqual(["prod", "stage"]);
  });

  test.each<[string, (google: GoogleDouble) => void, number, string, string]>([
    [
      "a permission that is missing",
      ({ trouble }) => trouble.denied.add("container.clusters.get"),
      403,
      "IAM_PERMISSION_DENIED",
      'Required "container.clusters.get" permission(s) for "projects/shop-prod/locations/europe-west1/clusters/prod".',
    ],
    [
      "an API that is off",
      ({ trouble }) => trouble.disabled.add("container.googleapis.com"),
      403,
      "SERVICE_DISABLED",
      "Kubernetes Engine API has not been used in project 123456789 before or it is disabled.",
    ],
    [
      "a quota that is used up",
      ({ trouble }) => trouble.exhausted.add("container.googleapis.com"),
      429,
      "RATE_LIMIT_EXCEEDED",
      "Quota exceeded for quota metric",
    ],
    [
      "a quota project that may not be charged",
      ({ trouble }) => trouble.denied.add("serviceusage.services.use"),
      403,
      "USER_PROJECT_DENIED",
      "Caller does not have required permission to use project shop-billing.",
    ],
  ])("%s is refused as Google refuses it", async (_, make, status, reason, message) => {
    const { google, runner } = await start();
    const { token } = await runner.signIn();
    const ask = () =>
      runner.ask(clusterUrl(google), { token, headers: { "x-goog-user-project": "shop-billing" } });
    expect((await ask()).status).toBe(200);
    make(google);
    const { status: got, body } = await ask();
    expect([got, body.error.code, body.error.details[0].reason]).toEqual([status, status, reason]);
    expect(body.error.message).toContain(message);
  });

  test("another project and another cluster are not there", async () => {
    const { google, runner } = await start();
    const { token } = await runner.signIn();
    const at = (project: string, name: string) =>
      runner.ask(
        `${google.fronts.container.url}/v1/projects/${project}/locations/europe-west1/clusters/${name}`,
        { token },
      );
    expect((await at("shop-typo", "prod")).body.error.details[0].reason).toBe("CONSUMER_INVALID");
    const missing = await at("shop-prod", "web");
    expect(missing.body.error).toMatchObject({
      code: 404,
      message: "Not found: projects/shop-prod/locations/europe-west1/clusters/web.",
    });
  });
});

describe("doors", () => {
  const DEPLOYMENTS = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const ROLE = [
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name: "reader" },
      rules: [{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["list"] }],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "reader" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "nodes" },
      rules: [{ apiGroups: [""], resources: ["nodes"], verbs: ["list"] }],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "nodes" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "nodes" },
    },
  ];

  test("all lead to the API server as the same user, whose rights hold", async () => {
    const { google, runner } = await start({
      facts: { memberships: [{ location: "europe-west1", name: "fleet" }] },
    });
    const [ours, theirs] = [await cluster.namespace(), await cluster.namespace()];
    const user = google.user("direct");
    await cluster.user(user, ours, ROLE);
    const { token } = await runner.signIn();
    const ca = await clusterCa(google, runner, token);
    const { fronts } = google;
    const doors: [string, string | undefined][] = [
      [fronts.public.url, ca],
      [fronts.private.url, ca],
      ["https://gke-0123.europe-west1.gke.goog", undefined],
      [`${fronts.gateway.url}/v1/projects/123456789/locations/europe-west1/gkeMemberships/fleet`, undefined],
    ];
    for (const [server, trusted] of doors) {
      const options = { token, ...(trusted && { ca: trusted }) };
      expect(userSeen(await runner.ask(`${server}${REVIEW}`, review(token, trusted)))).toBe(user);
      // The authoriser takes a moment to know it.
      await expect
        .poll(async () => (await runner.ask(`${server}${DEPLOYMENTS(ours)}`, options)).status)
        .toBe(200);
      expect((await runner.ask(`${server}/api/v1/nodes?limit=1`, options)).status).toBe(200);
      const forbidden = await runner.ask(`${server}${DEPLOYMENTS(theirs)}`, options);
      expect(forbidden).toMatchObject({ status: 403, body: { message: expect.stringContaining(user) } });
      expect((await runner.ask(`${server}/version`, { ...options, token: "ya29.d.wrong" })).status).toBe(401);
    }
  });

  test("the IP endpoints have an authority of their own, which is not that of Google's names", async () => {
    const { google, runner } = await start();
    const { token } = await runner.signIn();
    const ca = await clusterCa(google, runner, token);
    await expect(runner.ask(`${google.fronts.public.url}/version`, { token })).rejects.toThrow(/certificate/);
    await expect(runner.ask("https://gke-0123.europe-west1.gke.goog/version", { token, ca })).rejects.toThrow(
      /certificate/,
    );
  });

  test("the public one is silent to whom the authorised networks leave out", async () => {
    const { google, runner } = await start();
    const { token } = await runner.signIn();
    const ca = await clusterCa(google, runner, token);
    const version = () => runner.ask(`${google.fronts.public.url}/version`, { token, ca, patienceMs: 1_000 });
    google.facts.authorizedNetworks = ["203.0.113.0/24", "10.0.0.0/8"];
    await expect(version()).rejects.toThrow(/abort|timeout/i);
    google.facts.authorizedNetworks = ["203.0.113.0/24", "127.0.0.0/8"];
    expect((await version()).status).toBe(200);
  });

  test("the private one can be out of reach, silent or refused", async () => {
    const { google, runner } = await start();
    const { token } = await runner.signIn();
    const ca = await clusterCa(google, runner, token);
    const version = () =>
      runner.ask(`${google.fronts.private.url}/version`, { token, ca, patienceMs: 1_000 });
    await google.fronts.private.setLine("silent");
    await expect(version()).rejects.toThrow(/abort|timeout/i);
    await google.fronts.private.setLine("refused");
    await expect(version()).rejects.toThrow(/ECONNREFUSED/);
    await google.fronts.private.setLine("open");
    expect((await version()).status).toBe(200);
  });

  test("the DNS one asks IAM first, and wants external traffic allowed", async () => {
    const { google, runner } = await start();
    const { token } = await runner.signIn();
    const version = () => runner.ask("https://gke-0123.europe-west1.gke.goog/version", { token });
    expect((await version()).status).toBe(200);
    google.trouble.denied.add("container.clusters.connect");
    expect((await version()).body.error.message).toContain("container.clusters.connect");
    google.trouble.denied.clear();
    google.facts.dnsExternalTraffic = false;
    expect((await version()).status).toBe(403);
  });

  test("the gateway wants number, place and kind of the membership, its API and its permission", async () => {
    const { google, runner } = await start();
    const { token } = await runner.signIn();
    const version = (path: string) =>
      runner.ask(`${google.fronts.gateway.url}/v1/${path}/version`, { token });
    const right = "projects/123456789/locations/global/gkeMemberships/prod";
    expect((await version(right)).body).toMatchObject({ gitVersion: expect.any(String) });
    expect((await version(right.replace("123456789", "shop-prod"))).status).toBe(400);
    expect((await version(right.replace("global", "us-east1"))).status).toBe(404);
    expect((await version(right.replace("gkeMemberships", "memberships"))).status).toBe(404);
    google.trouble.denied.add("gkehub.gateway.get");
    expect((await version(right)).body.error.message).toContain("gkehub.gateway.get");
    google.trouble.disabled.add("connectgateway.googleapis.com");
    expect((await version(right)).body.error.details[0].reason).toBe("SERVICE_DISABLED");
    expect(google.fronts.gateway.count({ watch: true })).toBe(0);
  });

  test("faults are injected at a door, and what reached the API server is counted", async () => {
    const { google, runner } = await start();
    const { token } = await runner.signIn();
    const ca = await clusterCa(google, runner, token);
    const { public: door } = google.fronts;
    door.fault({ method: "PATCH" }, { kind: "reset", when: "after" }, 1);
    door.fault({ method: "PATCH" }, { kind: "answer", status: 503, headers: { "retry-after": "1" } }, 1);
    const patch = () =>
      runner.ask(`${door.url}${DEPLOYMENTS("default")}/web`, {
        method: "PATCH",
        token,
        ca,
        headers: { "content-type": "application/json-patch+json" },
        body: "[]",
      });
    expect((await patch()).status).toBe(503);
    expect(door.count({ method: "PATCH" })).toBe(0);
    await expect(patch()).rejects.toThrow(/other side closed|ECONNRESET/);
    expect((await patch()).status).toBe(403);
    expect(door.count({ method: "PATCH" })).toBe(2);
  });
});

describe("fleet", () => {
  test("memberships are listed everywhere and in one place, filtered, by pages", async () => {
    const { google, runner } = await start({
      facts: {
        memberships: [
          {
            location: "global",
            name: "other",
            resourceLink: "//container.googleapis.com/projects/x/locations/y/clusters/z",
          },
          { location: "europe-west1", name: "prod" },
        ],
      },
    });
    const { token } = await runner.signIn();
    const list = async (location: string, query = "") => {
      const url = `${google.fronts.hub.url}/v1/projects/shop-prod/locations/${location}/memberships${query}`;
      const { body } = await runner.ask(url, { token });
      return { ...body, names: (body.resources ?? []).map(({ name }: { name: string }) => name) };
    };
    const [other, ours] = [
      "projects/shop-prod/locations/global/memberships/other",
      "projects/shop-prod/locations/europe-west1/memberships/prod",
    ];
    expect((await list("-")).names).toEqual([other, ours]);
    expect((await list("global")).names).toEqual([other]);
    expect(await list("us-east1")).toEqual({ names: [] });
    const link = "//container.googleapis.com/projects/shop-prod/locations/europe-west1/clusters/prod";
    const filter = encodeURIComponent(`endpoint.gkeCluster.resourceLink="${link}"`);
    expect((await list("-", `?filter=${filter}`)).names).toEqual([ours]);
    expect((await list("-", "?filter=name%3Dx")).error.code).toBe(400);
    const first = await list("-", "?pageSize=1");
    expect((await list("-", `?pageSize=1&pageToken=${first.nextPageToken}`)).names).toEqual([ours]);
    google.trouble.denied.add("gkehub.memberships.list");
    expect((await list("-")).error.message).toContain("gkehub.memberships.list");
  });

  test("a project has a number, for who may see it", async () => {
    const { google, runner } = await start();
    const { token } = await runner.signIn();
    const get = (path: string) => runner.ask(`${google.fronts.resourceManager.url}${path}`, { token });
    expect((await get("/v3/projects/shop-prod")).body).toMatchObject({ name: "projects/123456789" });
    expect((await get("/v1/projects/123456789")).body).toMatchObject({ projectId: "shop-prod" });
    expect((await get("/v3/projects/shop-typo")).status).toBe(403);
    google.trouble.denied.add("resourcemanager.projects.get");
    expect((await get("/v3/projects/shop-prod")).status).toBe(403);
  });
});

describe("proxy", () => {
  test("leads Google's own names to the double, and nowhere else; loopback goes without it", async () => {
    const { google, runner } = await start({ env: { credential: "service-account", hosts: "real" } });
    const { token } = await runner.signIn();
    const url = clusterUrl(google).replace(google.fronts.container.url, "https://container.googleapis.com");
    expect((await runner.ask(url, { token })).body.name).toBe("prod");
    expect(google.proxy.tunnels.map(({ target }) => target)).toEqual([
      expect.stringContaining(".actions.githubusercontent.com:443"),
      "sts.googleapis.com:443",
      "iamcredentials.googleapis.com:443",
      "container.googleapis.com:443",
    ]);
    await runner.ask(clusterUrl(google), { token });
    expect(google.proxy.count()).toBe(4);
    await expect(runner.ask("https://example.com/")).rejects.toThrow(/403/);
    google.proxy.refuses = 502;
    await expect(runner.ask(url, { token })).rejects.toThrow(/502/);
    expect(google.proxy.count("container")).toBe(1);
  });

  test("wants its password", async () => {
    const { google, runner } = await start({ proxy: { password: "s3cret/proxy" } });
    const { token } = await runner.signIn();
    const version = () => runner.ask("https://gke-0123.europe-west1.gke.goog/version", { token });
    expect((await version()).status).toBe(200);
    runner.env.HTTPS_PROXY = runner.env.HTTPS_PROXY?.replace(/\/\/.*@/, "//") ?? "";
    await expect(version()).rejects.toThrow(/407/);
    expect(google.proxy.tunnels.map(({ status }) => status)).toEqual([200, 407]);
  });

  test("required for everything, nothing answers without it", async () => {
    const { google, runner } = await start({ proxy: { required: true } });
    const { token } = await runner.signIn();
    const ca = await clusterCa(google, runner, token);
    expect((await runner.ask(`${google.fronts.public.url}/version`, { token, ca })).status).toBe(200);
    expect(google.proxy.count()).toBe(4);
    runner.env.NO_PROXY = "127.0.0.1";
    await expect(runner.ask(clusterUrl(google), { token, patienceMs: 1_000 })).rejects.toThrow(
      /abort|timeout/i,
    );
  });

  test("another universe has other names", async () => {
    const { google, runner } = await start({
      facts: { universe: "example-cloud.test" },
      env: { hosts: "real" },
    });
    const { token } = await runner.signIn();
    const url = clusterUrl(google).replace(
      google.fronts.container.url,
      "https://container.example-cloud.test",
    );
    expect((await runner.ask(url, { token })).status).toBe(200);
    await expect(runner.ask("https://container.googleapis.com/", { token })).rejects.toThrow(/403/);
  });
});
