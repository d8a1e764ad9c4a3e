import type { Candidate, GkeFacts } from "../../core/endpoint.ts";
import { ActionError } from "../../core/reason.ts";
import { readGoogle, type Session } from "./session.ts";

const VIEWER = { permission: "gkehub.memberships.list", role: "roles/gkehub.viewer" };

/** A membership of a fleet by the parts of its name. */
interface Membership {
  readonly project: string;
  readonly location: string;
  readonly name: string;
}

/**
 * The Connect Gateway of the cluster, by its fleet membership: that which the cluster names itself, or the input in
 * full, else looked for in all locations of the fleet. Throws `ActionError`.
 */
export async function gatewayOf(session: Session, facts: GkeFacts): Promise<Candidate> {
  const { project, location, name } = await membershipOf(session, facts);
  const number = /^\d+$/.test(project) ? project : await numberOf(session, project);
  const path = `v1/projects/${number}/locations/${location}/gkeMemberships/${name}`;
  return {
    kind: "connect-gateway",
    server: `${session.baseOf("connectgateway")}/${path}`,
    caData: undefined,
    why: `\`endpoint\` is \`connect-gateway\`; the cluster is membership ${name} in ${location}`,
  };
}

async function membershipOf(session: Session, facts: GkeFacts): Promise<Membership> {
  const { fleetMembership } = session.wanted;
  const given = partsOf(fleetMembership);
  const own = partsOf(facts.membership);
  if (own !== undefined && (fleetMembership === undefined || isNamed(own, fleetMembership))) return own;
  if (given !== undefined) return checked(session, given);
  const fleet = own?.project ?? session.wanted.project;
  const registry = await registered(session, fleet);
  const first = registry.found.find((one) => fleetMembership === undefined || isNamed(one, fleetMembership));
  if (first !== undefined) return first;
  throw new ActionError("ClusterNotFound", noneFound(session, fleet, registry));
}

/** A membership of a full name needs no search: it is taken unless it is of another cluster. */
async function checked(session: Session, membership: Membership): Promise<Membership> {
  const { cluster, location, project } = session.wanted;
  const name = `projects/${membership.project}/locations/${membership.location}/memberships/${membership.name}`;
  const json = await readGoogle(session, {
    service: "gkehub",
    path: `/v1/${name}`,
    doing: `read the fleet membership ${name}`,
    project: membership.project,
    permission: "gkehub.memberships.get",
    role: VIEWER.role,
  });
  const link = (json as WireMembership).endpoint?.gkeCluster?.resourceLink;
  if (link === undefined || isLinkOf(link, session)) return membership;
  const message = `Fleet membership ${name} is not of cluster ${cluster} in ${location} of project ${project}, but of ${link}: correct \`fleet-membership\`, or leave it out`;
  throw new ActionError("ClusterNotFound", message);
}

/** A project's number may stand for its name, and says nothing then. */
function isLinkOf(link: string, session: Session): boolean {
  const named = link.replace(/\/projects\/\d+\//, `/projects/${session.wanted.project}/`);
  return linksOf(session).includes(named);
}

/** Projects are compared by neither name nor number: which of the two a name holds is up to who wrote it. */
function isNamed(membership: Membership, wanted: string): boolean {
  const parts = partsOf(wanted);
  if (parts === undefined) return membership.name === wanted;
  return membership.name === parts.name && membership.location === parts.location;
}

/** What a search in all locations of a fleet gave. */
interface Registry {
  /** Memberships that are of this cluster. */
  readonly found: readonly Membership[];
  /** Locations that did not answer. */
  readonly unreachable: readonly string[];
}

async function registered(session: Session, fleet: string): Promise<Registry> {
  const { wanted } = session;
  const links = linksOf(session);
  const filter = links.map((link) => `endpoint.gkeCluster.resourceLink="${link}"`).join(" OR ");
  const found: Membership[] = [];
  const unreachable = new Set<string>();
  let next: string | undefined;
  do {
    const query = new URLSearchParams({ filter, ...(next === undefined ? {} : { pageToken: next }) });
    const json = await readGoogle(session, {
      service: "gkehub",
      path: `/v1/projects/${encodeURIComponent(fleet)}/locations/-/memberships?${query}`,
      doing: `find the fleet membership of cluster ${wanted.cluster} in project ${fleet}`,
      project: fleet,
      ...VIEWER,
    });
    const { resources = [], unreachable: silent = [], nextPageToken } = json as WirePage;
    const ours = resources.filter(({ endpoint }) => links.includes(endpoint?.gkeCluster?.resourceLink ?? ""));
    found.push(...ours.flatMap(({ name }) => partsOf(name) ?? []));
    for (const location of silent) unreachable.add(location.replace(/^.*\//, ""));
    next = nextPageToken || undefined;
  } while (next !== undefined);
  return { found, unreachable: [...unreachable] };
}

interface WirePage {
  readonly resources?: readonly WireMembership[];
  readonly unreachable?: readonly string[];
  readonly nextPageToken?: string;
}

interface WireMembership {
  readonly name?: string;
  readonly endpoint?: { readonly gkeCluster?: { readonly resourceLink?: string } };
}

/** How a membership may name the cluster: zonal clusters are also registered by `zones/`. */
function linksOf({ wanted: { project, location, cluster } }: Session): readonly string[] {
  const kinds = /\d-[a-z0-9]+$/.test(location) ? ["locations", "zones"] : ["locations"];
  return kinds.map(
    (kind) => `//container.googleapis.com/projects/${project}/${kind}/${location}/clusters/${cluster}`,
  );
}

function partsOf(text: string | undefined): Membership | undefined {
  const found = /projects\/([^/]+)\/locations\/([^/]+)\/(?:gkeM|m)emberships\/([^/]+)$/.exec(text ?? "");
  const [, project, location, name] = found ?? [];
  return project && location && name ? { project, location, name } : undefined;
}

function noneFound({ wanted }: Session, fleet: string, { found, unreachable }: Registry): string {
  const { cluster, location, project, fleetMembership } = wanted;
  const silent =
    unreachable.length === 0
      ? ""
      : `; it may be in ${unreachable.join(" or ")}, which did not answer: run again later`;
  if (found.length > 0) {
    const names = found.map((one) => `${one.name} in ${one.location}`).join(", ");
    return `Fleet membership ${fleetMembership} is not of cluster ${cluster} in ${location}; its membership is ${names}: correct \`fleet-membership\`, or leave it out${silent}`;
  }
  const which = fleetMembership === undefined ? "" : ` ${fleetMembership}`;
  return `No fleet membership${which} of cluster ${cluster} in ${location} was found in any location of project ${fleet}; register it: gcloud container fleet memberships register ${cluster} --gke-cluster=${location}/${cluster} --project=${project} --enable-workload-identity, or name the one of another fleet project in \`fleet-membership\`${silent}`;
}

async function numberOf(session: Session, project: string): Promise<string> {
  const json = await readGoogle(session, {
    service: "cloudresourcemanager",
    path: `/v3/projects/${encodeURIComponent(project)}`,
    doing: `read the number of project ${project}`,
    project,
    permission: "resourcemanager.projects.get",
    role: "roles/browser",
  });
  const { name = "" } = json as { readonly name?: string };
  return name.replace("projects/", "");
}
