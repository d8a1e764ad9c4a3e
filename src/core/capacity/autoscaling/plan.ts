import type { Ending } from "../decide.ts";
import type { NodeOccupancy } from "../occupancy.ts";
import { smallest } from "../smallest.ts";
import type { Candidate } from "./candidate.ts";
import { type Growth, poolRoom, siblingsOf } from "./growth.ts";

/** Groups to take a node of, one after the other. */
export type Plan = readonly Candidate[];

/** What nodes are to be added for. */
export interface Shortfall {
  /** By how many new pods the room falls short at the worst moment, at least one. */
  readonly deficit: number;
  /** New pods that are wanted in all; one node for each is enough if any number is. */
  readonly replicas: number;
  /** How the rollout ends with a new node like each of these beside those that are there. */
  readonly endsWith: (likes: readonly NodeOccupancy[]) => Ending["kind"];
}

/** Plans that are tried at most, each at least once: every try is a whole decision. */
const MOST_PLANS = 24;

/**
 * The fewest nodes that let the rollout complete, of those that the groups may have for sure: of one group, of one pool
 * over its zones evenly, or of all pools.
 */
export function fewestNodes(
  candidates: readonly Candidate[],
  growths: readonly Growth[],
  { deficit, replicas, endsWith }: Shortfall,
): Plan | undefined {
  const tries = plansOf(candidates, growths, "sure", replicas)
    .map((plan) => ({ plan, least: leastOf(plan, deficit) }))
    .filter(({ plan, least }) => least <= plan.length)
    .sort((left, right) => left.least - right.least);
  return shortest(tries, (plan) => endsWith(plan.map(({ like }) => like)) === "completes");
}

/**
 * The fewest nodes with which the rollout no longer stalls for certain, of those that the groups may have at most: what
 * falls short in the worst case may do in a better one.
 */
export function possibleNodes(
  candidates: readonly Candidate[],
  growths: readonly Growth[],
  { replicas, endsWith }: Shortfall,
): Plan | undefined {
  const isPossible = (plan: Plan): boolean => endsWith(plan.map(({ like }) => like)) !== "stalls";
  const plans = plansOf(candidates, growths, "most", replicas)
    .filter((plan) => plan.length > 0)
    .sort((left, right) => right.length - left.length);
  // Where not even all of them together help, fewer do not.
  const [all] = plans;
  if (all === undefined || !isPossible(all)) return undefined;
  return shortest(
    plans.map((plan) => ({ plan, least: 1 })),
    isPossible,
  );
}

/** A plan, and how many of its nodes are needed at least. */
interface Try {
  readonly plan: Plan;
  readonly least: number;
}

/** The fewest nodes of any of the plans that are enough; of very many plans only the first are tried. */
function shortest(tries: readonly Try[], isEnough: (plan: Plan) => boolean): Plan | undefined {
  let best: Plan | undefined;
  for (const { plan, least } of tries.slice(0, MOST_PLANS)) {
    if (best !== undefined && best.length <= least) break;
    const most = Math.min(plan.length, (best?.length ?? Number.POSITIVE_INFINITY) - 1);
    const does = (nodes: number): boolean => isEnough(plan.slice(0, nodes));
    // Mostly it is the first number.
    const count = does(least) ? least : smallest(least + 1, most, does);
    if (count !== undefined) best = plan.slice(0, count);
  }
  return best;
}

/** How many of the plan's nodes have as many places as pods lack one; one more than it has, where all have not. */
function leastOf(plan: Plan, deficit: number): number {
  let places = 0;
  const index = plan.findIndex(({ slots }) => {
    places += slots;
    return places >= deficit;
  });
  return index < 0 ? plan.length + 1 : index + 1;
}

function plansOf(
  candidates: readonly Candidate[],
  growths: readonly Growth[],
  room: "sure" | "most",
  enough: number,
): readonly Plan[] {
  const pools = Map.groupBy(candidates, ({ growth }) => growth.pool);
  const perPool = [...pools.values()].map((zones) => {
    const [first] = zones;
    const most = first === undefined ? 0 : poolRoom(siblingsOf(first.growth, growths))[room];
    // Spread over the zones, any of them may get the odd pod.
    const limit = Math.min(most, enough + zones.length - 1);
    return { even: evenly(zones, limit), single: zones.map((zone) => evenly([zone], limit)) };
  });
  const all = perPool.map(({ even }) => even).sort((left, right) => slotsOfFirst(right) - slotsOfFirst(left));
  const together = pools.size > 1 ? [all.flat().slice(0, room === "sure" ? enough : undefined)] : [];
  return [...perPool.flatMap(({ single }) => single), ...all, ...together];
}

const slotsOfFirst = ([first]: Plan): number => first?.slots ?? 0;

/** A node of each group in turn, until each has all that it may. */
function evenly(groups: readonly Candidate[], limit: number): Plan {
  const plan: Candidate[] = [];
  for (let round = 1; plan.length < limit; round += 1) {
    const turn = groups.filter(({ growth }) => growth.room >= round);
    if (turn.length === 0) break;
    plan.push(...turn.slice(0, limit - plan.length));
  }
  return plan;
}
