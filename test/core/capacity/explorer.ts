/**
 * A rollout as the controller and the scheduler play it, one small action after the other, on nodes with one
 * resource. Every order of actions and every free choice is tried: which node takes a pod, which old pod goes.
 * Written apart from the model that it judges.
 */
export interface Game {
  readonly replicas: number;
  readonly surge: number;
  readonly unavailable: number;
  readonly free: readonly number[];
  readonly fresh: number;
  /** Old ReplicaSets, oldest first. */
  readonly old: readonly OldGroup[];
  /** New pods that are there already, all available. */
  readonly already: readonly number[];
}

export interface OldGroup {
  readonly size: number;
  /** How many pods each node holds. */
  readonly on: readonly number[];
  readonly waiting: number;
  /** Its pods run but never become available. */
  readonly sick: boolean;
}

export interface Outcomes {
  readonly completes: boolean;
  /** Available new pods in every state from which nothing moves on. */
  readonly stuckAt: ReadonlySet<number>;
}

interface State {
  readonly old: readonly (readonly number[])[];
  readonly waiting: readonly number[];
  readonly placed: readonly number[];
  readonly available: number;
  readonly wanted: number;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const plus = (numbers: readonly number[], index: number, change: number): number[] =>
  numbers.map((number, at) => (at === index ? number + change : number));

/** Plays every line of the game to its end. */
export function explore(game: Game): Outcomes {
  const seen = new Set<string>();
  const stuckAt = new Set<number>();
  let completes = false;
  const already = sum(game.already);
  const open: State[] = [
    {
      old: game.old.map(({ on }) => on),
      waiting: game.old.map(({ waiting }) => waiting),
      placed: game.already,
      available: already,
      wanted: already,
    },
  ];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const key = JSON.stringify(state);
    if (seen.has(key)) continue;
    seen.add(key);
    const next = [...controller(game, state), ...scheduler(game, state), ...kubelet(state)];
    open.push(...next);
    if (next.length > 0) continue;
    if (state.available === game.replicas && oldCount(state) === 0) completes = true;
    else stuckAt.add(state.available);
  }
  return { completes, stuckAt };
}

const oldCount = ({ old, waiting }: State): number => sum(old.map(sum)) + sum(waiting);

function controller(game: Game, state: State): State[] {
  const { replicas, surge, unavailable } = game;
  const total = state.wanted + oldCount(state);
  if (state.wanted < replicas && total < replicas + surge) {
    const added = Math.min(replicas + surge - total, replicas - state.wanted);
    return [{ ...state, wanted: state.wanted + added }];
  }
  const mayGo = oldCount(state) + state.available - (replicas - unavailable);
  if (mayGo <= 0) return [];
  const isSick = (group: number): boolean => game.old[group]?.sick === true;
  for (const [group, on] of state.old.entries()) {
    if ((state.waiting[group] ?? 0) > 0) return [{ ...state, waiting: plus(state.waiting, group, -1) }];
    if (isSick(group) && sum(on) > 0) return withoutOne(state, group);
  }
  const healthy = sum(state.old.flatMap((on, group) => (isSick(group) ? [] : on)));
  const oldest = state.old.findIndex((on, group) => !isSick(group) && sum(on) > 0);
  return healthy + state.available > replicas - unavailable ? withoutOne(state, oldest) : [];
}

/** One pod less, on any node that holds one. */
function withoutOne(state: State, group: number): State[] {
  return (state.old[group] ?? []).flatMap((count, node) =>
    count > 0
      ? [{ ...state, old: state.old.map((row, at) => (at === group ? plus(row, node, -1) : row)) }]
      : [],
  );
}

function scheduler(game: Game, state: State): State[] {
  const room = game.free.map(
    (free, node) =>
      free -
      game.fresh * (state.placed[node] ?? 0) -
      sum(game.old.map(({ size }, group) => size * (state.old[group]?.[node] ?? 0))),
  );
  const pending = state.wanted > sum(state.placed);
  const fresh = room.flatMap((left, node) =>
    pending && left >= game.fresh ? [{ ...state, placed: plus(state.placed, node, 1) }] : [],
  );
  const old = game.old.flatMap(({ size }, group) =>
    room.flatMap((left, node) =>
      (state.waiting[group] ?? 0) > 0 && left >= size
        ? [
            {
              ...state,
              waiting: plus(state.waiting, group, -1),
              old: state.old.map((row, at) => (at === group ? plus(row, node, 1) : row)),
            },
          ]
        : [],
    ),
  );
  return [...fresh, ...old];
}

function kubelet(state: State): State[] {
  return state.available < sum(state.placed) ? [{ ...state, available: state.available + 1 }] : [];
}
