import type { PlacedPod } from "../model/room.ts";
import { type Coexistence, coexistenceOf, type Slots } from "./coexistence.ts";
import { countedBy, includes } from "./filters/pod-topology-spread.ts";
import { domainOf } from "./filters/topology.ts";
import type { Model } from "./model.ts";
import type { NodeOccupancy } from "./occupancy.ts";
import type { Scheduling } from "./scheduling.ts";

/** A node of a model, with its index there. */
type Place = readonly [number, NodeOccupancy];

/** What the pods of all domains of the constraint add up to at a moment. */
interface Counted {
  /** Those that count and stay whatever the rollout does, beside new ones. */
  readonly staying: number;
  readonly domains: number;
  /** Whether old pods count. */
  readonly old: boolean;
}

/**
 * Proves, where it can, that a rollout under one spread constraint completes, without playing it: a domain that holds
 * the fewest pods never refuses for the constraint, so it is enough that whichever holds the fewest always has room.
 * With so many pods in so many domains, such a one holds no more than the average. `free`: of the pod as if it did not
 * mind any company.
 */
export function alwaysFitsSpread(model: Model, free: Scheduling): boolean {
  const { start, quota, pod, minor } = model;
  const [constraint, ...others] = pod.spec.topologySpread;
  if (constraint === undefined || others.length > 0) return false;
  if (start.waiting.count > 0 || quota.least(start.old) < start.replicas) return false;
  if (!isOnlySpread(model, free)) return false;
  const { topologyKey, minDomains } = constraint;
  const places = [...model.nodes.entries()].filter(([, { node }]) =>
    includes(constraint, [topologyKey], node, pod, minor),
  );
  const counts = countedBy(constraint, pod, minor);
  const domains = [...Map.groupBy(places, ([, { node }]) => domainOf(node, topologyKey)).values()].map(
    (own) => ({ own, staying: stayingIn(own, pod.namespace, counts) }),
  );
  if (domains.length === 0 || domains.length < minDomains) return false;
  const counted = {
    staying: domains.reduce((sum, { staying }) => sum + staying, 0),
    domains: domains.length,
    old: model.nodes.some(({ old }) => old.some(counts)),
  };
  return domains.every(({ own, staying }) => hasRoom(model, roomIn(model, free, own), staying, counted));
}

/** Whether nothing but the constraint makes one node depend on another. */
function isOnlySpread({ nodes, pod: { spec } }: Model, free: Scheduling): boolean {
  if (spec.podAffinity.length + spec.podAntiAffinity.length > 0) return false;
  return nodes.every(({ old, leaving }) =>
    [...old, ...leaving].every((placed) => placed.repels.length === 0 && !free.reaches(placed)),
  );
}

function stayingIn(places: readonly Place[], namespace: string, counts: (pod: PlacedPod) => boolean): number {
  let staying = 0;
  for (const [, { lasting, fresh }] of places)
    staying += lasting.sum.of(namespace).filter(counts).length - fresh.filter(counts).length;
  return staying;
}

function roomIn(model: Model, free: Scheduling, places: readonly Place[]): Coexistence {
  const nodes = places.map(([, occupancy]) => occupancy);
  const at = (index: number): number => places[index]?.[0] ?? -1;
  const own: Slots = {
    refusal: free.refusal,
    slots: (index) => free.slots(at(index)),
    add: (index, pod) => free.add(at(index), pod),
    remove: (index, pod) => free.remove(at(index), pod),
  };
  return coexistenceOf({ ...model, nodes, groups: [model.old] }, own);
}

/** Whether a domain takes one more pod at all moments at which it may hold the fewest. */
function hasRoom({ start }: Model, room: Coexistence, staying: number, counted: Counted): boolean {
  for (let k = start.available; k < start.replicas; k += 1) {
    const left = Math.min(start.old, Math.max(0, start.replicas - start.unavailable - k));
    const fewest = Math.floor((counted.staying + k + (counted.old ? left : 0)) / counted.domains);
    for (let old = 0; old <= Math.min(left, room.placed); old += 1) {
      const fresh = Math.min(k, fewest - staying - (counted.old ? old : 0));
      if (fresh >= 0 && room.least(old) <= fresh) return false;
    }
  }
  return true;
}
