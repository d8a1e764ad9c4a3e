import type { GkeCluster } from "./inputs/where.ts";
import type { GkeScaling } from "./model/autoscaling.ts";

/** What the Container API tells of a cluster and of the ways to its control plane. Hosts are without a scheme. */
export interface GkeFacts {
  readonly project: string;
  /** Region or zone. */
  readonly location: string;
  readonly cluster: string;
  /** `RUNNING`, `RECONCILING`, …: source: GKE API v1, `Cluster.Status`. */
  readonly status: string;
  /** Texts of the cluster's conditions. */
  readonly conditions: readonly string[];
  /** Version of the control plane. */
  readonly version: string;
  readonly autopilot: boolean;
  /** Its node pools, and what makes them grow. */
  readonly scaling: GkeScaling;
  /** PEM in base64, as a kubeconfig has it. */
  readonly caData: string | undefined;
  readonly publicHost: string | undefined;
  readonly privateHost: string | undefined;
  readonly dns: DnsEndpoint | undefined;
  /** Ranges that may reach the public endpoint; `undefined` where everyone may. */
  readonly authorizedNetworks: readonly string[] | undefined;
  /** `projects/P/locations/L/memberships/M`, where the cluster is registered to a fleet and says so. */
  readonly membership: string | undefined;
}

/** The DNS-based endpoint, which always has a name, and is open to users only where external traffic is allowed. */
export interface DnsEndpoint {
  readonly host: string;
  readonly allowExternalTraffic: boolean;
}

/** One way to the control plane. */
export interface Candidate {
  readonly kind: "public" | "private" | "dns" | "connect-gateway";
  /** URL. */
  readonly server: string;
  /** The cluster's own authority; `undefined` where the certificate is publicly trusted. */
  readonly caData: string | undefined;
  /** Why it was chosen, or stands where it stands. */
  readonly why: string;
}

/** The ways to try, in this order, or why there is none. */
export type Endpoints =
  | { readonly kind: "some"; readonly candidates: readonly [Candidate, ...Candidate[]] }
  | { readonly kind: "none"; readonly why: string };

/** What can be asked for without asking more than the Container API. */
export type IpOrDns = Exclude<GkeCluster["endpoint"], "connect-gateway">;

/**
 * The endpoints of a cluster that fit what is wanted. `auto`: the public endpoint where no authorised networks stand
 * in the way, else DNS, then the public one all the same (this runner may be authorised), then the private one.
 */
export function endpointsFor(facts: GkeFacts, wanted: IpOrDns): Endpoints {
  const usable = usableOf(facts);
  const [first, ...others] =
    wanted === "auto" ? usable : named(usable, wanted, `\`endpoint\` is \`${wanted}\``);
  if (first !== undefined) return { kind: "some", candidates: [first, ...others] };
  return { kind: "none", why: absent(facts, wanted, usable) };
}

const named = (usable: readonly Candidate[], wanted: IpOrDns, why: string): readonly Candidate[] =>
  usable.filter(({ kind }) => kind === wanted).map((candidate) => ({ ...candidate, why }));

/** All that is switched on, in the order of `auto`. */
function usableOf(facts: GkeFacts): readonly Candidate[] {
  const { publicHost, privateHost, dns, authorizedNetworks: networks } = facts;
  const open = publicHost !== undefined && networks === undefined;
  const doors = [
    open && publicDoor(facts, publicHost, "the public endpoint is on, and no authorised networks limit it"),
    dns?.allowExternalTraffic &&
      dnsDoor(dns, open ? "it allows external traffic" : `it allows external traffic, and ${closed(facts)}`),
    !open &&
      publicHost !== undefined &&
      publicDoor(
        facts,
        publicHost,
        `this runner may be in its authorised networks (${listed(networks ?? [])})`,
      ),
    privateHost !== undefined && privateDoor(facts, privateHost),
  ];
  return doors.filter((door): door is Candidate => typeof door === "object");
}

const closed = ({ publicHost, authorizedNetworks }: GkeFacts): string =>
  publicHost === undefined
    ? "the public endpoint is off"
    : `the public endpoint is for authorised networks only (${listed(authorizedNetworks ?? [])})`;

const publicDoor = (facts: GkeFacts, host: string, why: string): Candidate => ({
  kind: "public",
  server: `https://${host}`,
  caData: facts.caData,
  why,
});

const privateDoor = (facts: GkeFacts, host: string): Candidate => ({
  kind: "private",
  server: `https://${host}`,
  caData: facts.caData,
  why: "this runner may be inside the VPC network of the cluster",
});

/** Its certificate is publicly trusted: the cluster's own authority would refuse it. */
const dnsDoor = ({ host }: DnsEndpoint, why: string): Candidate => ({
  kind: "dns",
  server: `https://${host}`,
  caData: undefined,
  why,
});

function absent(facts: GkeFacts, wanted: IpOrDns, usable: readonly Candidate[]): string {
  const others = usable.map(({ kind }) => `\`endpoint: ${kind}\``);
  const name = `cluster ${facts.cluster} in ${facts.location}`;
  const instead = others.length === 0 ? "" : `; it has ${others.join(" and ")}`;
  const { cluster, location, project } = facts;
  const update = `gcloud container clusters update ${cluster} --location=${location} --project=${project}`;
  switch (wanted) {
    case "public":
      return `The public endpoint of ${name} is switched off${instead}`;
    case "private":
      return `${sentence(name)} has no private endpoint that is switched on${instead}`;
    case "dns":
      return `The DNS endpoint of ${name} allows no external traffic${instead}. Switch it on: ${update} --enable-dns-access`;
    case "auto":
      return `${sentence(name)} has no endpoint that is switched on. Switch the DNS endpoint on: ${update} --enable-dns-access, or use \`endpoint: connect-gateway\` where the cluster is registered to a fleet`;
  }
  return wanted satisfies never;
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Ranges in a message: the first few. */
const SHOWN = 5;

/** Ranges of addresses as a message lists them. */
export const listed = (ranges: readonly string[]): string =>
  ranges.length === 0
    ? "none is listed"
    : ranges.slice(0, SHOWN).join(", ") + (ranges.length > SHOWN ? ` and ${ranges.length - SHOWN} more` : "");
