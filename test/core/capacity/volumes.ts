import type { ClusterView } from "../../../src/core/capacity/filters/filter.ts";
import { toIncoming } from "../../../src/core/capacity/room.ts";
import { type Scheduling, schedulingOf } from "../../../src/core/capacity/scheduling.ts";
import type { Node, PlacedPod } from "../../../src/core/model/room.ts";
import {
  type Claim,
  type ClaimSpec,
  type Disk,
  NO_STORAGE,
  type PodVolume,
  type Storage,
  type StorageClass,
  type Volume,
} from "../../../src/core/model/storage.ts";
import { parseQuantity } from "../../../src/core/quantity.ts";
import { node, podSpec } from "./builders.ts";

export const CSI = "pd.csi.storage.gke.io";

export const claimSpec = (name: string, extra: Partial<ClaimSpec> = {}): ClaimSpec => ({
  name,
  storageClassName: "standard",
  accessModes: ["ReadWriteOnce"],
  volumeMode: "Filesystem",
  size: parseQuantity("10Gi"),
  selector: undefined,
  attributesClass: "",
  ...extra,
});

/** Bound to the volume `pv-<name>`. */
export const claim = (name: string, extra: Partial<Claim> = {}): Claim => ({
  ...claimSpec(name),
  namespace: "shop",
  uid: `uid-${name}`,
  phase: "Bound",
  deleted: false,
  volumeName: `pv-${name}`,
  bound: true,
  selectedNode: undefined,
  ...extra,
});

export const UNBOUND: Partial<Claim> = { phase: "Pending", volumeName: undefined, bound: false };

/** Bound to the claim of that name. */
export const volume = (name: string, extra: Partial<Volume> = {}): Volume => ({
  name: `pv-${name}`,
  labels: {},
  phase: "Bound",
  deleted: false,
  nodeAffinity: undefined,
  storageClassName: "standard",
  accessModes: ["ReadWriteOnce"],
  volumeMode: "Filesystem",
  capacity: parseQuantity("10Gi"),
  attributesClass: "",
  claimRef: { namespace: "shop", name, uid: `uid-${name}` },
  csi: { driver: CSI, handle: `handle-${name}` },
  migrated: undefined,
  attaches: true,
  ...extra,
});

export const FREE: Partial<Volume> = { phase: "Available", claimRef: undefined };

export const storageClass = (name: string, extra: Partial<StorageClass> = {}): StorageClass => ({
  name,
  provisioner: CSI,
  waitsForConsumer: true,
  defaultSince: undefined,
  allowedTopologies: [],
  ...extra,
});

export const named = <T extends { readonly name: string }>(...items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map((item) => [item.name, item]));

export const storage = (extra: Partial<Storage> = {}): Storage => ({ ...NO_STORAGE, ...extra });

export const withClaim = (name: string): PodVolume => ({ kind: "claim", claim: name });

export const withDisk = (source: Disk["source"], id: string, extra: Partial<Disk> = {}): PodVolume => ({
  kind: "disk",
  disk: { source, id, readOnly: false, monitors: [], ...extra },
});

export const big = (name: string, extra: Partial<Node> = {}): Node =>
  node(name, { cpu: "100", memory: "100Gi" }, extra);

export interface Given {
  readonly volumes: readonly PodVolume[];
  readonly nodes: readonly Node[];
  readonly pods?: readonly PlacedPod[];
  readonly storage?: Partial<Storage>;
  readonly minor?: number;
}

export const viewOf = ({ nodes, pods = [], storage: more, minor = 36 }: Given): ClusterView => ({
  minor,
  nodes: nodes.map((each) => ({
    node: each,
    pods: pods.filter((pod) => (pod.nodeName ?? pod.nominatedNodeName) === each.name),
  })),
  namespaceLabels: new Map(),
  storage: storage(more),
});

export const incoming = ({ volumes }: Given) => toIncoming(podSpec({}, { volumes }), "shop", { app: "web" });

export const scheduling = (given: Given): Scheduling => schedulingOf(incoming(given), viewOf(given));

/** What each node says; nodes that take the pod say nothing. */
export const said = (given: Given): readonly (readonly string[])[] => {
  const asked = scheduling(given);
  return given.nodes.map((_, index) => asked.refusals(index).map(({ text }) => text));
};
