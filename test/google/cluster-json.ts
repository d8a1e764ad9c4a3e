import { clusterPath, type Facts, type PoolFacts } from "./world.ts";

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
    locations: zonesOf(facts),
    selfLink: `https://container.googleapis.com/v1/${clusterPath(facts)}`,
    status: facts.status,
    currentMasterVersion: facts.version,
    releaseChannel: { channel: "REGULAR" },
    endpoint: publicEndpoint ? addresses.public : privateEndpoint ? addresses.private : addresses.dns,
    masterAuth: { clusterCaCertificate: Buffer.from(addresses.ca).toString("base64") },
    ...(facts.autopilot && { autopilot: { enabled: true } }),
    nodePools: facts.nodePools.map((pool, index) => poolJson(facts, pool, index)),
    ...autoscaling(facts),
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

const zonesOf = ({ location }: Facts): readonly string[] =>
  /-[a-z]$/.test(location) ? [location] : ["b", "c", "d"].map((zone) => `${location}-${zone}`);

function poolJson(facts: Facts, pool: PoolFacts, index: number) {
  const { name, status = "RUNNING", most, taints, config } = pool;
  return {
    name,
    status,
    version: facts.version,
    initialNodeCount: 1,
    config: {
      machineType: "e2-standard-4",
      imageType: "COS_CONTAINERD",
      ...(taints && { taints }),
      ...config,
    },
    locations: zonesOf(facts),
    instanceGroupUrls: zonesOf(facts).map((zone) => {
      const hash = `${index}${zone.at(-1)}`.padStart(8, "0");
      const project = `https://www.googleapis.com/compute/v1/projects/${facts.project}`;
      return `${project}/zones/${zone}/instanceGroupManagers/gke-${facts.cluster}-${name}-${hash}-grp`;
    }),
    ...(most && {
      autoscaling: {
        enabled: true,
        locationPolicy: "BALANCED",
        ...("perZone" in most ? { maxNodeCount: most.perZone } : { totalMaxNodeCount: most.inTotal }),
      },
    }),
  };
}

/** Numbers of 64 bits are texts in JSON. */
function autoscaling({ autoprovisioning }: Facts) {
  if (autoprovisioning === undefined) return {};
  const resourceLimits = Object.entries(autoprovisioning).map(([resourceType, maximum]) => ({
    resourceType,
    maximum: `${maximum}`,
  }));
  return { autoscaling: { enableNodeAutoprovisioning: true, resourceLimits } };
}
