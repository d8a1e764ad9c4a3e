import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cluster } from "../cluster/cluster.ts";
import { sharedCluster } from "../cluster/shared.ts";
import type { CredentialKind } from "../google/credential-file.ts";
import { type GoogleDouble, type GoogleOptions, startGoogle } from "../google/google.ts";
import { type Ended, runAction } from "./action.ts";
import { documentedRights, Shop } from "./shop.ts";

let cluster: Cluster;
beforeAll(async () => {
  cluster = await sharedCluster();
});
afterAll(() => cluster.stop());

/** A shop whose deployer is who the credential makes us at Google, with the documented rights and no other. */
async function openShop(google: GoogleDouble, credential: CredentialKind = "direct"): Promise<Shop> {
  const shop = await Shop.open(cluster, { replicas: 1 });
  await cluster.user(google.user(credential), shop.namespace, documentedRights());
  return shop;
}

/** Runs the action against a GKE cluster, and holds every trace of the run against every secret in play. */
async function deploy(
  google: GoogleDouble,
  shop: Shop,
  { inputs = {}, credential, hosts }: DeployOptions = {},
): Promise<Ended> {
  const { kubeconfig: _, ...asked } = shop.inputs("2", inputs);
  const ended = await runAction({
    inputs: { cluster: "prod", location: "europe-west1", ...asked },
    env: {
      RUNNER_DEBUG: "1",
      ...google.env({ ...(credential && { credential }), ...(hosts && { hosts }) }),
    },
  });
  const { log, files } = ended;
  const traces = log.replace(/^::add-mask::.*$/gm, "") + files;
  expect(google.secrets().length).toBeGreaterThan(0);
  expect(google.secrets().filter((secret) => traces.includes(secret))).toEqual([]);
  return ended;
}

interface DeployOptions {
  readonly inputs?: Record<string, string>;
  readonly credential?: CredentialKind;
  readonly hosts?: "overridden" | "real";
}

/** Rolls out through one double of its own. */
async function played(options: GoogleOptions, more: DeployOptions = {}) {
  await using google = await startGoogle(cluster, options);
  const shop = await openShop(google, more.credential);
  const ended = await deploy(google, shop, more);
  return { ended, shop, counts: { ...google.exchanges } };
}

function expectSuccess({ outputs, log }: Ended): void {
  expect(outputs.result, log).toBe("succeeded");
}

describe.concurrent("signing in", () => {
  test.each(["direct", "service-account", "key-file", "metadata", "user"] as const)(
    "by %s",
    async (credential) => {
      const { ended } = await played({}, { credential, inputs: { "project-id": "shop-prod" } });
      expectSuccess(ended);
      expect(ended.outputs["console-url"]).toContain(
        "console.cloud.google.com/kubernetes/deployment/europe-west1/prod/",
      );
    },
  );

  test("takes the project from the environment, and all of the cluster from its full name", async () => {
    expectSuccess((await played({})).ended);
    const cluster = "projects/shop-prod/locations/europe-west1/clusters/prod";
    const { ended } = await played({}, { inputs: { cluster, location: "" } });
    expectSuccess(ended);
  });

  test("goes on as tokens run out: one exchange serves many requests, and none fails", async () => {
    await using google = await startGoogle(cluster, { facts: { tokenLifetimeSeconds: 65 } });
    const shop = await openShop(google);
    cluster.behaviour(shop.image("2"), { kind: "ready", afterMs: 12_000 });
    const ended = await deploy(google, shop);
    expectSuccess(ended);
    expect(ended.log).not.toMatch(/ 401 /);
    expect(google.exchanges.sts).toBeLessThan(6);
  });

  test("signs in anew, once, when the cluster refuses a token before its time", async () => {
    await using google = await startGoogle(cluster);
    const shop = await openShop(google);
    cluster.behaviour(shop.image("2"), { kind: "ready", afterMs: 6_000 });
    const running = deploy(google, shop);
    await shop.until((web) => web?.spec?.template.spec?.containers[0]?.image === shop.image("2"));
    google.expireTokens();
    expectSuccess(await running);
  });
});

describe.concurrent("the door", () => {
  test.each(["public", "private", "dns"] as const)("%s", async (endpoint) => {
    const { ended } = await played({}, { inputs: { endpoint } });
    expectSuccess(ended);
    expect(ended.log).toContain(endpoint);
  });

  test.each(["global", "europe-west1"])("connect-gateway, with a membership in %s", async (location) => {
    const facts = { memberships: [{ location, name: "prod" }], namesMembership: false };
    const { ended } = await played({ facts }, { inputs: { endpoint: "connect-gateway" } });
    expectSuccess(ended);
  });

  test("connect-gateway, with a membership that is named", async () => {
    const { ended } = await played(
      {},
      { inputs: { endpoint: "connect-gateway", "fleet-membership": "prod" } },
    );
    expectSuccess(ended);
  });

  test("auto takes the public endpoint where nothing limits it, and says why", async () => {
    const { ended } = await played({});
    expectSuccess(ended);
    expect(ended.log).toContain("the public endpoint is on, and no authorised networks limit it");
  });

  test("auto takes DNS where the public endpoint is for others", async () => {
    const { ended } = await played({ facts: { authorizedNetworks: ["203.0.113.0/24"] } });
    expectSuccess(ended);
    expect(ended.log).toContain("it allows external traffic");
  });

  test("auto takes the private endpoint where there is nothing else", async () => {
    const { ended } = await played({ facts: { publicEndpoint: false, dnsExternalTraffic: false } });
    expectSuccess(ended);
  });

  test("goes through a proxy that everything must go through, to Google's own names", async () => {
    const { ended } = await played(
      { proxy: { required: true, password: "s3cret-of-the-proxy" } },
      { hosts: "real" },
    );
    expectSuccess(ended);
  });

  test("keeps to NO_PROXY", async () => {
    await using google = await startGoogle(cluster);
    const shop = await openShop(google);
    expectSuccess(await deploy(google, shop, { inputs: { endpoint: "public" } }));
    expect(google.proxy.count()).toBe(0);
  });
});

describe.concurrent("what is said when it does not work", () => {
  /** The one line of the error, of a run in which nothing was changed. */
  async function told(
    prepare: (google: GoogleDouble) => void,
    more: DeployOptions = {},
    options: GoogleOptions = {},
  ) {
    await using google = await startGoogle(cluster, options);
    const shop = await openShop(google, more.credential === "none" ? "direct" : more.credential);
    prepare(google);
    const { outputs, exitCode, log, summary } = await deploy(google, shop, more);
    expect(exitCode, log).toBe(1);
    expect(await shop.imageNow()).toBe(shop.image("1"));
    return { reason: outputs.reason, result: outputs.result, message: outputs.message as string, summary };
  }

  test("no credentials", async () => {
    const { reason, message } = await told(() => undefined, {
      credential: "none",
      inputs: { "project-id": "shop-prod" },
    });
    expect(reason).toBe("AuthenticationFailed");
    expect(message).toMatch(/google-github-actions\/auth/);
  });

  test.each([
    ["job-ended", /job/],
    ["no-provider", /provider/],
    ["condition", /condition/],
    ["audience", /audience/],
  ] as const)("federation: %s", async (trouble, said) => {
    const { reason, message } = await told((google) => {
      google.trouble.signIn = trouble;
    });
    expect(reason).toBe("AuthenticationFailed");
    expect(message).toMatch(said);
  });

  test("impersonation", async () => {
    const { reason, message } = await told(
      (google) => google.trouble.denied.add("iam.serviceAccounts.getAccessToken"),
      {
        credential: "service-account",
      },
    );
    expect(reason).toBe("AuthenticationFailed");
    expect(message).toContain("roles/iam.workloadIdentityUser");
  });

  test("a key that was deleted", async () => {
    const { reason, message } = await told(
      (google) => {
        google.trouble.signIn = "key-deleted";
      },
      { credential: "key-file" },
    );
    expect(reason).toBe("AuthenticationFailed");
    expect(message).toMatch(/key/);
  });

  test("no right to the cluster", async () => {
    const { reason, message } = await told((google) => google.trouble.denied.add("container.clusters.get"));
    expect(reason).toBe("PermissionDenied");
    expect(message).toContain("roles/container.clusterViewer");
  });

  test("no such cluster: names those nearby", async () => {
    const { reason, message } = await told(() => undefined, { inputs: { cluster: "prdo" } });
    expect(reason).toBe("ClusterNotFound");
    expect(message).toContain("prod");
  });

  test("the API is off", async () => {
    const { message } = await told((google) => google.trouble.disabled.add("container.googleapis.com"));
    expect(message).toContain("gcloud services enable container.googleapis.com");
  });

  test("an endpoint that is off: names the others", async () => {
    const facts = { dnsExternalTraffic: false };
    const { message } = await told(() => undefined, { inputs: { endpoint: "dns" } }, { facts });
    expect(message).toContain("--enable-dns-access");
    expect(message).toContain("`endpoint: public`");
  });

  test("a public endpoint for others only: says so, and what could be reached", async () => {
    const facts = { authorizedNetworks: ["203.0.113.0/24"] };
    const { reason, message, summary } = await told(
      () => undefined,
      { inputs: { endpoint: "public" } },
      { facts },
    );
    expect(reason).toBe("ClusterUnreachable");
    expect(message).toContain("`endpoint: dns` and `endpoint: private` can be");
    expect(summary).toContain("203.0.113.0/24");
  });

  test("no fleet membership", async () => {
    const facts = { memberships: [], namesMembership: false };
    const { message } = await told(() => undefined, { inputs: { endpoint: "connect-gateway" } }, { facts });
    expect(message).toMatch(/membership/);
  });

  test("no right to connect by DNS", async () => {
    const { message } = await told((google) => google.trouble.denied.add("container.clusters.connect"), {
      inputs: { endpoint: "dns" },
    });
    expect(message).toContain("container.clusters.connect");
  });

  test("signed in, and unknown to the cluster's RBAC: the Role is bound to who we are", async () => {
    await using google = await startGoogle(cluster);
    const shop = await Shop.open(cluster, { replicas: 1 });
    const { outputs, summary } = await deploy(google, shop);
    expect(outputs).toMatchObject({ result: "refused", reason: "PermissionDenied" });
    expect(summary).toContain(google.user("direct"));
    expect(summary).toContain("kind: RoleBinding");
  });
});
