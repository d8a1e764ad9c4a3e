import type { V1Deployment } from "@kubernetes/client-node";
import { instant } from "../../core/model/instant.ts";
import type { Target, WorkloadRef } from "../../core/model/workload.ts";
import { ActionError } from "../../core/reason.ts";
import { type Api, appsPath, attempt, corePath, read, readAll, workloadPath } from "./api.ts";
import { RolloutCache } from "./cache.ts";
import { toWorkload } from "./decode.ts";
import { Refusal } from "./failure.ts";
import type { Raw } from "./feed.ts";
import { selectorText } from "./selector-text.ts";
import { type Tap, tellVersion } from "./tap.ts";

/** Reads a workload with its ReplicaSets and pods. Throws `ActionError`; a workload that is not there is explained. */
export async function readTarget(
  api: Api,
  ref: WorkloadRef,
  signal: AbortSignal,
  tap?: Tap,
): Promise<Target> {
  const name = `${ref.namespace}/${ref.name}`;
  const json = await attempt(api, `read deployment ${name}`, () => readWorkload(api, ref, signal));
  const labelSelector = selectorText(toWorkload(json).selector);
  const list = (what: string, path: string) =>
    attempt(api, `read the ${what} of deployment ${name}`, () =>
      readAll<Raw>(api, { path, query: { labelSelector } }, signal),
    );
  const [replicaSets, pods] = await Promise.all([
    list("ReplicaSets", appsPath(ref.namespace, "replicasets")),
    list("pods", corePath(ref.namespace, "pods")),
    tap && tellVersion(api, tap, signal),
  ]);
  const cache = new RolloutCache(ref, json.metadata?.uid);
  for (const [kind, objects] of [
    ["Deployment", [json]],
    ["ReplicaSet", replicaSets],
    ["Pod", pods],
  ] as const) {
    cache.replace(kind, objects);
    tap?.listed(kind, objects);
  }
  const seen = cache.observation(instant(0), instant(0), []);
  return { workload: toWorkload(json), replicaSets: seen.replicaSets, pods: seen.pods };
}

async function readWorkload(api: Api, ref: WorkloadRef, signal: AbortSignal): Promise<V1Deployment & Raw> {
  try {
    return await read<V1Deployment & Raw>(api, workloadPath(ref), signal);
  } catch (error) {
    const missing = error instanceof Refusal && error.code === 404 && error.status.reason === "NotFound";
    throw missing ? await notFound(api, ref, signal) : error;
  }
}

/** What is there instead, as far as we may look. */
async function notFound(api: Api, ref: WorkloadRef, signal: AbortSignal): Promise<ActionError> {
  const { namespace } = ref;
  const names = await namesOf(api, appsPath(namespace, "deployments"), signal);
  if (names?.length === 0) {
    const namespaces = await namesOf(api, "/api/v1/namespaces", signal);
    if (namespaces !== undefined && !namespaces.includes(namespace)) {
      return new ActionError(
        "WorkloadNotFound",
        `No namespace ${namespace} in this cluster${instead(namespace, namespaces)}`,
      );
    }
  }
  const there = names === undefined ? "" : instead(ref.name, names);
  return new ActionError("WorkloadNotFound", `No deployment ${ref.name} in namespace ${namespace}${there}`);
}

async function namesOf(api: Api, path: string, signal: AbortSignal): Promise<readonly string[] | undefined> {
  try {
    const items = await readAll<{ metadata: { name: string } }>(api, { path }, signal);
    return items.map(({ metadata }) => metadata.name);
  } catch (error) {
    // Only a hint hangs on it: without the right to list there is none.
    if (error instanceof Refusal) return;
    throw error;
  }
}

const MOST_NAMES = 10;

/** The names that begin most like the wanted one, or all of a few. */
function instead(wanted: string, names: readonly string[]): string {
  if (names.length === 0) return ", which has none";
  const nearest = names.toSorted(
    (a, b) => sharedStart(wanted, b) - sharedStart(wanted, a) || (a < b ? -1 : 1),
  );
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : "";
  return `; there are ${nearest.slice(0, MOST_NAMES).join(", ")}${more}`;
}

function sharedStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
