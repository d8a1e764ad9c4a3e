import { expect, test } from "vitest";
import { toGkeFacts } from "../../../src/adapters/google/decode-cluster.ts";

const PLACE = { project: "p", location: "l", cluster: "c" };
const hostsOf = (json: unknown) => {
  const { publicHost, privateHost } = toGkeFacts(json, PLACE);
  return [publicHost, privateHost];
};

test.each<[string, unknown, readonly (string | undefined)[]]>([
  ["an old public cluster", { endpoint: "203.0.113.7" }, ["203.0.113.7", undefined]],
  [
    "an old private cluster with a public endpoint",
    {
      endpoint: "203.0.113.7",
      privateClusterConfig: { publicEndpoint: "203.0.113.7", privateEndpoint: "10.0.0.2" },
    },
    ["203.0.113.7", "10.0.0.2"],
  ],
  [
    "an old private cluster",
    {
      endpoint: "10.0.0.2",
      privateClusterConfig: { enablePrivateEndpoint: true, privateEndpoint: "10.0.0.2" },
    },
    [undefined, "10.0.0.2"],
  ],
  [
    "a private cluster whose false is left out",
    {
      endpoint: "10.0.0.2",
      controlPlaneEndpointsConfig: { ipEndpointsConfig: { enabled: true, privateEndpoint: "10.0.0.2" } },
    },
    [undefined, "10.0.0.2"],
  ],
  [
    "a cluster with a public endpoint",
    {
      endpoint: "203.0.113.7",
      controlPlaneEndpointsConfig: {
        ipEndpointsConfig: {
          enabled: true,
          enablePublicEndpoint: true,
          publicEndpoint: "203.0.113.7",
          privateEndpoint: "10.0.0.2",
        },
      },
    },
    ["203.0.113.7", "10.0.0.2"],
  ],
  [
    "a cluster with a DNS endpoint only, of another universe",
    {
      endpoint: "gke-1.universe.example",
      controlPlaneEndpointsConfig: { dnsEndpointConfig: { endpoint: "gke-1.universe.example" } },
    },
    [undefined, undefined],
  ],
  [
    "a public endpoint that is switched off",
    {
      endpoint: "10.0.0.2",
      controlPlaneEndpointsConfig: {
        ipEndpointsConfig: { enablePublicEndpoint: false, publicEndpoint: "203.0.113.7" },
      },
    },
    [undefined, undefined],
  ],
  [
    "a cluster without IP endpoints",
    {
      endpoint: "gke-1.europe-west1.gke.goog",
      controlPlaneEndpointsConfig: { ipEndpointsConfig: { enabled: false } },
      privateClusterConfig: { privateEndpoint: "10.0.0.2" },
    },
    [undefined, undefined],
  ],
  [
    "a DNS name where an address is looked for",
    { endpoint: "gke-1.europe-west1.gke.goog" },
    [undefined, undefined],
  ],
])("toGkeFacts() reads the hosts of %s", (_, json, hosts) => {
  expect(hostsOf(json)).toEqual(hosts);
});

test.each<[string, unknown, readonly string[] | undefined]>([
  ["are off", { masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: "192.0.2.0/24" }] } }, undefined],
  [
    "let everyone in",
    { masterAuthorizedNetworksConfig: { enabled: true, cidrBlocks: [{ cidrBlock: "0.0.0.0/0" }] } },
    undefined,
  ],
  ["let nobody in", { masterAuthorizedNetworksConfig: { enabled: true } }, []],
  [
    "stand where newer clusters have them",
    {
      masterAuthorizedNetworksConfig: { enabled: true },
      controlPlaneEndpointsConfig: {
        ipEndpointsConfig: {
          authorizedNetworksConfig: { enabled: true, cidrBlocks: [{ cidrBlock: "192.0.2.0/24" }] },
        },
      },
    },
    ["192.0.2.0/24"],
  ],
])("toGkeFacts() reads authorised networks that %s", (_, json, networks) => {
  expect(toGkeFacts(json, PLACE).authorizedNetworks).toEqual(networks);
});

test("toGkeFacts() takes what is left out as false or absent", () => {
  expect(toGkeFacts({}, PLACE)).toEqual({
    ...PLACE,
    status: "STATUS_UNSPECIFIED",
    conditions: [],
    version: "",
    autopilot: false,
    scaling: { autopilot: false, createsPools: false, clusterLimits: new Map(), pools: [] },
    caData: undefined,
    publicHost: undefined,
    privateHost: undefined,
    dns: undefined,
    authorizedNetworks: undefined,
    membership: undefined,
  });
});

test("toGkeFacts() does not take the DNS endpoint's name for leave to use it", () => {
  const json = {
    controlPlaneEndpointsConfig: { dnsEndpointConfig: { endpoint: "gke-1.europe-west1.gke.goog" } },
  };
  expect(toGkeFacts(json, PLACE).dns).toEqual({
    host: "gke-1.europe-west1.gke.goog",
    allowExternalTraffic: false,
  });
});
