import type { PlacedPod } from "../../model/room.ts";
import { isTolerated } from "../filters/taint-toleration.ts";
import type { Scheduling } from "../scheduling.ts";
import { type Board, FRESH } from "./board.ts";
import type { Position } from "./position.ts";

/** Requests that a pod without any counts with. Source: pkg/scheduler/util/pod_resources.go (v1.36.3). */
const DEFAULTS = [
  { name: "cpu", least: 100 },
  { name: "memory", least: 200 * 1024 * 1024 },
] as const;

/** Weights of the plugins. Source: pkg/scheduler/apis/config/v1/default_plugins.go (v1.36.3). */
const WEIGHTS = { spread: 2, taints: 3 } as const;

/** The scheduler prefers the mean of what each resource has left. */
const HUNDRED = 100;

/**
 * How much the scheduler of a cluster as it comes would like to see a new pod on each of these nodes: the emptier and
 * the more evenly used, with fewer of its own ReplicaSet, and without taints that it would rather not have. What pods
 * and images are there already counts as well, and is left out.
 * Source: pkg/scheduler/framework/plugins (v1.36.3): noderesources/{least_allocated,balanced_allocation}.go,
 * podtopologyspread/scoring.go with its defaults, tainttoleration/taint_toleration.go.
 */
export function scoresOf(
  board: Board,
  position: Position,
  nodes: ReadonlySet<number>,
): ReadonlyMap<number, number> {
  const scheduling = board.schedulings[FRESH];
  if (scheduling === undefined) return new Map();
  const all = [...nodes];
  const counts = all.map((node) => (position.cells.get(node)?.[FRESH] ?? 0) + (board.neighbours[node] ?? 0));
  const spread = evened(scheduling.pod.spec.topologySpread.length > 0 ? all.map(() => 0) : counts);
  const taints = evened(all.map((node) => taintsOf(scheduling, node)));
  return new Map(
    all.map((node, index) => [
      node,
      resourceScore(scheduling, node) +
        WEIGHTS.spread * (spread[index] ?? 0) +
        WEIGHTS.taints * (taints[index] ?? 0),
    ]),
  );
}

/** The fewer, the nearer to a hundred. */
function evened(counts: readonly number[]): readonly number[] {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return counts.map((count) => (most === 0 ? HUNDRED : (HUNDRED * (most + least - count)) / most));
}

function resourceScore(scheduling: Scheduling, node: number): number {
  const { allocatable } = scheduling.room(node).node;
  const pods = scheduling.pods(node);
  const shares = DEFAULTS.flatMap(({ name, least }) => {
    const amount = ({ requests }: Pick<PlacedPod, "requests">): number => requests.get(name) ?? least;
    const given = allocatable.get(name) ?? 0;
    const before = pods.reduce((sum, pod) => sum + amount(pod), 0);
    return given === 0 ? [] : [Math.min(1, (before + amount(scheduling.placed)) / given)];
  });
  const free = shares.reduce((sum, share) => sum + 1 - share, 0) / Math.max(1, shares.length);
  const [first = 0, second = first] = shares;
  return HUNDRED * (free + 1 - Math.abs(first - second) / 2);
}

function taintsOf(scheduling: Scheduling, node: number): number {
  const { tolerations } = scheduling.pod.spec;
  const { taints } = scheduling.room(node).node;
  return taints.filter((taint) => taint.effect === "PreferNoSchedule" && !isTolerated(taint, tolerations))
    .length;
}
