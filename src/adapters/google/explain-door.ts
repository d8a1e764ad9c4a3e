import { type Candidate, type GkeFacts, listed } from "../../core/endpoint.ts";
import type { GkeCluster } from "../../core/inputs/where.ts";
import { ActionError } from "../../core/reason.ts";
import type { Refusal } from "../kubernetes/failure.ts";
import { grant, whyForbidden } from "./explain-api.ts";
import type { Identity } from "./identity.ts";
import type { Probed } from "./probe.ts";

/** Endpoints that were looked at, and none of which can be taken. */
export interface Shut {
  readonly wanted: GkeCluster;
  readonly facts: GkeFacts;
  readonly identity: Identity;
  readonly probed: ReadonlyMap<Candidate, Probed>;
  /** Whether the input `endpoint` allows a candidate. */
  readonly mayTake: (candidate: Candidate) => boolean;
}

/**
 * Says why no endpoint can be taken: each with what it said, and what can be done. One that refused us is what to
 * mend, whatever the silent ones are: those may never have been meant for this runner.
 */
export function explainShut(shut: Shut): ActionError {
  const { wanted, probed, mayTake } = shut;
  const tried = [...probed].filter(([candidate]) => mayTake(candidate));
  const refused = tellingOf(tried);
  const others = [...probed].filter(([candidate, { kind }]) => !mayTake(candidate) && kind === "answered");
  const detail = [...probed].map((entry) => lineOf(entry, shut));
  const name = `cluster ${wanted.cluster} in ${wanted.location}`;
  if (refused !== undefined) return refusal(refused, shut, detail);
  const doors = tried.map(([{ kind }]) => DOORS[kind]).join(" and ");
  const instead =
    others.length > 0
      ? `${others.map(([{ kind }]) => `\`endpoint: ${kind}\``).join(" and ")} can be: use that`
      : remedy(shut);
  return new ActionError(
    "ClusterUnreachable",
    `Cannot reach ${name} from this runner by ${doors}; ${instead}`,
    { detail },
  );
}

type Refused = [Candidate, Refusal];

/** The refusal that tells most: one of who we are before one of an endpoint that is down. */
function tellingOf(tried: readonly [Candidate, Probed][]): Refused | undefined {
  const refused = tried.flatMap(([candidate, probed]): Refused[] =>
    probed.kind === "refused" ? [[candidate, probed.refusal]] : [],
  );
  return refused.find(([, { code }]) => code === 401 || code === 403) ?? refused[0];
}

const DOORS: Readonly<Record<Candidate["kind"], string>> = {
  public: "the public endpoint",
  private: "the private endpoint",
  dns: "the DNS endpoint",
  "connect-gateway": "the Connect Gateway",
};

function lineOf([{ kind, server }, probed]: [Candidate, Probed], { facts, identity }: Shut): string {
  const name = `${kind} (${new URL(server).host})`;
  switch (probed.kind) {
    case "answered":
      return `${name}: reachable`;
    case "refused":
      return `${name}: ${probed.refusal.code} for ${identity.text}: ${probed.refusal.message}`;
    case "silent":
      return `${name}: ${probed.why}; ${reasonFor(kind, facts)}`;
  }
  return probed satisfies never;
}

function reasonFor(kind: Candidate["kind"], { authorizedNetworks }: GkeFacts): string {
  if (kind === "private") return "it is reached from inside the VPC network of the cluster only";
  if (kind === "public" && authorizedNetworks !== undefined) {
    return `it is for authorised networks only (${listed(authorizedNetworks)}), and packets from elsewhere are dropped`;
  }
  return "a firewall, or a proxy that is needed and not set (HTTPS_PROXY), may stand between";
}

function remedy({ wanted, facts }: Shut): string {
  const { cluster, location, project } = wanted;
  if (facts.dns?.allowExternalTraffic !== true) {
    return `the DNS endpoint would be reachable from everywhere, with IAM before it: gcloud container clusters update ${cluster} --location=${location} --project=${project} --enable-dns-access; or use \`endpoint: connect-gateway\`, or a runner inside its networks`;
  }
  return "check firewall and proxy (HTTPS_PROXY, NO_PROXY) of this runner, or use `endpoint: connect-gateway`";
}

function refusal(refused: Refused, { wanted, identity }: Shut, detail: readonly string[]): ActionError {
  const [{ kind, server }, refusal] = refused;
  const { code } = refusal;
  const { host } = new URL(server);
  const told = { detail, cause: refusal };
  const opening = `Cannot use ${DOORS[kind]} of cluster ${wanted.cluster} (${host})`;
  if (code === 401) {
    const message = `${opening}: it answered 401 for ${identity.text}, also with a fresh token; the identity may be unknown to this cluster, or disabled`;
    return new ActionError("AuthenticationFailed", message, told);
  }
  if (code === 403) return forbidden(refused, { opening, wanted, identity, detail });
  if (code === 429 || code >= 500) {
    const message = `${opening}: it answered ${code} (${refusal.message}); the control plane may be restarting, run again later`;
    return new ActionError("ApiUnavailable", message, told);
  }
  const message = `${opening}: it answered ${code}, which no Kubernetes API server does to a look at /version`;
  return new ActionError("ClusterUnreachable", message, told);
}

interface Forbidden extends Pick<Shut, "wanted" | "identity"> {
  readonly opening: string;
  readonly detail: readonly string[];
}

interface IamBefore {
  readonly permission: string;
  readonly role: string;
  readonly also: string;
  /** Who else may say 403 there. */
  readonly others: string;
}

/** IAM stands before these two, whatever RBAC in the cluster says. */
const IAM_BEFORE: Readonly<Partial<Record<Candidate["kind"], IamBefore>>> = {
  dns: {
    permission: "container.clusters.connect",
    role: "roles/container.viewer",
    also: ", which holds it (as does roles/container.developer), or a custom role with this one permission",
    others: "external traffic that is not allowed (yet), VPC Service Controls, or a proxy",
  },
  "connect-gateway": {
    permission: "gkehub.gateway.get",
    role: "roles/gkehub.gatewayEditor",
    also: "",
    others: "VPC Service Controls, or a proxy",
  },
};

function forbidden([{ kind, server }, refusal]: Refused, told: Forbidden): ActionError {
  const { opening, wanted, identity, detail } = told;
  const iam = IAM_BEFORE[kind];
  const say = (text: string, more: readonly string[] = []): ActionError =>
    new ActionError("PermissionDenied", `${opening}: ${text}`, {
      detail: [...more, ...detail],
      cause: refusal,
    });
  if (iam === undefined) return say(`403 for ${identity.text}: ${refusal.message}`);
  const { google, message } = refusal;
  const project = fleetOf(server) ?? wanted.project;
  if (google?.reason !== undefined && google.reason !== "IAM_PERMISSION_DENIED") {
    const [text] = whyForbidden(google, {
      ...iam,
      charged: undefined,
      project,
      identity,
      host: new URL(server).host,
    });
    return say(text);
  }
  const binding = grant(project, iam.role, identity);
  if (google === undefined && !message.includes(iam.permission)) {
    const check = `if it is none of these, check that ${identity.text} has ${iam.role}`;
    return say(`something before the cluster answered 403: ${iam.others}; ${check}`, [binding]);
  }
  const permission = google?.metadata.permission ?? iam.permission;
  return say(
    `IAM, which is asked before the cluster, answered 403: ${identity.text} lacks the permission ${permission}; grant it ${iam.role}${iam.also}`,
    [binding],
  );
}

/** Project of the fleet whose gateway this is: its IAM policy decides, not that of the cluster's project. */
const fleetOf = (server: string): string | undefined => /\/v1\/projects\/([^/]+)\//.exec(server)?.[1];
