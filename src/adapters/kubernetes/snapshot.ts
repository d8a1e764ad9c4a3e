import { type V1LimitRange, type V1Node, type V1Pod, VersionApi } from "@kubernetes/client-node";
import { withDefaults } from "../../core/capacity/defaults.ts";
import type { Admission, Snapshot } from "../../core/capacity/verdict.ts";
import type { Gap } from "../../core/model/gap.ts";
import { instant } from "../../core/model/instant.ts";
import type { PodSpec } from "../../core/model/pod-spec.ts";
import { NO_STORAGE } from "../../core/model/storage.ts";
import type { SnapshotRequest } from "../../ports.ts";
import { type Api, configuration, corePath, type ListOptions, pages } from "./api.ts";
import { readAutoscaler } from "./autoscaler.ts";
import { toLimitRange, toNode, toPlacedPod } from "./decode-room.ts";
import { dryRunPod, NO_HASH } from "./dry-run.ts";
import { Refusal } from "./failure.ts";
import { unreadGap, type Wanted } from "./gap.ts";

/** Pods that take room. */
const NOT_FINISHED = "status.phase!=Succeeded,status.phase!=Failed";

const NO_VERDICT = "whether there is room is not known";

/**
 * Reads what decides whether new pods find room: nodes, pods of all namespaces, whether an autoscaler adds nodes, and
 * the new pod as the API would admit it, all at once. What could not be read is a gap that tells why, and names the rule where a right is missing.
 * Throws `ActionError` when there is no signing in, or no API server to be reached.
 */
export async function readSnapshot(
  api: Api,
  request: SnapshotRequest,
  signal: AbortSignal,
): Promise<Snapshot> {
  const at = instant(Date.now());
  const version = await readMinor(api, signal);
  const [nodes, pods, newPod, autoscaling] = await Promise.all([
    listed(
      api,
      { what: "nodes", path: "/api/v1/nodes", lost: NO_VERDICT },
      (node: V1Node) => toNode(node),
      signal,
    ),
    listed(
      api,
      {
        what: "pods of all namespaces",
        path: "/api/v1/pods",
        query: { fieldSelector: NOT_FINISHED },
        lost: NO_VERDICT,
        takesRoom: true,
      },
      (pod: V1Pod) => toPlacedPod(pod, version.minor),
      signal,
    ),
    readNewPod(api, request, signal),
    readAutoscaler(api, signal),
  ]);
  return {
    minor: version.minor,
    at,
    pod: newPod.pod,
    admission: newPod.admission,
    nodes: nodes.items,
    pods: pods.items,
    labels: { ...request.next.labels, "pod-template-hash": NO_HASH },
    namespaceLabels: new Map(),
    storage: NO_STORAGE,
    quotas: [],
    autoscaling,
    gaps: [...version.gaps, ...nodes.gaps, ...pods.gaps, ...newPod.gaps],
  };
}

/** Rules that depend on the version take the newest when it is not told. */
const NEWEST_MINOR = 36;

async function readMinor(api: Api, signal: AbortSignal): Promise<{ minor: number; gaps: readonly Gap[] }> {
  try {
    const { minor, gitVersion } = await new VersionApi(configuration(api, signal)).getCode();
    // GKE and EKS write `33+`.
    const number = Number.parseInt(minor, 10);
    if (Number.isFinite(number)) return { minor: number, gaps: [] };
    return {
      minor: NEWEST_MINOR,
      gaps: [{ what: "version", why: `"${gitVersion}" tells no minor version` }],
    };
  } catch (error) {
    const wanted = { what: "version", lost: "the rules of the newest version are used" };
    return {
      minor: NEWEST_MINOR,
      gaps: [unreadGap(api, error, "read the version of the API server", wanted)],
    };
  }
}

interface Listed<T> {
  readonly items: readonly T[];
  readonly gaps: readonly Gap[];
}

interface ListPlan extends ListOptions, Wanted {
  readonly takesRoom?: true;
}

/** Reads a list and reduces it page by page; a page that expired half-way begins the list anew, once. */
async function listed<J, T>(
  api: Api,
  plan: ListPlan,
  reduce: (json: J) => T,
  signal: AbortSignal,
): Promise<Listed<T>> {
  const { what, lost, takesRoom, ...list } = plan;
  const once = async (): Promise<Listed<T>> => {
    const items: T[] = [];
    for await (const page of pages<J>(api, list, signal))
      for (const json of page.items) items.push(reduce(json));
    return { items, gaps: [] };
  };
  try {
    return await once().catch((error: unknown) => (isExpired(error) ? once() : Promise.reject(error)));
  } catch (error) {
    const gap = unreadGap(api, error, `list ${what}`, { what, lost });
    return { items: [], gaps: [{ ...gap, ...(takesRoom && { takesRoom }) }] };
  }
}

interface NewPod {
  readonly pod: PodSpec;
  readonly admission: Admission;
  readonly gaps: readonly Gap[];
}

/** The new pod as the API admits it; where it does not, or may not be asked, as local rules fill it in. */
async function readNewPod(api: Api, { target, next }: SnapshotRequest, signal: AbortSignal): Promise<NewPod> {
  const answer = await dryRunPod(api, target, next, signal);
  switch (answer.kind) {
    case "admitted":
      return { pod: answer.pod, admission: { kind: "admitted" }, gaps: [] };
    case "not-asked": {
      const local = await readLocally(api, { target, next }, signal);
      const admission = { kind: "not-asked", why: answer.gap.why } as const;
      return { pod: local.pod, admission, gaps: [{ ...answer.gap, takesRoom: true }, ...local.gaps] };
    }
    case "denied": {
      const [current, local] = await Promise.all([
        dryRunPod(api, target, target.workload.template, signal),
        readLocally(api, { target, next }, signal),
      ]);
      const currentPasses = current.kind === "admitted";
      return { ...local, admission: { kind: "denied", message: answer.message, currentPasses } };
    }
  }
  return answer satisfies never;
}

async function readLocally(
  api: Api,
  { target, next }: SnapshotRequest,
  signal: AbortSignal,
): Promise<Pick<NewPod, "pod" | "gaps">> {
  const path = corePath(target.workload.namespace, "limitranges");
  const lost = "defaults that the namespace fills in are not known";
  const ranges = await listed(
    api,
    { what: "LimitRanges", path, lost, takesRoom: true },
    (json: V1LimitRange) => toLimitRange(json),
    signal,
  );
  const { spec, gaps } = withDefaults(next.spec, ranges.items);
  return { pod: spec, gaps: [...ranges.gaps, ...gaps] };
}

const isExpired = (error: unknown): boolean => error instanceof Refusal && error.code === 410;
