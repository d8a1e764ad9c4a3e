import type { PlacedPod } from "../model/room.ts";
import { LEAST, MOST, type Offers, together, wayOf } from "./convolution.ts";
import { slotsOf } from "./filters/index.ts";
import type { Model } from "./model.ts";
import type { NodeOccupancy } from "./occupancy.ts";
import { sameResources } from "./requests.ts";
import { type Occupant, occupied, type Room } from "./room.ts";

/**
 * How many new pods can be in the cluster at once beside a number of old ones: the total over all nodes, which is
 * the same whatever nodes the scheduler prefers, as long as new pods are alike and filters look at one node.
 * Which old pods are left is not the scheduler's choice, hence `least` and `most`.
 */
export interface Coexistence {
  /** Old pods that have a node. */
  readonly placed: number;
  readonly least: (left: number) => number;
  readonly most: (left: number) => number;
  /** The old pods still there, by node name, in a way to leave that many which leaves the least room. */
  readonly worstWay: (left: number) => ReadonlyMap<string, readonly PlacedPod[]>;
}

/** Computes the totals for every number of old pods left. */
export function coexistenceOf(model: Model): Coexistence {
  const stages = stagesOf(model);
  const least = totals(stages, LEAST);
  const most = totals(stages, MOST);
  const placed = Math.max(0, least.length - 1);
  return {
    placed,
    least: (left) => least[left] ?? 0,
    most: (left) => most[left] ?? 0,
    worstWay: (left) => worstWay(stages, left),
  };
}

/** The time while one group of old pods shrinks: older groups are gone, younger ones are whole. */
interface Stage {
  /** New pods on nodes that hold no pod of the group, whatever becomes of it. */
  readonly elsewhere: number;
  readonly nodes: readonly ShrinkingNode[];
  /** Old pods of younger groups. */
  readonly younger: ReadonlyMap<string, readonly PlacedPod[]>;
  readonly youngerCount: number;
}

interface ShrinkingNode {
  readonly name: string;
  readonly pods: readonly PlacedPod[];
  readonly least: Offers;
  readonly most: Offers;
}

/** Stages from the youngest group, which is emptied last, to the oldest. */
function stagesOf(model: Model): readonly Stage[] {
  const present = new Set(model.nodes.flatMap(({ old }) => old.map(({ ownerUid }) => ownerUid)));
  const groups = model.groups.filter((group) => group.some((uid) => present.has(uid))).reverse();
  return (groups.length === 0 ? [[]] : groups).map((group, index) =>
    stageOf(model, new Set(group), new Set(groups.slice(0, index).flat())),
  );
}

function stageOf(model: Model, group: ReadonlySet<string>, younger: ReadonlySet<string>): Stage {
  let elsewhere = 0;
  let youngerCount = 0;
  const nodes: ShrinkingNode[] = [];
  const whole = new Map<string, readonly PlacedPod[]>();
  for (const occupancy of model.nodes) {
    const shrinking = occupancy.old.filter(({ ownerUid = "" }) => group.has(ownerUid));
    const kept = occupancy.old.filter(({ ownerUid = "" }) => younger.has(ownerUid));
    const room = occupied(occupancy.lasting, kept);
    if (kept.length > 0) whole.set(occupancy.node.name, kept);
    youngerCount += kept.length;
    if (shrinking.length === 0) elsewhere += occupancy.fresh.length + slotsOf(model.pod, room);
    else nodes.push(shrinkingNode(model, occupancy, room, shrinking));
  }
  return { elsewhere, nodes, younger: whole, youngerCount };
}

/** Pods of one ReplicaSet mostly take the same; where they differ, the bounds allow for whichever are left. */
function shrinkingNode(
  { pod }: Model,
  { node, fresh }: NodeOccupancy,
  room: Room,
  pods: readonly PlacedPod[],
): ShrinkingNode {
  const offers = (extreme: Extreme): Offers =>
    Array.from({ length: pods.length + 1 }, (_, left) => {
      const rest = left === 0 ? [] : [leftOf(pods, left, extreme)];
      const taken = occupied(room, rest);
      return fresh.length + slotsOf(pod, { ...taken, pods: room.pods + left });
    });
  const least = offers(LARGEST);
  return { name: node.name, pods, least, most: areAlike(pods) ? least : offers(SMALLEST) };
}

type Extreme = (left: number, right: number) => number;
const LARGEST: Extreme = (left, right) => right - left;
const SMALLEST: Extreme = (left, right) => left - right;

/** `left` pods as one: for each resource the largest, or the smallest, of them. */
function leftOf(pods: readonly PlacedPod[], left: number, extreme: Extreme): Occupant {
  const names = new Set(pods.flatMap(({ requests }) => [...requests.keys()]));
  const requests = [...names].map((name): [string, number] => {
    const amounts = pods.map((pod) => pod.requests.get(name) ?? 0).sort(extreme);
    return [name, amounts.slice(0, left).reduce((sum, amount) => sum + amount, 0)];
  });
  const alike = pods.filter(({ hostPorts }) => hostPorts.length > 0);
  const some = extreme === LARGEST || alike.length + left > pods.length ? alike : [];
  return { requests: new Map(requests), hostPorts: some.flatMap(({ hostPorts }) => hostPorts) };
}

function areAlike([first, ...others]: readonly PlacedPod[]): boolean {
  return others.every(
    (other) =>
      first !== undefined &&
      sameResources(first.requests, other.requests) &&
      first.hostPorts.length === other.hostPorts.length,
  );
}

function totals(stages: readonly Stage[], choice: typeof LEAST): readonly number[] {
  const all: number[] = [];
  for (const { elsewhere, nodes, youngerCount } of stages) {
    const offers = nodes.map(({ least, most }) => (choice === LEAST ? least : most));
    for (const [left, total] of together(offers, choice).entries())
      all[youngerCount + left] = elsewhere + total;
  }
  return all;
}

function worstWay(stages: readonly Stage[], left: number): ReadonlyMap<string, readonly PlacedPod[]> {
  const stage = stages.findLast(({ youngerCount }) => youngerCount <= left);
  if (stage === undefined) return new Map();
  const offers = stage.nodes.map(({ least }) => least);
  const kept = wayOf(offers, left - stage.youngerCount, LEAST);
  const remaining = new Map(stage.younger);
  for (const [index, { name, pods }] of stage.nodes.entries()) {
    remaining.set(name, [...pods.slice(0, kept[index]), ...(stage.younger.get(name) ?? [])]);
  }
  return remaining;
}
