import type { Answer, Asked } from "../../faults/fault.ts";
import type { Passage } from "../../faults/forward.ts";
import type { Serve } from "../../faults/front.ts";
import { refusal } from "../api.ts";
import { denied, json, notFound, problem, unauthenticated } from "../problem.ts";
import { userOf } from "../tokens.ts";
import { clusterPath, type World } from "../world.ts";

/** Passes a request on to the local API server as a user. */
export type PassOn = (asked: Asked, user: string, passage?: Passage) => Promise<Answer>;

/** The API server at its own address: who has a living token is its user there, and RBAC has the word. */
export const ipDoor =
  ({ tokens }: World, passOn: PassOn): Serve =>
  (asked) => {
    const grant = tokens.check(asked.headers.authorization);
    return grant ? passOn(asked, userOf(grant)) : unauthorized();
  };

/** The DNS endpoint: IAM has a word before RBAC. What it says to external traffic is from memory. */
export const dnsDoor =
  ({ facts, tokens, trouble }: World, passOn: PassOn): Serve =>
  (asked) => {
    const grant = tokens.check(asked.headers.authorization);
    if (!grant) return unauthenticated();
    const isOpen = facts.dnsExternalTraffic && !trouble.denied.has("container.clusters.connect");
    if (isOpen) return passOn(asked, userOf(grant));
    return denied("container.clusters.connect", clusterPath(facts), "container.googleapis.com");
  };

const SERVICE = "connectgateway.googleapis.com";
const GATEWAY = /^\/v1\/projects\/([^/]+)\/locations\/([^/]+)\/(gkeMemberships|memberships)\/([^/]+)(\/.*)?$/;

/** Connect Gateway: the API server below the path of a membership, by the number of the project. */
export const gateway =
  (world: World, passOn: PassOn): Serve =>
  (asked) => {
    const refused = refusal(world, SERVICE, asked);
    if (refused) return refused;
    const { facts, tokens, trouble } = world;
    const grant = tokens.check(asked.headers.authorization);
    const [, project, location, collection, name, path = "/"] = GATEWAY.exec(asked.path) ?? [];
    const resource = `projects/${project}/locations/${location}/${collection}/${name}`;
    if (!grant || project === undefined) return notFound(`The requested URL ${asked.path} was not found.`);
    if (project !== facts.projectNumber) {
      const message = `Project number is invalid: ${project}`;
      return problem({ code: 400, status: "INVALID_ARGUMENT", message });
    }
    const permission = asked.method === "GET" ? "gkehub.gateway.get" : PERMISSIONS[asked.method];
    if (permission && trouble.denied.has(permission)) return denied(permission, resource, SERVICE);
    const isThere = facts.memberships.some(
      (one) => one.location === location && one.name === name && one.resourceLink === undefined,
    );
    if (!isThere || collection !== "gkeMemberships") return notFound(`Membership ${resource} not found`);
    return passOn(asked, userOf(grant), { path });
  };

const PERMISSIONS: Readonly<Record<string, string>> = {
  POST: "gkehub.gateway.post",
  PATCH: "gkehub.gateway.patch",
  PUT: "gkehub.gateway.put",
  DELETE: "gkehub.gateway.delete",
};

/** As kube-apiserver says it. */
const unauthorized = (): Answer =>
  json(
    {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: "Unauthorized",
      reason: "Unauthorized",
      code: 401,
    },
    401,
  );
