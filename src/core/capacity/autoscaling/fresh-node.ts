import type { Node } from "../../model/room.ts";
import { type NodeOccupancy, toOccupancy } from "../occupancy.ts";

/**
 * Taints that say how a node fares, not what it is for: a new one comes without them.
 * Source: kubernetes/autoscaler, cluster-autoscaler/utils/taints/taints.go (0af55ac), `SanitizeTaints`;
 * api/core/v1/well_known_taints.go, cloud-provider/api/well_known_taints.go (v0.36.3).
 */
const PASSING_TAINT = new RegExp(
  [
    "^node\\.kubernetes\\.io/",
    "^node\\.cloudprovider\\.kubernetes\\.io/",
    "^(ignore-taint|startup-taint|status-taint)\\.cluster-autoscaler\\.kubernetes\\.io/",
    "^(ToBeDeletedByClusterAutoscaler|DeletionCandidateOfClusterAutoscaler|NodeWithImpairedVolumes)$",
    "^cloud\\.google\\.com/impending-node-termination$",
  ].join("|"),
);

/** Whether a node is ready and schedulable, as far as its taints tell: the control plane taints one that is not. */
export const isSteady = ({ unschedulable, taints }: Node): boolean =>
  !unschedulable && !taints.some(({ key }) => PASSING_TAINT.test(key));

/**
 * Taints that a node has until it is ready for pods for the first time; the first of them also later, while it is not.
 * Source: as above; kubernetes/autoscaler, cluster-autoscaler/FAQ.md (0af55ac), startup taints.
 */
const STARTING_TAINT = new RegExp(
  [
    "^node\\.kubernetes\\.io/(not-ready|network-unavailable)$",
    "^node\\.cloudprovider\\.kubernetes\\.io/uninitialized$",
    "^(ignore-taint|startup-taint)\\.cluster-autoscaler\\.kubernetes\\.io/",
  ].join("|"),
);

/** Whether a node is there and may be ready any moment. */
export const isStarting = ({ unschedulable, taints }: Node): boolean =>
  !unschedulable && taints.some(({ key }) => STARTING_TAINT.test(key));

/**
 * A node like one that is there, as the autoscaler imagines it: with its size, labels, taints and daemon pods, under
 * another name, and with nothing else on it.
 * Source: cluster-autoscaler/pkg/simulator/node_info_utils.go, `SanitizedTemplateNodeInfoFromNodeInfo`.
 */
export function freshNode({ node, staying }: NodeOccupancy, name: string): NodeOccupancy {
  const hostname = node.labels[HOSTNAME] === undefined ? {} : { [HOSTNAME]: name };
  const taints = node.taints.filter(({ key }) => !PASSING_TAINT.test(key));
  const fresh: Node = {
    ...node,
    name,
    labels: { ...node.labels, ...hostname },
    unschedulable: false,
    taints,
  };
  const daemons = staying
    .filter(({ daemon }) => daemon)
    .map((pod) => (pod.nodeName === name ? pod : { ...pod, nodeName: name }));
  return toOccupancy(fresh, { staying: daemons, fresh: [], old: [], leaving: [] });
}

const HOSTNAME = "kubernetes.io/hostname";
