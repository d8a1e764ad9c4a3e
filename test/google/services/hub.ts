import type { Serve } from "../../faults/front.ts";
import { type Call, googleApi } from "../api.ts";
import { denied, json, notFound, problem } from "../problem.ts";
import { clusterPath, type Facts, type Membership, type World } from "../world.ts";

const SERVICE = "gkehub.googleapis.com";

/** GKE Hub: memberships of a fleet, one, or those of a location or all (`-`), by pages, filtered by resource link. */
export function hub(world: World): Serve {
  const { facts, trouble } = world;
  const isOurs = (project = "") => [facts.project, facts.projectNumber].includes(project);
  const get: Call = {
    path: /^\/v1\/projects\/([^/]+)\/locations\/([^/]+)\/memberships\/([^/]+)$/,
    answer([project, location, name]) {
      const path = `projects/${project}/locations/${location}/memberships/${name}`;
      if (!isOurs(project) || trouble.denied.has("gkehub.memberships.get")) {
        return denied("gkehub.memberships.get", path, SERVICE);
      }
      const found = facts.memberships.find((one) => one.location === location && one.name === name);
      return found ? json(membershipJson(facts, found)) : notFound(`Resource '${path}' was not found`);
    },
  };
  const list: Call = {
    path: /^\/v1\/projects\/([^/]+)\/locations\/([^/]+)\/memberships$/,
    answer([project, location], { query }) {
      const path = `projects/${project}/locations/${location}/memberships`;
      if (!isOurs(project) || trouble.denied.has("gkehub.memberships.list")) {
        return denied("gkehub.memberships.list", path, SERVICE);
      }
      const links = linksIn(query.get("filter") ?? "");
      if (links === undefined) {
        return problem({ code: 400, status: "INVALID_ARGUMENT", message: "invalid list filter" });
      }
      const found = facts.memberships
        .filter((one) => location === "-" || one.location === location)
        .filter((one) => links.length === 0 || links.includes(linkOf(facts, one)));
      return json(
        page(
          found.map((one) => membershipJson(facts, one)),
          query,
        ),
      );
    },
  };
  return googleApi(world, SERVICE, [get, list]);
}

/** The resource links that a filter names; `undefined` for a filter that this double does not know. */
function linksIn(filter: string): readonly string[] | undefined {
  if (filter === "") return [];
  const terms = filter
    .split(" OR ")
    .map((term) => /^endpoint\.gkeCluster\.resourceLink\s*=\s*"([^"]+)"$/.exec(term.trim()));
  return terms.includes(null) ? undefined : terms.map((term) => term?.[1] ?? "");
}

function page(resources: readonly unknown[], query: URLSearchParams) {
  const from = Number(query.get("pageToken") ?? 0);
  const to = from + Number(query.get("pageSize") ?? 500);
  return {
    ...(resources.length > 0 && { resources: resources.slice(from, to) }),
    ...(to < resources.length && { nextPageToken: String(to) }),
  };
}

const linkOf = (facts: Facts, { resourceLink }: Membership): string =>
  resourceLink ?? `//container.googleapis.com/${clusterPath(facts)}`;

const membershipJson = (facts: Facts, membership: Membership) => ({
  name: `projects/${facts.project}/locations/${membership.location}/memberships/${membership.name}`,
  endpoint: { gkeCluster: { resourceLink: linkOf(facts, membership) } },
  state: { code: "READY" },
  uniqueId: "3f5c2f0e-1111-4222-8333-444455556666",
});
