import type { PlacedPod } from "../model/room.ts";
import { lastingCluster } from "./cluster.ts";
import { LEAST, MOST, type Offers, together, wayOf } from "./convolution.ts";
import type { Model } from "./model.ts";
import { kindKeyOf } from "./pod-kind.ts";
import { type Scheduling, schedulingOf } from "./scheduling.ts";

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

/** A new pod against the nodes of a model, with the pods that stay. */
export type Slots = Pick<Scheduling, "refusal" | "slots" | "add" | "remove">;

/** Computes the totals for every number of old pods left. */
export function coexistenceOf(
  model: Model,
  scheduling: Slots = schedulingOf(model.pod, lastingCluster(model)),
): Coexistence {
  const stages = stagesOf(model, scheduling);
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
function stagesOf(model: Model, scheduling: Slots): readonly Stage[] {
  const present = new Set(model.nodes.flatMap(({ old }) => old.map(({ ownerUid }) => ownerUid)));
  const groups = model.groups.filter((group) => group.some((uid) => present.has(uid))).reverse();
  const free = memo((index) => slotsOf(scheduling, index));
  return (groups.length === 0 ? [[]] : groups).map((group, index) =>
    stageOf({ model, scheduling, free }, new Set(group), new Set(groups.slice(0, index).flat())),
  );
}

interface Basis {
  readonly model: Model;
  readonly scheduling: Slots;
  /** Slots of a node without old pods. */
  readonly free: (index: number) => number;
}

function stageOf(basis: Basis, group: ReadonlySet<string>, younger: ReadonlySet<string>): Stage {
  let elsewhere = 0;
  let youngerCount = 0;
  const nodes: ShrinkingNode[] = [];
  const whole = new Map<string, readonly PlacedPod[]>();
  for (const [index, { node, fresh, old }] of basis.model.nodes.entries()) {
    if (old.length === 0) {
      elsewhere += fresh.length + basis.free(index);
      continue;
    }
    const shrinking = old.filter(({ ownerUid = "" }) => group.has(ownerUid));
    const kept = old.filter(({ ownerUid = "" }) => younger.has(ownerUid));
    if (kept.length > 0) whole.set(node.name, kept);
    youngerCount += kept.length;
    const slotsBeside = (pods: readonly PlacedPod[]): number => beside(basis, index, [...kept, ...pods]);
    if (shrinking.length === 0) elsewhere += fresh.length + slotsBeside([]);
    else nodes.push({ name: node.name, pods: shrinking, ...offersOf(shrinking, fresh.length, slotsBeside) });
  }
  return { elsewhere, nodes, younger: whole, youngerCount };
}

function beside({ scheduling, free }: Basis, index: number, pods: readonly PlacedPod[]): number {
  if (pods.length === 0) return free(index);
  for (const pod of pods) scheduling.add(index, pod);
  const slots = slotsOf(scheduling, index);
  for (const pod of pods) scheduling.remove(index, pod);
  return slots;
}

const slotsOf = (scheduling: Slots, index: number): number =>
  scheduling.refusal === undefined ? scheduling.slots(index) : 0;

/** Beyond so many ways to leave unlike pods on one node the bounds are those of all of them, and of none. */
const MOST_WAYS = 512;

/** Pods of one ReplicaSet mostly are alike; where they differ, the bounds allow for whichever are left. */
function offersOf(
  pods: readonly PlacedPod[],
  fresh: number,
  slotsBeside: (pods: readonly PlacedPod[]) => number,
): { readonly least: Offers; readonly most: Offers } {
  const kinds = [...Map.groupBy(pods, kindKeyOf).values()];
  const ways = kinds.reduce((product, { length }) => product * (length + 1), 1);
  const least = new Array<number>(pods.length + 1).fill(
    fresh + (ways > MOST_WAYS ? slotsBeside(pods) : Infinity),
  );
  const most = new Array<number>(pods.length + 1).fill(fresh + (ways > MOST_WAYS ? slotsBeside([]) : 0));
  if (ways > MOST_WAYS) return { least, most };
  for (const left of choices(kinds)) {
    const slots = fresh + slotsBeside(left);
    least[left.length] = Math.min(least[left.length] ?? slots, slots);
    most[left.length] = Math.max(most[left.length] ?? slots, slots);
  }
  return { least, most };
}

/** All ways to take some pods of each kind. */
function choices([kind, ...others]: readonly (readonly PlacedPod[])[]): readonly (readonly PlacedPod[])[] {
  if (kind === undefined) return [[]];
  const rest = choices(others);
  return Array.from({ length: kind.length + 1 }, (_, count) => kind.slice(0, count)).flatMap((some) =>
    rest.map((more) => [...some, ...more]),
  );
}

function memo(compute: (index: number) => number): (index: number) => number {
  const known: number[] = [];
  return (index) => {
    const value = known[index] ?? compute(index);
    known[index] = value;
    return value;
  };
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
