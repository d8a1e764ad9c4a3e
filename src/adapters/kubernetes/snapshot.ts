import { type V1Node, VersionApi } from "@kubernetes/client-node";
import type { Snapshot } from "../../core/capacity/verdict.ts";
import type { Gap } from "../../core/model/gap.ts";
import { instant } from "../../core/model/instant.ts";
import type { PodSpec } from "../../core/model/pod-spec.ts";
import type { Node, PlacedPod } from "../../core/model/room.ts";
import type { SnapshotRequest } from "../../ports.ts";
import { type Api, configuration } from "./api.ts";
import { readAutoscaler } from "./autoscaler.ts";
import { toNode } from "./decode-room.ts";
import { readDevices } from "./device-classes.ts";
import { readDisruptionBudgets } from "./disruption-budgets.ts";
import { unreadGap } from "./gap.ts";
import { readHorizontalPodAutoscalers } from "./horizontal-pod-autoscalers.ts";
import { type Listed, listed } from "./listed.ts";
import { readNamespaceLabels } from "./namespace-labels.ts";
import { readNewPod } from "./new-pod.ts";
import { placedPods } from "./placed-pods.ts";
import { readStorage } from "./storage.ts";

/** Pods that take room. */
const NOT_FINISHED = "status.phase!=Succeeded,status.phase!=Failed";

const NO_VERDICT = "whether there is room is not known";

/**
 * Reads what decides whether new pods find room: first what always does, all at once, then what the pods that were
 * found call for. What could not be read is a gap that tells why, and names the rule where a right is missing.
 *
 * All pods of the cluster are read, however few nodes could take a new one: any pod on any node may refuse ours as
 * neighbours in a domain that holds them both, and only the pod itself tells.
 *
 * Throws `ActionError` when there is no signing in, or no API server to be reached.
 */
export async function readSnapshot(
  api: Api,
  request: SnapshotRequest,
  signal: AbortSignal,
): Promise<Snapshot> {
  const at = instant(Date.now());
  const version = await readMinor(api, signal);
  const { minor } = version;
  const { namespace } = request.target.workload;
  const [{ nodes, pods }, { newPod, volumes, devices }, autoscaling, scalers] = await Promise.all([
    readRoom(api, minor, request, signal),
    readNewPod(api, request, signal).then(async (newPod) => {
      const { pod } = newPod;
      const [volumes, devices] = await Promise.all([
        readStorage(api, { minor, namespace, pod }, signal),
        readDevices(api, { minor, pod }, signal),
      ]);
      return { newPod, volumes, devices };
    }),
    readAutoscaler(api, signal),
    readHorizontalPodAutoscalers(api, namespace, signal),
  ]);
  const { labels } = newPod;
  const among = { pod: newPod.pod, pods: pods.items };
  const [namespaces, budgets] = await Promise.all([
    readNamespaceLabels(api, { namespace, labels, ...among }, signal),
    readDisruptionBudgets(api, among, signal),
  ]);
  return {
    minor,
    at,
    pod: newPod.pod,
    labels,
    admission: newPod.admission,
    warnings: newPod.warnings,
    nodes: nodes.items,
    pods: pods.items,
    namespaceLabels: namespaces.labels,
    storage: volumes.storage,
    ...(budgets.length > 0 && { budgets }),
    quotas: newPod.quotas,
    leastRequests: newPod.leastRequests,
    autoscaling,
    ...(scalers.length > 0 && { scalers }),
    ...(devices && { devices }),
    gaps: [
      ...[version, nodes].flatMap(({ gaps }) => gaps),
      ...unreadPods(pods.gaps, newPod.pod),
      ...[newPod, volumes, namespaces].flatMap(({ gaps }) => gaps),
    ],
  };
}

/** Pods that could not be read only take room, but for a pod that goes by where others are. */
function unreadPods(gaps: readonly Gap[], { podAffinity, topologySpread }: PodSpec): readonly Gap[] {
  if (podAffinity.length + topologySpread.length > 0) return gaps;
  return gaps.map((gap) => ({ ...gap, takesRoom: true }));
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

interface RoomRead {
  readonly nodes: Listed<Node>;
  readonly pods: Listed<PlacedPod>;
}

/** Nodes, and the pods that take room on them. */
async function readRoom(
  api: Api,
  minor: number,
  { onProgress }: SnapshotRequest,
  signal: AbortSignal,
): Promise<RoomRead> {
  const progress = { nodes: 0, pods: 0 };
  const counted = (what: keyof typeof progress) => (read: number) => {
    progress[what] = read;
    onProgress?.({ ...progress });
  };
  const [nodes, pods] = await Promise.all([
    listed(
      api,
      { what: "nodes", path: "/api/v1/nodes", lost: NO_VERDICT, onPage: counted("nodes") },
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
        onPage: counted("pods"),
      },
      placedPods(minor),
      signal,
    ),
  ]);
  return { nodes, pods };
}
