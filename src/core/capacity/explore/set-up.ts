import { instant } from "../../model/instant.ts";
import type { PlacedPod } from "../../model/room.ts";
import { lastingCluster } from "../cluster.ts";
import type { Standing } from "../decide.ts";
import type { Model } from "../model.ts";
import { kindKeyOf } from "../pod-kind.ts";
import { asPlaced } from "../room.ts";
import { schedulingOf } from "../scheduling.ts";
import { type Board, boardOf, FRESH, type Kind, pilesOf } from "./board.ts";
import type { Terms } from "./controller.ts";
import { type Cells, moved, type Position } from "./position.ts";

/** Of a pod that is being deleted only that counts, not when. */
const LATER = instant(0);

/** A rollout made ready to be played. */
export interface Game {
  readonly board: Board;
  readonly terms: Terms;
  readonly start: Position;
}

/** Sets up the rollout of a model; `undefined` where a pod takes part of which nothing is known. */
export function setUp(model: Model): Game | undefined {
  const { start, quota, pod, minor } = model;
  const groups = model.recreates ? [] : start.waiting.groups;
  if (groups.some((group) => group.count > 0 && group.pod === undefined)) return undefined;
  const view = lastingCluster(model);
  const incoming = [pod, ...groups.map((group) => (group.count > 0 ? group.pod : undefined))];
  const schedulings = incoming.map((each) => each && schedulingOf(each, view));
  const attracts = (placed: PlacedPod): boolean => schedulings.some((each) => each?.attracts(placed));
  const kinds = new Kinds(
    { group: undefined, pod: asPlaced(pod, minor), ready: true, leaving: false },
    attracts,
  );
  const arrivals = groups.map((group, index) =>
    group.count > 0 && group.pod !== undefined
      ? kinds.of({ ...asPlaced(group.pod, minor), ownerUid: model.old[index] }, index)
      : FRESH,
  );
  const cells = cellsOf(model, kinds, attracts);
  const board = boardOf({
    kinds: kinds.all,
    cells,
    neighbours: model.nodes.map(({ fresh }) => fresh.length),
    schedulings,
    arrivals,
    nodes: model.nodes.length,
    most: start.replicas,
  });
  const placed = model.nodes.reduce((sum, { fresh }) => sum + fresh.length, 0);
  const position: Position = {
    cells,
    wanted: Math.max(start.wanted, placed),
    created: Math.max(start.wanted, placed),
    placed,
    available: Math.min(start.available, placed),
    waiting: model.recreates ? [] : groups.map(({ count }) => count),
  };
  const { replicas, surge, unavailable } = start;
  return { board, terms: { replicas, surge, unavailable, mostBeside: quota.least }, start: position };
}

/** What stands on the nodes in a position. */
export function standingOf(model: Model, board: Board, { cells }: Position): Standing {
  const old = new Map<string, readonly PlacedPod[]>();
  const placed = new Map<string, number>();
  for (const { node, index, kind, count } of pilesOf(board, cells)) {
    const occupancy = model.nodes[node];
    if (occupancy === undefined || kind.leaving) continue;
    const { name } = occupancy.node;
    if (index === FRESH) placed.set(name, count);
    else old.set(name, [...(old.get(name) ?? []), ...named(occupancy.old, kind, count)]);
  }
  return { old, placed };
}

/** Pods of the kind as they are called, and others like them that came since. */
function named(pods: readonly PlacedPod[], { pod, ready }: Kind, count: number): readonly PlacedPod[] {
  const key = kindKeyOf(pod);
  const same = pods.filter((each) => each.ready === ready && kindKeyOf(each) === key).slice(0, count);
  return [...same, ...new Array<PlacedPod>(count - same.length).fill(pod)];
}

function cellsOf(
  { nodes, old, recreates }: Model,
  kinds: Kinds,
  attracts: (pod: PlacedPod) => boolean,
): Cells {
  let cells: Cells = new Map();
  for (const [index, occupancy] of nodes.entries()) {
    const here = recreates ? [] : occupancy.old;
    for (const pod of here) cells = moved(cells, index, kinds.of(pod, old.indexOf(pod.ownerUid ?? "")), 1);
    // Where no pod needs their company they may as well be gone at once: that only makes room.
    for (const pod of occupancy.leaving.filter(attracts))
      cells = moved(cells, index, kinds.ofLeaving(pod), 1);
  }
  return cells;
}

/** The kinds of pods that come and go, each once. */
class Kinds {
  readonly all: Kind[] = [];
  readonly #known = new Map<string, number>();
  readonly #attracts: (pod: PlacedPod) => boolean;

  /** `attracts`: whether the pod is missed when it goes. */
  constructor(fresh: Omit<Kind, "turns" | "lingers">, attracts: (pod: PlacedPod) => boolean) {
    this.#attracts = attracts;
    this.all.push({ ...fresh, turns: undefined, lingers: undefined });
  }

  /** Index of the kind of an old pod of a ReplicaSet. */
  of(pod: PlacedPod, group: number): number {
    const kind = {
      group,
      pod,
      leaving: false,
      lingers: this.#attracts(pod) ? this.ofLeaving(pod) : undefined,
    };
    const key = `${group} ${kindKeyOf(pod)}`;
    const ready = this.#index(`${key} ready`, { ...kind, ready: true, turns: undefined });
    return pod.ready ? ready : this.#index(key, { ...kind, ready: false, turns: ready });
  }

  /** Index of the kind of a pod that is being deleted. */
  ofLeaving(pod: PlacedPod): number {
    const leaving = { ...pod, deletedAt: pod.deletedAt ?? LATER };
    const kind = { group: undefined, pod: leaving, ready: false, leaving: true };
    return this.#index(`leaving ${kindKeyOf(leaving)}`, { ...kind, turns: undefined, lingers: undefined });
  }

  #index(key: string, kind: Kind): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, this.all.length);
    return this.all.push(kind) - 1;
  }
}
