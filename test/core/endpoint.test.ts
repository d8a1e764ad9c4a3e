import { expect, test } from "vitest";
import { consoleUrl } from "../../src/core/console-url.ts";
import { endpointsFor, type GkeFacts, type IpOrDns, listed } from "../../src/core/endpoint.ts";

const facts = (differing: Partial<GkeFacts> = {}): GkeFacts => ({
  project: "proj-1",
  location: "europe-west1",
  cluster: "shop",
  status: "RUNNING",
  conditions: [],
  version: "1.36.3-gke.1",
  autopilot: false,
  scaling: { autopilot: false, createsPools: false, clusterLimits: new Map(), pools: [] },
  caData: "Q0E=",
  publicHost: "203.0.113.7",
  privateHost: "10.0.0.2",
  dns: { host: "gke-1.europe-west1.gke.goog", allowExternalTraffic: true },
  authorizedNetworks: undefined,
  membership: undefined,
  ...differing,
});

const closedDns = { host: "gke-1.europe-west1.gke.goog", allowExternalTraffic: false };

const kinds = (given: GkeFacts, wanted: IpOrDns): readonly string[] => {
  const found = endpointsFor(given, wanted);
  return found.kind === "some" ? found.candidates.map(({ kind }) => kind) : [found.why];
};

test.each<[string, Partial<GkeFacts>, readonly string[]]>([
  ["everything is open", {}, ["public", "dns", "private"]],
  [
    "authorised networks limit the public endpoint",
    { authorizedNetworks: ["192.0.2.0/24"] },
    ["dns", "public", "private"],
  ],
  ["the public endpoint is off", { publicHost: undefined }, ["dns", "private"]],
  ["DNS allows no external traffic", { dns: closedDns }, ["public", "private"]],
  ["there is no DNS endpoint", { dns: undefined }, ["public", "private"]],
  [
    "authorised networks are the only obstacle",
    { authorizedNetworks: [], dns: closedDns, privateHost: undefined },
    ["public"],
  ],
  ["only the VPC network leads in", { publicHost: undefined, dns: closedDns }, ["private"]],
])("endpointsFor() orders the ways of auto when %s", (_, differing, order) => {
  expect(kinds(facts(differing), "auto")).toEqual(order);
});

test("endpointsFor() gives exactly what was named, and the cluster's authority only to IP addresses", () => {
  expect(endpointsFor(facts(), "public")).toEqual({
    kind: "some",
    candidates: [
      { kind: "public", server: "https://203.0.113.7", caData: "Q0E=", why: "`endpoint` is `public`" },
    ],
  });
  expect(endpointsFor(facts(), "private")).toMatchObject({
    candidates: [{ server: "https://10.0.0.2", caData: "Q0E=" }],
  });
  expect(endpointsFor(facts(), "dns")).toMatchObject({
    candidates: [{ server: "https://gke-1.europe-west1.gke.goog", caData: undefined }],
  });
});

test("endpointsFor() says in each candidate of auto why it stands there", () => {
  const found = endpointsFor(facts({ authorizedNetworks: ["192.0.2.0/24"] }), "auto");
  expect(found.kind === "some" && found.candidates.map(({ why }) => why)).toEqual([
    "it allows external traffic, and the public endpoint is for authorised networks only (192.0.2.0/24)",
    "this runner may be in its authorised networks (192.0.2.0/24)",
    "this runner may be inside the VPC network of the cluster",
  ]);
});

test.each<[IpOrDns, Partial<GkeFacts>, string]>([
  [
    "public",
    { publicHost: undefined },
    "The public endpoint of cluster shop in europe-west1 is switched off; it has `endpoint: dns` and `endpoint: private`",
  ],
  [
    "private",
    { privateHost: undefined },
    "Cluster shop in europe-west1 has no private endpoint that is switched on; it has `endpoint: public` and `endpoint: dns`",
  ],
  [
    "dns",
    { dns: closedDns, privateHost: undefined },
    "The DNS endpoint of cluster shop in europe-west1 allows no external traffic; it has `endpoint: public`. Switch it on: gcloud container clusters update shop --location=europe-west1 --project=proj-1 --enable-dns-access",
  ],
  [
    "auto",
    { publicHost: undefined, privateHost: undefined, dns: closedDns },
    "Cluster shop in europe-west1 has no endpoint that is switched on. Switch the DNS endpoint on: gcloud container clusters update shop --location=europe-west1 --project=proj-1 --enable-dns-access, or use `endpoint: connect-gateway` where the cluster is registered to a fleet",
  ],
])("endpointsFor() names the other ways when there is no %s endpoint", (wanted, differing, why) => {
  expect(endpointsFor(facts(differing), wanted)).toEqual({ kind: "none", why });
});

test("listed() shows the first ranges and counts the rest", () => {
  expect(listed([])).toBe("none is listed");
  expect(listed(["a", "b"])).toBe("a, b");
  expect(listed(["a", "b", "c", "d", "e", "f", "g"])).toBe("a, b, c, d, e and 2 more");
});

test("consoleUrl() leads to the page of the workload", () => {
  const ref = { kind: "Deployment", namespace: "shop", name: "web" } as const;
  expect(consoleUrl(facts(), ref, "googleapis.com")).toBe(
    "https://console.cloud.google.com/kubernetes/deployment/europe-west1/shop/shop/web/overview?project=proj-1",
  );
});

test("consoleUrl() knows no console of another universe", () => {
  const ref = { kind: "Deployment", namespace: "shop", name: "web" } as const;
  expect(consoleUrl(facts(), ref, "apis-universe.example")).toBe("");
});
