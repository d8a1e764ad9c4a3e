/**
 * A rollout as controller, scheduler and kubelet play it, one small action after the other, on nodes with one resource,
 * in zones. Every order of actions and every free choice is tried: which node takes a pod, which of equally ranked old
 * pods goes, how long a deleted pod stays. Written apart from the model that it judges, and without any of its shortcuts.
 */
export interface Game {
  readonly replicas: number;
  readonly surge: number;
  readonly unavailable: number;
  readonly free: readonly number[];
  /** Zone of each node; all in one when absent. */
  readonly zones?: readonly number[];
  readonly fresh: number;
  /** Old ReplicaSets, oldest first. */
  readonly old: readonly OldGroup[];
  /** New pods that are there already, all available. */
  readonly already: readonly number[];
  readonly rules?: readonly Rule[];
}

export interface OldGroup {
  readonly size: number;
  /** How many pods each node holds. */
  readonly on: readonly number[];
  readonly waiting: number;
  /** Its pods run but never become available. */
  readonly sick: boolean;
}

/** A constraint of the new pods, on pods of the workload: of the new template alone, or of all. */
export interface Rule {
  readonly kind: "spread" | "anti-affinity" | "affinity";
  readonly over: "zone" | "node";
  readonly of: "new" | "all";
  readonly maxSkew: number;
}

export interface Outcomes {
  readonly completes: boolean;
  /** Available new pods in every state from which nothing moves on. */
  readonly stuckAt: ReadonlySet<number>;
}

const FRESH = -1;
const NOWHERE = -1;

interface Pod {
  readonly group: number;
  readonly node: number;
  readonly ready: boolean;
  readonly leaving: boolean;
}

interface State {
  readonly pods: readonly Pod[];
  /** Wanted of the new template, and of each old one. */
  readonly wanted: number;
}

const textOf = ({ pods, wanted }: State): string =>
  `${wanted} ${pods
    .map(({ group, node, ready, leaving }) => `${group}/${node}/${ready ? 1 : 0}${leaving ? 1 : 0}`)
    .sort()
    .join(" ")}`;

/** Plays every line of the game to its end. */
export function explore(game: Game): Outcomes {
  const seen = new Set<string>();
  const stuckAt = new Set<number>();
  let completes = false;
  const open: State[] = [startOf(game)];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const key = textOf(state);
    if (seen.has(key)) continue;
    seen.add(key);
    const next = [...controller(game, state), ...scheduler(game, state), ...kubelet(game, state)];
    open.push(...next);
    if (next.length > 0) continue;
    const available = count(state.pods, ({ group, ready }) => group === FRESH && ready);
    if (available === game.replicas && oldOf(state).length === 0) completes = true;
    else stuckAt.add(available);
  }
  return { completes, stuckAt };
}

function startOf({ old, already }: Game): State {
  const pods: Pod[] = [];
  const put = (times: number, pod: Pod): void => {
    for (let time = 0; time < times; time += 1) pods.push({ ...pod });
  };
  for (const [node, times] of already.entries())
    put(times, { group: FRESH, node, ready: true, leaving: false });
  for (const [group, { on, waiting, sick }] of old.entries()) {
    for (const [node, times] of on.entries()) put(times, { group, node, ready: !sick, leaving: false });
    put(waiting, { group, node: NOWHERE, ready: false, leaving: false });
  }
  return { pods, wanted: count(pods, ({ group }) => group === FRESH) };
}

const count = (pods: readonly Pod[], which: (pod: Pod) => boolean): number => pods.filter(which).length;
const oldOf = ({ pods }: State): readonly Pod[] =>
  pods.filter(({ group, leaving }) => group !== FRESH && !leaving);
const with_ = (state: State, pod: Pod, change: Partial<Pod>): State => {
  const index = state.pods.indexOf(pod);
  return { ...state, pods: state.pods.map((each, at) => (at === index ? { ...each, ...change } : each)) };
};

/** One action a turn: scale up, or else take old pods away, the unavailable first. */
function controller(game: Game, state: State): State[] {
  const { replicas, surge, unavailable } = game;
  const old = oldOf(state);
  const more = Math.min(replicas + surge - state.wanted - old.length, replicas - state.wanted);
  if (more > 0) {
    const pod: Pod = { group: FRESH, node: NOWHERE, ready: false, leaving: false };
    return [
      {
        wanted: state.wanted + more,
        pods: [...state.pods, ...Array.from({ length: more }, () => ({ ...pod }))],
      },
    ];
  }
  const available = count(state.pods, ({ group, ready }) => group === FRESH && ready);
  let surplus = old.length + available - (replicas - unavailable);
  if (old.length === 0 || surplus <= 0) return [];
  let healthy = count(old, ({ ready }) => ready) + available - (replicas - unavailable);
  const orders = game.old.map((_, group) => {
    const sick = Math.min(
      surplus,
      count(old, (pod) => pod.group === group && !pod.ready),
    );
    surplus -= sick;
    return { sick, well: 0, group };
  });
  const scaled = orders.map(({ sick, group }) => {
    const well = Math.min(Math.max(0, healthy), count(old, (pod) => pod.group === group) - sick);
    healthy -= well;
    return { sick, well, group };
  });
  const atOnce = scaled.map(({ sick, well, group }) => [group, sick + well] as const);
  const [first, then] = [
    scaled.map(({ sick, group }) => [group, sick] as const),
    scaled.map(({ well, group }) => [group, well] as const),
  ];
  return [...withoutAll([state], atOnce), ...withoutAll(withoutAll([state], first), then)];
}

/** Each ReplicaSet deletes its pods in its own time, so in any order. */
function withoutAll(
  from: readonly State[],
  orders: readonly (readonly [group: number, times: number])[],
): State[] {
  return permutations(orders).flatMap((inTurn) =>
    inTurn.reduce(
      (states, [group, times]) => states.flatMap((each) => without(each, group, times)),
      [...from],
    ),
  );
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) =>
    permutations(items.filter((_, index) => index !== at)).map((others) => [item, ...others]),
  );
}

/** Every choice of `times` pods of a ReplicaSet that its own order allows. */
function without(state: State, group: number, times: number): State[] {
  const here = ({ node }: Pod): number => count(state.pods, (pod) => pod.node === node && !pod.leaving);
  const own = state.pods.filter((pod) => pod.group === group && !pod.leaving);
  const orderOf = (pod: Pod): number => (pod.node === NOWHERE ? 0 : pod.ready ? 1000 - here(pod) : 1);
  const sorted = [...own].sort((left, right) => orderOf(left) - orderOf(right));
  const last = sorted[times - 1];
  if (times === 0 || last === undefined) return [state];
  const sure = sorted.filter((pod) => orderOf(pod) < orderOf(last));
  const tied = sorted.filter((pod) => orderOf(pod) === orderOf(last));
  return subsets(tied, times - sure.length).map((some) => {
    const gone = [...sure, ...some];
    const left = state.pods.filter((pod) => !gone.includes(pod));
    const leaving = gone
      .filter(({ node }) => node !== NOWHERE)
      .map((pod) => ({ ...pod, leaving: true, ready: false }));
    return { ...state, pods: [...left, ...leaving] };
  });
}

function subsets<T>([first, ...others]: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  if (first === undefined) return [];
  return [...subsets(others, size - 1).map((some) => [first, ...some]), ...subsets(others, size)];
}

function scheduler(game: Game, state: State): State[] {
  const tried = new Set<number>();
  return state.pods.flatMap((pod) => {
    if (pod.node !== NOWHERE || pod.leaving || tried.has(pod.group)) return [];
    tried.add(pod.group);
    return game.free.flatMap((_, node) =>
      takes(game, state, pod.group, node) ? [with_(state, pod, { node })] : [],
    );
  });
}

function takes(game: Game, { pods }: State, group: number, node: number): boolean {
  const sizeOf = (which: number): number => (which === FRESH ? game.fresh : (game.old[which]?.size ?? 0));
  const used = pods.filter((pod) => pod.node === node).reduce((sum, pod) => sum + sizeOf(pod.group), 0);
  if (used + sizeOf(group) > (game.free[node] ?? 0)) return false;
  const rules = game.rules ?? [];
  return group === FRESH
    ? rules.every((rule) => allows(game, pods, rule, node))
    : !rules.some((rule) => repels(game, pods, rule, node));
}

/** Whether a new pod keeps old ones out of its domain: anti-affinity works both ways. */
function repels({ zones }: Game, pods: readonly Pod[], { kind, over, of }: Rule, node: number): boolean {
  const domainOf = (at: number): number => (over === "zone" ? (zones?.[at] ?? 0) : at);
  if (kind !== "anti-affinity" || of !== "all") return false;
  return pods.some(
    (pod) => pod.group === FRESH && pod.node !== NOWHERE && domainOf(pod.node) === domainOf(node),
  );
}

function allows(game: Game, pods: readonly Pod[], rule: Rule, node: number): boolean {
  const domainOf = (at: number): number => (rule.over === "zone" ? (game.zones?.[at] ?? 0) : at);
  // A pod attracts only if all terms of affinity select it.
  const own =
    rule.kind === "affinity" ? (game.rules ?? []).filter(({ kind }) => kind === "affinity") : [rule];
  const counted = pods.filter(
    (pod) => pod.node !== NOWHERE && (pod.group === FRESH || own.every(({ of }) => of === "all")),
  );
  const inDomain = (domain: number): readonly Pod[] => counted.filter((pod) => domainOf(pod.node) === domain);
  switch (rule.kind) {
    case "anti-affinity":
      return inDomain(domainOf(node)).length === 0;
    case "affinity":
      return counted.length === 0 || inDomain(domainOf(node)).length > 0;
    case "spread": {
      const held = [...new Set(game.free.map((_, at) => domainOf(at)))].map((domain) =>
        count(inDomain(domain), ({ leaving }) => !leaving),
      );
      return (
        count(inDomain(domainOf(node)), ({ leaving }) => !leaving) + 1 - Math.min(...held) <= rule.maxSkew
      );
    }
  }
}

function kubelet(game: Game, state: State): State[] {
  return state.pods.flatMap((pod) => {
    if (pod.leaving) return [{ ...state, pods: state.pods.filter((each) => each !== pod) }];
    const starts = pod.node !== NOWHERE && !pod.ready && game.old[pod.group]?.sick !== true;
    return starts ? [with_(state, pod, { ready: true })] : [];
  });
}
