import type { Node, PlacedPod } from "../../model/room.ts";
import type { Storage } from "../../model/storage.ts";
import { type Attachable, attachableKey, attachablesOf, volumeLookup } from "./csi-volume.ts";
import type { ClusterFilter, Judge, Refusal } from "./filter.ts";
import { Tally } from "./tally.ts";

const TOO_MANY: readonly Refusal[] = [
  { id: "volume-count", text: "node(s) exceed max volume count", resolvable: true },
];
const ENOUGH: readonly Refusal[] = [];

/** Since then volumes count that are attached though no pod of the node uses them. */
const ATTACHMENTS_SINCE = 32;

/**
 * Wants the CSI drivers of the pod's volumes to attach no more volumes to the node than they can. A volume counts
 * once however many pods use it.
 * Source: pkg/scheduler/framework/plugins/nodevolumelimits/csi.go (v1.36.3).
 */
export const nodeVolumeLimits: ClusterFilter = {
  kind: "cluster",
  prepare: ({ spec, namespace }, { nodes, storage, minor }) => {
    if (spec.volumes.length === 0 || storage.unread) return undefined;
    const lookup = volumeLookup(storage, namespace);
    const wanted = attachablesOf({ namespace, name: "", volumes: spec.volumes }, lookup);
    const drivers = new Set(wanted.map(({ driver }) => driver));
    const limits = limitsOf(storage, drivers);
    if (limits.size === 0) return undefined;
    const count = (pod: PlacedPod): readonly Attachable[] =>
      attachablesOf(pod, lookup).filter(({ driver }) => drivers.has(driver));
    const used = minor >= ATTACHMENTS_SINCE ? storage : { ...storage, attachments: [] };
    return judgeOf({ wanted, limits, nodes, count, attached: attachedOn(used) });
  },
};

/** Node name to the most volumes of each of these drivers; nodes without any such limit are left out. */
type Limits = ReadonlyMap<string, ReadonlyMap<string, number>>;

function limitsOf({ csiNodes }: Storage, drivers: ReadonlySet<string>): Limits {
  const all = new Map<string, ReadonlyMap<string, number>>();
  for (const [node, { limits }] of csiNodes) {
    const ours = new Map([...limits].filter(([driver]) => drivers.has(driver)));
    if (ours.size > 0) all.set(node, ours);
  }
  return all;
}

/** Node name to the volumes that are attached there. In-tree volumes are not looked at. */
function attachedOn({ attachments, volumes }: Storage): ReadonlyMap<string, readonly Attachable[]> {
  const on = new Map<string, Attachable[]>();
  for (const { nodeName, driver, volumeName } of attachments) {
    const csi = volumes.get(volumeName)?.csi;
    if (csi === undefined || driver === "") continue;
    const here = on.get(nodeName) ?? [];
    here.push({ driver, key: attachableKey(driver, csi.handle), each: false });
    on.set(nodeName, here);
  }
  return on;
}

interface Counted {
  readonly wanted: readonly Attachable[];
  readonly limits: Limits;
  readonly nodes: readonly { readonly node: Node; readonly pods: readonly PlacedPod[] }[];
  /** What of a pod counts. */
  readonly count: (pod: PlacedPod) => readonly Attachable[];
  readonly attached: ReadonlyMap<string, readonly Attachable[]>;
}

function judgeOf({ wanted, limits, nodes, count, attached }: Counted): Judge {
  const tally = new Tally();
  const kinds = new Map(wanted.map((attachable) => [attachable.key, attachable]));
  const change = (pod: PlacedPod, { name }: Node, by: 1 | -1): void => {
    if (pod.volumes === undefined || !limits.has(name)) return;
    for (const attachable of count(pod)) {
      kinds.set(attachable.key, attachable);
      tally.change(name, attachable.key, by);
    }
  };
  for (const { node, pods } of nodes) {
    for (const pod of pods) if (pod.nodeName !== undefined) change(pod, node, 1);
  }
  const left = new Map<string, readonly Attachable[]>();
  for (const [name, volumes] of attached) left.set(name, unused(volumes, tally.on(name)));
  return {
    scope: "node",
    refusals: ({ node: { name } }) => {
      const here = limits.get(name);
      if (here === undefined) return ENOUGH;
      const taken = takenBy(tally.on(name), kinds, unused(left.get(name) ?? [], tally.on(name)));
      const added = countBy(wanted.filter(({ key, each }) => each || !tally.on(name).has(key)));
      const over = [...added].some(([driver, more]) => {
        const most = here.get(driver);
        return most !== undefined && (taken.get(driver) ?? 0) + more > most;
      });
      return over ? TOO_MANY : ENOUGH;
    },
    ...(wanted.some(({ each }) => each) ? {} : { further: () => Number.POSITIVE_INFINITY }),
    add: (pod, node) => change(pod, node, 1),
    remove: (pod, node) => change(pod, node, -1),
    signature: ({ name }) => {
      const here = limits.get(name);
      if (here === undefined) return "";
      const used = tally.on(name);
      const ours = wanted.map(({ key }) => used.get(key) ?? 0);
      const others = [...used].filter(([key]) => !wanted.some((attachable) => attachable.key === key));
      const uses = others.map(([key, times]) => `${kinds.get(key)?.driver} ${times}`).sort();
      const idle = left.get(name) ?? [];
      const again = wanted.filter(({ key }) => idle.some((attachable) => attachable.key === key));
      return JSON.stringify([[...here], ours, uses, [...countBy(idle)], again]);
    },
  };
}

/**
 * Volumes that stay attached without a pod. Those that pods use are detached once these pods are gone, so they are
 * no longer counted then.
 */
const unused = (volumes: readonly Attachable[], used: ReadonlyMap<string, number>): readonly Attachable[] =>
  volumes.filter(({ key }) => !used.has(key));

/** Driver to the number of volumes that it has attached. */
function takenBy(
  used: ReadonlyMap<string, number>,
  kinds: ReadonlyMap<string, Attachable>,
  others: readonly Attachable[],
): ReadonlyMap<string, number> {
  const taken = new Map(countBy(others));
  for (const [key, times] of used) {
    const kind = kinds.get(key);
    if (kind === undefined) continue;
    taken.set(kind.driver, (taken.get(kind.driver) ?? 0) + (kind.each ? times : 1));
  }
  return taken;
}

function countBy(volumes: readonly Attachable[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const keys = new Map(volumes.map(({ key, driver }) => [key, driver]));
  for (const driver of keys.values()) counts.set(driver, (counts.get(driver) ?? 0) + 1);
  return counts;
}
