import type { DisruptionBudget } from "../model/disruption-budget.ts";
import type { PlacedPod } from "../model/room.ts";
import type { ClusterView, Refusal } from "./filters/filter.ts";
import { type Asked, asksOf, preFilter } from "./pre-filter.ts";
import { asPlaced, type Incoming, type Room } from "./room.ts";
import { Stand } from "./stand.ts";

/**
 * One pod against a cluster, as the scheduler sees it: prepared once, then asked of any node, while pods are put down
 * and taken away. Nodes go by their index in the view.
 */
export interface Scheduling {
  readonly pod: Incoming;
  readonly minor: number;
  /** How many nodes there are. */
  readonly size: number;
  /** What preemption would rather not disrupt. */
  readonly budgets: readonly DisruptionBudget[];
  /** The pod as others find it once it is placed. */
  readonly placed: PlacedPod;
  /** Why the scheduler gives the pod up before it looks at any node. */
  readonly refusal: Refusal | undefined;
  /** The node with what is on it now, as far as the pod asks for it. Nominated pods are not there yet. */
  room(index: number): Room;
  /** What is on the node now. */
  pods(index: number): readonly PlacedPod[];
  /** Why the node refuses one more such pod; empty when it takes it. */
  refusals(index: number): readonly Refusal[];
  /** A pod is now on the node. */
  add(index: number, pod: PlacedPod): void;
  /** That very pod is gone from the node. */
  remove(index: number, pod: PlacedPod): void;
  /** How many more of this very pod the node takes, one after the other, while all others stay as they are. */
  slots(index: number): number;
  /**
   * Whether no answer about a node depends on pods of other nodes, whichever of them all comes or goes. Where it is
   * false, `reaches` may still tell that those few that do move matter to their own node only.
   */
  readonly local: boolean;
  /** Whether such a pod on one node can change the answer about another one. */
  reaches(pod: PlacedPod): boolean;
  /** Whether a node may fit because such a pod is there, so that it is missed when it goes. */
  attracts(pod: PlacedPod): boolean;
  /**
   * What sets the node apart: nodes with equal signatures are interchangeable to pods that come and go. `most`: where
   * no other pods than so many of this very one will come, and none will go.
   */
  signature(index: number, most?: number): string;
}

/** Prepares a pod: runs the pre-filters of the scheduler over the cluster. */
export function schedulingOf(pod: Incoming, cluster: ClusterView): Scheduling {
  const placed = asPlaced(pod, cluster.minor);
  const asks = asksOf(pod, cluster);
  const { refusal, leftOut } = preFilter(asks, cluster.minor);
  const stands = cluster.nodes.map((view) => new Stand(view, pod, leftOut?.(view.node)));
  const at = (index: number): Stand => stands[index] as Stand;
  const refusals = (index: number): readonly Refusal[] =>
    refusal === undefined ? refusalsAt(at(index), asks) : [refusal];
  const reaches = (moved: PlacedPod): boolean => asks.some((ask) => reachesBy(ask, moved));
  const isLocal = (): boolean => !(reaches(placed) || stands.some(({ pods }) => pods.some(reaches)));
  let local: boolean | undefined;
  return {
    pod,
    minor: cluster.minor,
    size: stands.length,
    budgets: cluster.budgets ?? [],
    placed,
    refusal,
    room: (index) => at(index).room,
    pods: (index) => at(index).pods,
    refusals,
    add: (index, moved) => put(at(index), asks, moved),
    remove: (index, moved) => take(at(index), asks, moved),
    slots: (index) => (refusal === undefined ? slotsAt(at(index), asks, placed) : 0),
    get local() {
      local ??= isLocal();
      return local;
    },
    reaches,
    attracts: (moved) => asks.some(({ attracts }) => attracts?.(moved)),
    signature: (index, most) => signatureAt(at(index), asks, most),
  };
}

/**
 * Asks the filters in their order. Pods that were promised the node must leave room for this one, but it may not
 * depend on them either.
 * Source: pkg/scheduler/framework/runtime/framework.go (v1.36.3), `RunFilterPluginsWithNominatedPods`.
 */
function refusalsAt(stand: Stand, asks: readonly Asked[]): readonly Refusal[] {
  const { nominated } = stand;
  if (nominated.length === 0) return firstRefusals(stand, asks);
  for (const pod of nominated) put(stand, asks, pod);
  const beside = firstRefusals(stand, asks);
  for (const pod of nominated) take(stand, asks, pod);
  return beside.length > 0 ? beside : firstRefusals(stand, asks);
}

function firstRefusals(stand: Stand, asks: readonly Asked[]): readonly Refusal[] {
  const fixed = fixedRefusals(stand, asks);
  for (let rank = 0; rank < fixed.rank; rank += 1) {
    const ask = asks[rank] as Asked;
    if (ask.scope === "fixed") continue;
    const found = ask.refusals(stand.room);
    if (found.length > 0) return found;
  }
  return fixed.refusals;
}

/** What no pod that comes or goes can change is asked once. */
function fixedRefusals(stand: Stand, asks: readonly Asked[]): NonNullable<Stand["fixed"]> {
  stand.fixed ??= askFixed(stand, asks);
  return stand.fixed;
}

function askFixed({ room, leftOut }: Stand, asks: readonly Asked[]): NonNullable<Stand["fixed"]> {
  if (leftOut !== undefined) return { rank: 0, refusals: [leftOut] };
  for (let rank = 0; rank < asks.length; rank += 1) {
    const { scope, refusals } = asks[rank] as Asked;
    const found = scope === "fixed" ? refusals(room) : NOTHING;
    if (found.length > 0) return { rank, refusals: found };
  }
  return { rank: asks.length, refusals: NOTHING };
}

const NOTHING: readonly Refusal[] = [];

function put(stand: Stand, asks: readonly Asked[], pod: PlacedPod): void {
  stand.put(pod);
  for (const { add } of asks) add?.(pod, stand.room.node);
}

function take(stand: Stand, asks: readonly Asked[], pod: PlacedPod): void {
  stand.take(pod);
  for (const { remove } of asks) remove?.(pod, stand.room.node);
}

function slotsAt(stand: Stand, asks: readonly Asked[], placed: PlacedPod): number {
  const counted = asks.every(({ add, further }) => add === undefined || further !== undefined);
  // That a node is full shows in the count already, which makes no words of it.
  if (counted && furtherAt(stand, asks) <= 0) return 0;
  if (refusalsAt(stand, asks).length > 0) return 0;
  return counted ? countedAt(stand, asks) : triedAt(stand, asks, placed);
}

/** Beside the pods that were promised the node, and without them. */
function countedAt(stand: Stand, asks: readonly Asked[]): number {
  const alone = furtherAt(stand, asks);
  const { nominated } = stand;
  if (nominated.length === 0) return alone;
  for (const pod of nominated) put(stand, asks, pod);
  const beside = furtherAt(stand, asks);
  for (const pod of nominated) take(stand, asks, pod);
  return Math.min(alone, beside);
}

function furtherAt({ room }: Stand, asks: readonly Asked[]): number {
  let most = Number.POSITIVE_INFINITY;
  for (const { further } of asks) if (further !== undefined) most = Math.min(most, further(room));
  return most;
}

/** One after the other until the next is refused, and then all are taken away again. */
function triedAt(stand: Stand, asks: readonly Asked[], placed: PlacedPod): number {
  let slots = 0;
  do {
    put(stand, asks, placed);
    slots += 1;
  } while (refusalsAt(stand, asks).length === 0);
  for (let gone = 0; gone < slots; gone += 1) take(stand, asks, placed);
  return slots;
}

const reachesBy = ({ scope, reaches }: Asked, pod: PlacedPod): boolean =>
  reaches === undefined ? scope === "cluster" : reaches(pod);

function signatureAt(stand: Stand, asks: readonly Asked[], most: number | undefined): string {
  const { rank, refusals } = fixedRefusals(stand, asks);
  const promised = stand.nominated.length > 0 ? stand.room.node.name : "";
  const parts = [promised, rank, ...refusals.map(({ text }) => text)];
  for (const [index, { signature }] of asks.entries())
    if (index < rank && signature !== undefined) parts.push(signature(stand.room, most));
  return JSON.stringify(parts);
}
