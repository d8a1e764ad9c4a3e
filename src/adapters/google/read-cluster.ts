import type { GkeFacts } from "../../core/endpoint.ts";
import { ActionError } from "../../core/reason.ts";
import { toGkeFacts } from "./decode-cluster.ts";
import { readGoogle, type Session } from "./session.ts";

/** A cluster in one of these states has no API server that could be worked with. Source: GKE API v1, `Cluster.Status`. */
const NOT_THERE: Readonly<Record<string, string>> = {
  PROVISIONING: "is still being created; run again when it is RUNNING",
  STOPPING: "is being deleted",
  ERROR: "cannot be used any more",
};

/** Clusters in a message. */
const SHOWN = 10;

/**
 * Reads what the Container API tells of the cluster. Throws `ActionError`: `PermissionDenied`, `ClusterNotFound` with
 * the clusters nearby, `ClusterUnreachable` for a cluster that is not running, and all that a sign-in throws.
 */
export async function readCluster(session: Session): Promise<GkeFacts> {
  const { project, location, cluster } = session.wanted;
  const json = await readGoogle(session, {
    service: "container",
    path: `/v1/projects/${encode(project)}/locations/${encode(location)}/clusters/${encode(cluster)}`,
    doing: `read cluster ${cluster} in ${location} of project ${project}`,
    permission: "container.clusters.get",
    role: "roles/container.clusterViewer",
  }).catch(async (error: unknown) => {
    if (!(error instanceof ActionError) || error.reason !== "ClusterNotFound") throw error;
    throw await notFound(session, error);
  });
  const facts = toGkeFacts(json, session.wanted);
  const trouble = NOT_THERE[facts.status];
  if (trouble === undefined) return facts;
  const message = `Cluster ${cluster} in ${location} of project ${project} ${trouble} (status ${facts.status})`;
  throw new ActionError("ClusterUnreachable", message, { detail: facts.conditions });
}

const encode = encodeURIComponent;

async function notFound(session: Session, error: ActionError): Promise<ActionError> {
  const { project, location, cluster } = session.wanted;
  const there = await clustersOf(session).catch(() => undefined);
  const message = `No cluster ${cluster} in ${location} of project ${project}; ${advice(session, there)}`;
  return new ActionError("ClusterNotFound", message, { detail: error.detail, cause: error });
}

function advice({ wanted }: Session, there: readonly Place[] | undefined): string {
  if (there === undefined)
    return "check `cluster`, `location` and `project-id`; clusters nearby could not be listed";
  if (there.length === 0) return "the project has no clusters at all: check `project-id`";
  const namesakes = there.filter(({ name }) => name === wanted.cluster);
  if (namesakes.length > 0)
    return `it is in ${namesakes.map((place) => place.location).join(" and in ")}: set \`location\``;
  const shown = there.slice(0, SHOWN).map(({ name, location }) => `${name} in ${location}`);
  const more = there.length > SHOWN ? ` and ${there.length - SHOWN} more` : "";
  return `the project has ${shown.join(", ")}${more}: check \`cluster\` and \`location\``;
}

interface Place {
  readonly name: string;
  readonly location: string;
}

async function clustersOf({ apis, wanted, signal }: Session): Promise<readonly Place[]> {
  const json = await apis.get(
    "container",
    `/v1/projects/${encode(wanted.project)}/locations/-/clusters`,
    signal,
  );
  const { clusters = [] } = json as { readonly clusters?: readonly Place[] };
  return clusters;
}
