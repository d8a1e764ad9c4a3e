import type { Resources } from "../../model/resources.ts";
import type { Incoming } from "../room.ts";
import { given } from "./cluster-limits.ts";
import type { Stalled } from "./room-by-scaling.ts";

/** Whether node auto-provisioning would create a node pool that takes the pod. */
export type NewPool = { readonly kind: "fits" | "unclear"; readonly text: string };

/** The largest pod that general-purpose machines take for sure: 30 CPU and 110 GiB, in the scheduler's units. */
const LARGEST: Resources = new Map([
  ["cpu", 30_000],
  ["memory", 110 * 2 ** 30],
]);

/** A pod is given a machine of at most four times its size, and the cluster's machines count whole. */
const WASTE = 4;

/**
 * Judges only what is plain: a pod that asks for CPU and memory alone, of a size that general-purpose machines have,
 * that any node would do for, far from the cluster's limits. All else is not known.
 */
export function newPool({ pod, nodes, deficit }: Stalled, limits: Resources): NewPool {
  const fits = isPlain(pod) && [...LARGEST].every(([name, most]) => leaves(name, most));
  return fits
    ? { kind: "fits", text: "node auto-provisioning can create a node pool (auto) for the pods that wait" }
    : {
        kind: "unclear",
        text: "node auto-provisioning may create a node pool, which is not modelled for such a pod",
      };

  function leaves(name: string, most: number): boolean {
    const wanted = pod.requests.get(name) ?? 0;
    const limit = limits.get(name);
    return wanted <= most && limit !== undefined && WASTE * (given(nodes, name) + deficit * wanted) <= limit;
  }
}

const PLAIN = new Set(["cpu", "memory", "ephemeral-storage"]);

function isPlain({ spec, requests }: Incoming): boolean {
  const {
    nodeSelector,
    nodeAffinity,
    nodeName,
    unmodelled,
    podAffinity,
    podAntiAffinity,
    topologySpread,
    volumes,
  } = spec;
  const lists = [
    Object.keys(nodeSelector),
    unmodelled,
    podAffinity,
    podAntiAffinity,
    topologySpread,
    volumes,
  ];
  const asks = [...requests].every(([name, amount]) => amount === 0 || PLAIN.has(name));
  const wantsNodes = nodeAffinity !== undefined || nodeName !== undefined;
  return asks && !wantsNodes && lists.every(({ length }) => length === 0) && spec.tolerations.every(isUsual);
}

/** Given to every pod by admission; any other one asks for nodes of its own. */
const isUsual = ({ key = "" }: { readonly key: string | undefined }): boolean =>
  key.startsWith("node.kubernetes.io/");
