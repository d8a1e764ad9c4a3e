import type { ClusterPlace } from "../../core/console-url.ts";
import type { GkeFacts } from "../../core/endpoint.ts";
import { toGkeScaling } from "./node-pools.ts";

/** The fields of a cluster that are read. Source: GKE API v1, `Cluster`; what is empty or false is left out. */
interface WireCluster {
  readonly status?: string;
  readonly statusMessage?: string;
  readonly conditions?: readonly { readonly message?: string; readonly canonicalCode?: string }[];
  readonly currentMasterVersion?: string;
  readonly endpoint?: string;
  readonly masterAuth?: { readonly clusterCaCertificate?: string };
  readonly controlPlaneEndpointsConfig?: {
    readonly dnsEndpointConfig?: { readonly endpoint?: string; readonly allowExternalTraffic?: boolean };
    readonly ipEndpointsConfig?: WireIpEndpoints;
  };
  readonly privateClusterConfig?: {
    readonly privateEndpoint?: string;
    readonly publicEndpoint?: string;
    readonly enablePrivateEndpoint?: boolean;
  };
  readonly masterAuthorizedNetworksConfig?: WireNetworks;
  readonly fleet?: { readonly membership?: string };
}

interface WireIpEndpoints {
  readonly enabled?: boolean;
  readonly enablePublicEndpoint?: boolean;
  readonly publicEndpoint?: string;
  readonly privateEndpoint?: string;
  readonly authorizedNetworksConfig?: WireNetworks;
}

interface WireNetworks {
  readonly enabled?: boolean;
  readonly cidrBlocks?: readonly { readonly cidrBlock?: string }[];
}

/** What a cluster of the Container API means to us; fields that older clusters have instead are read too. */
export function toGkeFacts(json: unknown, { project, location, cluster }: ClusterPlace): GkeFacts {
  const wire: WireCluster = Object(json);
  const scaling = toGkeScaling(json);
  const ip = wire.controlPlaneEndpointsConfig?.ipEndpointsConfig;
  const dns = wire.controlPlaneEndpointsConfig?.dnsEndpointConfig;
  return {
    project,
    location,
    cluster,
    status: wire.status ?? "STATUS_UNSPECIFIED",
    conditions: conditionsOf(wire),
    version: wire.currentMasterVersion ?? "",
    autopilot: scaling.autopilot,
    scaling,
    caData: wire.masterAuth?.clusterCaCertificate || undefined,
    ...ipHostsOf(wire, ip, dns?.endpoint),
    dns: dns?.endpoint
      ? { host: dns.endpoint, allowExternalTraffic: dns.allowExternalTraffic === true }
      : undefined,
    authorizedNetworks: networksOf(ip?.authorizedNetworksConfig ?? wire.masterAuthorizedNetworksConfig),
    membership: wire.fleet?.membership?.replace(/^\/\/[^/]+\//, "") || undefined,
  };
}

function conditionsOf({ conditions = [], statusMessage }: WireCluster): readonly string[] {
  const texts = conditions.map(({ message, canonicalCode }) => message || canonicalCode || "");
  return [...texts, statusMessage ?? ""].filter((text) => text !== "");
}

function ipHostsOf(
  { endpoint, privateClusterConfig: old }: WireCluster,
  ip: WireIpEndpoints | undefined,
  dnsHost: string | undefined,
): Pick<GkeFacts, "publicHost" | "privateHost"> {
  if (ip?.enabled === false) return { publicHost: undefined, privateHost: undefined };
  const privateHost = ip?.privateEndpoint || old?.privateEndpoint || undefined;
  const isOff = ip?.enablePublicEndpoint === false || old?.enablePrivateEndpoint === true;
  const host = ip?.publicEndpoint || old?.publicEndpoint || endpoint || undefined;
  // `endpoint` is whichever door is open: of a private cluster the private one, without IP endpoints the DNS name.
  const isDns = host === dnsHost || host?.endsWith(".gke.goog");
  const isPublic = !isOff && host !== privateHost && !isDns;
  return { publicHost: isPublic ? host : undefined, privateHost };
}

/** Ranges of addresses that are let in; `undefined` where all are. */
function networksOf(config: WireNetworks | undefined): readonly string[] | undefined {
  if (config?.enabled !== true) return;
  const ranges = (config.cidrBlocks ?? []).flatMap(({ cidrBlock }) => (cidrBlock ? [cidrBlock] : []));
  return ranges.includes("0.0.0.0/0") ? undefined : ranges;
}
