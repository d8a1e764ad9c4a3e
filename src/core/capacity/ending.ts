import { apart } from "./apart.ts";
import { lastingCluster } from "./cluster.ts";
import { type Coexistence, coexistenceOf } from "./coexistence.ts";
import { decide, type Ending, type Standing, type Stop } from "./decide.ts";
import { keyOf } from "./explore/board.ts";
import { type Effort, type Ends, explore, isComplete, KEPT_POSITIONS } from "./explore/explore.ts";
import { likeliest } from "./explore/likeliest.ts";
import type { Position } from "./explore/position.ts";
import { type Game, setUp, standingOf } from "./explore/set-up.ts";
import { simulate } from "./explore/simulate.ts";
import type { Model, Start } from "./model.ts";
import { paced } from "./pace.ts";
import { type Scheduling, schedulingOf } from "./scheduling.ts";
import { alwaysFitsSpread } from "./spread-room.ts";
import { unconstrained } from "./unconstrained.ts";

/** How much is tried where it takes trying: all of it, or as much as a proposal is worth. */
export interface Efforts {
  readonly explore: Effort;
  readonly simulate: Effort;
  /** Spent to learn more of a stall that is certain: where exactly it stops, and with what on the nodes. */
  readonly refine: Effort;
}

/** For the answer itself. */
const FULL: Efforts = {
  explore: { positions: 200_000, work: 1_000_000 },
  simulate: { positions: 0, work: 600_000 },
  refine: { positions: 20_000, work: 150_000 },
};

/** For each of many proposals, of which only a certain yes is of use. */
export const BRIEF: Efforts = {
  explore: { positions: 20_000, work: 100_000 },
  simulate: { positions: 0, work: 0 },
  refine: { positions: 0, work: 0 },
};

/** For proposals where playing has proved too much already: what can be reckoned, nothing is played. */
export const RECKONED: Efforts = {
  explore: { positions: 0, work: 0 },
  simulate: { positions: 0, work: 0 },
  refine: { positions: 0, work: 0 },
};

/**
 * Decides how the rollout of a model ends. Where what happens on one node is nothing to the others, counting does;
 * else all that may happen is tried, and where that is too much, some of it by lot, which never makes certain.
 */
export function endingOf(model: Model, efforts: Efforts = FULL): Ending {
  return endingsOf(model, efforts)(model.start);
}

/** The same for a model that starts otherwise; the room that there is has no part in that, and is counted once. */
export function endingsOf(model: Model, efforts: Efforts): (start: Start) => Ending {
  const room = once(() => roomOf(model));
  return (start) => {
    const asked = { ...model, start };
    return paced(asked, start.replicas === 0 ? { kind: "completes" } : byRoom(asked, room(), efforts));
  };
}

/** The room for the new pods. */
interface Counted {
  /** What there is, or, where pods mind those of other nodes, a bound of it. */
  readonly room: Coexistence;
  /** Of the pod as if it did not mind; absent where it does not. */
  readonly free?: Scheduling;
}

function roomOf(model: Model): Counted {
  const scheduling = schedulingOf(model.pod, lastingCluster(model));
  const others = model.nodes.flatMap(({ old, leaving }) => [...old, ...leaving]);
  const isLocal = !scheduling.reaches(scheduling.placed) && !others.some(scheduling.reaches);
  if (isLocal) return { room: coexistenceOf(model, scheduling) };
  const freed = unconstrained(model);
  const free = schedulingOf(freed.pod, lastingCluster(freed));
  return { room: apart(model, coexistenceOf(freed, free), scheduling), free };
}

const byRoom = (model: Model, { room, free }: Counted, efforts: Efforts): Ending =>
  free === undefined ? counted(model, efforts, room) : tried(model, efforts, room, free);

/** What counting leaves open depends on which old pods go first, which is tried. */
function counted(model: Model, efforts: Efforts, room: Coexistence): Ending {
  const ending = decide(model, room);
  if (ending.kind === "completes") return ending;
  const effort = ending.kind === "depends" ? efforts.explore : efforts.refine;
  if (effort.positions === 0) return ending;
  const game = setUp(model);
  if (game === undefined) return ending;
  const ends = explore(game.board, game.terms, game.start, effort);
  if (!ends.all)
    return { ...ending, standing: () => likelyStanding(model, game, efforts) ?? ending.standing() };
  const found = explored(model, game, ends, efforts);
  if (ending.kind === "depends") return found;
  return found.kind === "completes" ? ending : { ...found, kind: "stalls" };
}

/** Without the constraints between pods there is only more room: what stalls even so stalls. */
function tried(model: Model, efforts: Efforts, room: Coexistence, free: Scheduling): Ending {
  const bound = decide(model, room);
  if (bound.kind !== "stalls" && alwaysFitsSpread(model, free)) return { kind: "completes" };
  const effort = bound.kind === "stalls" ? efforts.refine : efforts.explore;
  const game = effort.positions === 0 ? undefined : setUp(model);
  const ends = game && explore(game.board, game.terms, game.start, effort);
  if (game !== undefined && ends?.all) return explored(model, game, ends, efforts);
  if (bound.kind !== "stalls") return unknownEnd(model, efforts, game, ends);
  const standing = () => (game && likelyStanding(model, game, efforts)) ?? bound.standing();
  return { ...bound, least: model.start.available, standing };
}

/** Anything may come of it, as far as it was tried. */
function unknownEnd(model: Model, efforts: Efforts, game: Game | undefined, ends: Ends | undefined): Ending {
  const { available: least, replicas: most, old: left } = model.start;
  const sample = game && simulate(game.board, game.terms, game.start, efforts.simulate);
  const stuck = ends?.stuck ?? sample?.stuck;
  const standing = () =>
    stuck && game
      ? (likelyStanding(model, game, efforts) ?? standingOf(model, game.board, stuck.position))
      : undefined;
  return { kind: "depends", least, most, by: "room", left, standing, sample };
}

function explored(model: Model, game: Game, { completes, stuck }: Ends, efforts: Efforts): Ending {
  if (stuck === undefined) return { kind: "completes" };
  const { least, most, position, positions } = stuck;
  const { start, quota } = model;
  const left = Math.min(start.old, Math.max(0, start.replicas - start.unavailable - least));
  const likely = once(() => likelyStop(game, efforts) ?? position);
  const stop: Stop = {
    least,
    most: completes ? start.replicas : most,
    by: quota.most(left) <= least && position.placed >= position.created ? "quota" : "room",
    left,
    standing: () => standingOf(model, game.board, likely()),
    others: positions.length < KEPT_POSITIONS ? () => othersOf(model, game, positions, likely()) : undefined,
  };
  return { kind: completes ? "depends" : "stalls", ...stop };
}

function othersOf(
  model: Model,
  { board }: Game,
  positions: readonly Position[],
  likely: Position,
): readonly Standing[] {
  const key = keyOf(board, likely);
  const others = positions.filter((position) => keyOf(board, position) !== key);
  return others.map((position) => standingOf(model, board, position));
}

/** Where the likeliest line of play gets stuck; `undefined` where it does not, or takes too much to play. */
function likelyStop({ board, terms, start }: Game, { explore: effort }: Efforts): Position | undefined {
  const position = likeliest(board, terms, start, effort);
  return position === undefined || isComplete(board, terms, position) ? undefined : position;
}

function likelyStanding(model: Model, game: Game, efforts: Efforts): Standing | undefined {
  const position = likelyStop(game, efforts);
  return position && standingOf(model, game.board, position);
}

function once<T>(compute: () => T): () => T {
  let value: { readonly of: T } | undefined;
  return () => {
    value ??= { of: compute() };
    return value.of;
  };
}

/** The room as counting sees it, without what pods are to each other; for what only needs an estimate. */
export const countedRoom = (model: Model): Coexistence => coexistenceOf(unconstrained(model));
