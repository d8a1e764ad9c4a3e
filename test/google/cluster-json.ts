import { clusterPath, type Facts } from "./world.ts";

/** Where the doors of the cluster are. */
export interface Addresses {
  readonly public: string;
  readonly private: string;
  readonly dns: string;
  /** PEM of the cluster's own authority. */
  readonly ca: string;
}

/**
 * The cluster as the Container API v1 gives it. Empty and false are left out, but for the fields that the proto has
 * as `optional`: `allowExternalTraffic`, `enabled` and `enablePublicEndpoint` of the IP endpoints.
 */
export function clusterJson(facts: Facts, addresses: Addresses): unknown {
  const { publicEndpoint, privateEndpoint, authorizedNetworks } = facts;
  const hasIp = publicEndpoint || privateEndpoint;
  const networks = authorizedNetworks && {
    enabled: true,
    cidrBlocks: authorizedNetworks.map((cidrBlock) => ({ displayName: "office", cidrBlock })),
  };
  const endpoints = {
    ...(publicEndpoint && { publicEndpoint: addresses.public }),
    ...(privateEndpoint && { privateEndpoint: addresses.private }),
  };
  return facts.shape({
    name: facts.cluster,
    id: "0123456789abcdef",
    location: facts.location,
    locations: /-[a-z]$/.test(facts.location)
      ? [facts.location]
      : ["b", "c", "d"].map((zone) => `${facts.location}-${zone}`),
    selfLink: `https://container.googleapis.com/v1/${clusterPath(facts)}`,
    status: facts.status,
    currentMasterVersion: facts.version,
    releaseChannel: { channel: "REGULAR" },
    endpoint: publicEndpoint ? addresses.public : privateEndpoint ? addresses.private : addresses.dns,
    masterAuth: { clusterCaCertificate: Buffer.from(addresses.ca).toString("base64") },
    ...(facts.autopilot && { autopilot: { enabled: true } }),
    controlPlaneEndpointsConfig: {
      dnsEndpointConfig: { endpoint: addresses.dns, allowExternalTraffic: facts.dnsExternalTraffic },
      ipEndpointsConfig: {
        enabled: hasIp,
        ...(hasIp && { enablePublicEndpoint: publicEndpoint }),
        ...endpoints,
        ...(networks && { authorizedNetworksConfig: networks }),
      },
    },
    ...(hasIp && {
      privateClusterConfig: { ...endpoints, ...(!publicEndpoint && { enablePrivateEndpoint: true }) },
    }),
    ...(networks && { masterAuthorizedNetworksConfig: networks }),
    ...fleet(facts),
  });
}

function fleet({ namesMembership, memberships, project, projectNumber }: Facts) {
  const own = memberships.find(({ resourceLink }) => resourceLink === undefined);
  if (!namesMembership || !own) return {};
  const membership = `//gkehub.googleapis.com/projects/${project}/locations/${own.location}/memberships/${own.name}`;
  return { fleet: { project: projectNumber, membership } };
}
