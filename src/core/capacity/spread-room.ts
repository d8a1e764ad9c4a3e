import type { PlacedPod } from "../model/room.ts";
import { lastingCluster } from "./cluster.ts";
import { type Coexistence, coexistenceOf } from "./coexistence.ts";
import { includes } from "./filters/pod-topology-spread.ts";
import { domainOf } from "./filters/topology.ts";
import type { Model } from "./model.ts";
import type { NodeOccupancy } from "./occupancy.ts";
import { type Scheduling, schedulingOf } from "./scheduling.ts";
import { unconstrained } from "./unconstrained.ts";

/** A domain of the constraint. */
interface Domain {
  /** Pods that count and stay whatever the rollout does, beside new ones. */
  readonly staying: number;
  readonly room: Coexistence;
}

/**
 * Proves, where it can, that a rollout under one spread constraint completes, without playing it: a domain that holds
 * the fewest pods never refuses for the constraint, so it is enough that whichever holds the fewest always has room.
 * With so many pods in so many domains, such a one holds no more than the average.
 */
export function alwaysFitsSpread(model: Model, scheduling: Scheduling): boolean {
  const { start, quota, pod } = model;
  const [constraint, ...others] = pod.spec.topologySpread;
  if (constraint === undefined || others.length > 0 || !isOnlySpread(model)) return false;
  if (start.waiting.count > 0 || quota.least(start.old) < start.replicas) return false;
  // Pods that the constraint counts are those that matter to other nodes.
  const counts = (placed: PlacedPod): boolean => placed.nodeName !== undefined && scheduling.reaches(placed);
  const oldCount = model.nodes.some(({ old }) => old.some(counts));
  const nodes = model.nodes.filter(({ node }) =>
    includes(constraint, [constraint.topologyKey], node, pod, model.minor),
  );
  const groups = Map.groupBy(nodes, ({ node }) => domainOf(node, constraint.topologyKey));
  if (groups.size === 0 || groups.size < constraint.minDomains) return false;
  // No pod of these repels others, so that only the new pod is to be freed.
  const free = { ...model, pod: unconstrained({ ...model, nodes: [] }).pod };
  const domains = [...groups.values()].map((own) => domainWith(free, own, counts));
  for (let k = start.available; k < start.replicas; k += 1) {
    if (!hasRoom(model, domains, k, oldCount)) return false;
  }
  return true;
}

/** Whether nothing but the constraint makes one node depend on another. */
function isOnlySpread(model: Model): boolean {
  const free = unconstrained(model);
  const scheduling = schedulingOf(free.pod, lastingCluster(free));
  const ours = model.nodes.flatMap(({ old, leaving }) => [...old, ...leaving]);
  const { podAffinity, podAntiAffinity } = model.pod.spec;
  const repelled = model.nodes.some(({ old, leaving }) =>
    [...old, ...leaving].some(({ repels }) => repels.length > 0),
  );
  return podAffinity.length + podAntiAffinity.length === 0 && !repelled && !ours.some(scheduling.reaches);
}

function domainWith(
  model: Model,
  nodes: readonly NodeOccupancy[],
  counts: (pod: PlacedPod) => boolean,
): Domain {
  return {
    staying: nodes.reduce((sum, { staying }) => sum + staying.filter(counts).length, 0),
    room: coexistenceOf({ ...model, nodes, groups: [model.old] }),
  };
}

/** Whether each domain that may hold the fewest pods takes one more while `k` new ones are available. */
function hasRoom({ start }: Model, domains: readonly Domain[], k: number, oldCount: boolean): boolean {
  const left = Math.min(start.old, Math.max(0, start.replicas - start.unavailable - k));
  const staying = domains.reduce((sum, domain) => sum + domain.staying, 0);
  const fewest = Math.floor((staying + k + (oldCount ? left : 0)) / domains.length);
  return domains.every(({ staying: own, room }) => {
    for (let old = 0; old <= Math.min(left, room.placed); old += 1) {
      const fresh = Math.min(k, fewest - own - (oldCount ? old : 0));
      if (fresh >= 0 && room.least(old) <= fresh) return false;
    }
    return true;
  });
}
