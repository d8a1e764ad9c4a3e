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
 * The Connect Gateway of the cluster, by its fleet membership: that which the cluster names itself, else looked for
 * in all locations of the fleet. Throws `ActionError`.
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
  const { wanted } = session;
  const given = partsOf(wanted.fleetMembership);
  const own = partsOf(facts.membership);
  if (own !== undefined && (wanted.fleetMembership === undefined || isNamed(own, wanted.fleetMembership)))
    return own;
  const fleet = given?.project ?? own?.project ?? wanted.project;
  const found = await registered(session, fleet);
  const named = found.filter(
    (one) => wanted.fleetMembership === undefined || isNamed(one, wanted.fleetMembership),
  );
  const [first] = named;
  if (first !== undefined) return first;
  throw new ActionError("ClusterNotFound", noneFound(session, fleet, found));
}

/** Projects are compared by neither name nor number: which of the two a name holds is up to who wrote it. */
function isNamed(membership: Membership, wanted: string): boolean {
  const parts = partsOf(wanted);
  if (parts === undefined) return membership.name === wanted;
  return membership.name === parts.name && membership.location === parts.location;
}

/** Memberships that are of this cluster, in all locations. */
async function registered(session: Session, fleet: string): Promise<readonly Membership[]> {
  const { wanted } = session;
  const links = linksOf(session);
  const filter = links.map((link) => `endpoint.gkeCluster.resourceLink="${link}"`).join(" OR ");
  const found: Membership[] = [];
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
    const { resources = [], nextPageToken } = json as WirePage;
    const ours = resources.filter(({ endpoint }) => links.includes(endpoint?.gkeCluster?.resourceLink ?? ""));
    found.push(...ours.flatMap(({ name }) => partsOf(name) ?? []));
    next = nextPageToken || undefined;
  } while (next !== undefined);
  return found;
}

interface WirePage {
  readonly resources?: readonly WireMembership[];
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

function noneFound({ wanted }: Session, fleet: string, found: readonly Membership[]): string {
  const { cluster, location, project, fleetMembership } = wanted;
  if (found.length > 0) {
    const names = found.map((one) => `${one.name} in ${one.location}`).join(", ");
    return `Fleet membership ${fleetMembership} is not of cluster ${cluster} in ${location}; its membership is ${names}: correct \`fleet-membership\`, or leave it out`;
  }
  const which = fleetMembership === undefined ? "" : ` ${fleetMembership}`;
  return `No fleet membership${which} of cluster ${cluster} in ${location} was found in any location of project ${fleet}; register it: gcloud container fleet memberships register ${cluster} --gke-cluster=${location}/${cluster} --project=${project} --enable-workload-identity, or name the one of another fleet project in \`fleet-membership\``;
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
