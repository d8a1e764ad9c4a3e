import type { Autoscaling } from "../../model/autoscaling.ts";
import type { Gap } from "../../model/gap.ts";
import type { ReasonCode } from "../../reason.ts";
import type { NodeOccupancy } from "../occupancy.ts";
import type { Incoming } from "../room.ts";
import type { Fix } from "../verdict.ts";
import { type Candidate, candidateOf } from "./candidate.ts";
import { clusterLimitOf } from "./cluster-limits.ts";
import { emptyPools } from "./empty-pool.ts";
import { type Growth, growthsOf, isHeld, poolRoom, siblingsOf } from "./growth.ts";
import { newPool } from "./new-pool.ts";
import { fewestNodes, type Plan, possibleNodes, type Shortfall } from "./plan.ts";
import { CAVEAT, doubtText, growthText, obstacleText, planText, tooFewText } from "./scaling-words.ts";

/** What an autoscaler does about pods that find no room. */
export type Scaling =
  /** It can add the nodes that are needed, and may. */
  | { readonly kind: "adds"; readonly message: string; readonly fix: Fix }
  /** Whether it does cannot be told. */
  | { readonly kind: "may-add"; readonly gaps: readonly Gap[] }
  /** It does not; `reasons` in its words, where it has any. */
  | { readonly kind: "adds-none"; readonly reasons: readonly ScalingReason[] };

/** `reason`: `undefined` where only the stall's own code fits. */
interface ScalingReason {
  readonly reason: ReasonCode | undefined;
  readonly message: string;
}

/** A rollout that does not complete on the nodes that are there. */
export interface Stalled extends Shortfall {
  readonly pod: Incoming;
  readonly nodes: readonly NodeOccupancy[];
  /** New pods that wait for a node when it is stuck. */
  readonly waiting: number;
  /** Of each of these, whether a new node like it takes a new pod at all. */
  readonly takenBy: (likes: readonly NodeOccupancy[]) => readonly boolean[];
}

/** Pods below are expendable: they wait until there is room. Source: cluster-autoscaler/FAQ.md, expendable pods. */
const LEAST_PRIORITY = -10;

/** Answers whether an autoscaler ends a stall, by trying the nodes that it could add on the model. */
export function roomByScaling(stalled: Stalled, autoscaling: Autoscaling): Scaling {
  const { kind, gaps } = autoscaling;
  if (kind === "absent") return NO_SCALING;
  const { priority } = stalled.pod.spec;
  if (priority < LEAST_PRIORITY) return addsNone([[undefined, expendableText(priority)]]);
  switch (kind) {
    case "unknown":
      return mayBeGke(stalled.nodes) ? { kind: "may-add", gaps } : NO_SCALING;
    case "autopilot":
      return adds("more nodes would do; Autopilot adds them", AUTOPILOT, stalled.waiting);
    case "present":
      return ofGroups(stalled, autoscaling);
  }
  return kind satisfies never;
}

/** A node with this label is GKE's, where any pool may scale. */
const GKE_POOL = "cloud.google.com/gke-nodepool";

/** Without any node there is none to tell, as where all pools scaled to zero. */
const mayBeGke = (nodes: Stalled["nodes"]): boolean =>
  nodes.length === 0 || nodes.some(({ node }) => GKE_POOL in node.labels);

/** Nothing adds a node. */
export const NO_SCALING: Scaling = { kind: "adds-none", reasons: [] };
const AUTOPILOT = `Autopilot adds nodes for the pods that wait; ${CAVEAT}`;

type Told = readonly [ReasonCode | undefined, string];

const addsNone = (reasons: readonly Told[]): Scaling => ({
  kind: "adds-none",
  reasons: reasons.map(([reason, message]) => ({ reason, message })),
});

const adds = (text: string, message: string, count: number): Scaling => ({
  kind: "adds",
  message,
  fix: { kind: "nodes", text, value: `${count}` },
});

const expendableText = (priority: number): string =>
  `the autoscaler adds no node for pods of priority ${priority}: below ${LEAST_PRIORITY} they are expendable`;

function ofGroups(stalled: Stalled, autoscaling: Autoscaling): Scaling {
  const growths = growthsOf(autoscaling.groups, stalled.nodes);
  const helpful = helpfulOf(growths, stalled.pod);
  const free = helpful.filter(({ growth, alike }) => alike && growth.group.obstacle === undefined);
  const plan = fewestNodes(free, growths, stalled);
  const limit = plan && clusterLimitOf(plan, stalled.nodes, autoscaling.clusterLimits);
  if (plan !== undefined && limit === undefined && autoscaling.gaps.length === 0)
    return growing(plan, stalled);

  // A node that was asked for and is on its way may be the very one that is missing, or come for others.
  const open = growthsOf(autoscaling.groups, stalled.nodes, "there");
  const empty = emptyPools(stalled.pod, open);
  const gaps = [
    ...autoscaling.gaps,
    ...(limit === undefined ? [] : [gapOf(limit)]),
    ...(plan === undefined ? unsure(stalled, open) : []),
    ...empty.unclear.map(gapOf),
  ];
  const created = mayCreate(autoscaling, growths) ? newPool(stalled, autoscaling.clusterLimits) : undefined;
  if (created?.kind === "fits" && autoscaling.gaps.length === 0)
    return adds(
      "a new node pool would do; node auto-provisioning creates it",
      `${created.text}; ${CAVEAT}`,
      1,
    );
  if (created?.kind === "unclear") gaps.push(gapOf(created.text));
  if (gaps.length > 0) return { kind: "may-add", gaps };
  const reasons = [
    ...obstaclesOf(stalled, helpful, growths),
    ...empty.held.map(heldReason),
    ...empty.refusing.map((text) => [undefined, text] as const),
  ];
  return addsNone(reasons.slice(0, MOST_REASONS));
}

const helpfulOf = (growths: readonly Growth[], pod: Incoming): readonly Candidate[] =>
  growths.flatMap((growth) => candidateOf(growth, pod) ?? []).filter(({ slots }) => slots > 0);

/** Its own status does not tell whether it creates pools, but names of those that it did begin so. */
const mayCreate = ({ createsPools }: Autoscaling, growths: readonly Growth[]): boolean =>
  createsPools || growths.some(({ pool, group }) => group.pool === undefined && pool.startsWith("nap-"));

function growing(plan: Plan, { waiting }: Stalled): Scaling {
  const slots = plan[0]?.slots ?? 1;
  const likely = Math.max(plan.length, Math.ceil(waiting / slots));
  return adds(`${planText(plan)} would do; the autoscaler adds them`, growthText(plan, likely), plan.length);
}

const gapOf = (why: string): Gap => ({ what: "cluster autoscaler", why });

/** Nodes that may come or not would do, or some that come may do. */
function unsure(stalled: Stalled, growths: readonly Growth[]): readonly Gap[] {
  const maybe = helpfulOf(growths, stalled.pod).filter(({ growth }) => !isHeld(growth));
  const plan = possibleNodes(maybe, growths, stalled);
  if (plan === undefined) return [];
  const isEnough = stalled.endsWith(plan.map(({ like }) => like)) === "completes";
  const why = isEnough
    ? `would do, but whether it gets them is not certain: ${doubtText(plan)}`
    : "may do: that depends on where the scheduler puts the pods";
  return [gapOf(`${planText(plan)} ${why}`)];
}

/** Reasons that are told at most: a cluster may have very many groups. */
const MOST_REASONS = 8;

/** Why the groups that would help if only they could grow get no nodes, or too few. */
function obstaclesOf(
  { takenBy }: Stalled,
  helpful: readonly Candidate[],
  growths: readonly Growth[],
): readonly Told[] {
  const takes = takenBy(helpful.map(({ like }) => like));
  return helpful
    .filter((_, index) => takes[index])
    .map((candidate) => {
      const { growth } = candidate;
      if (growth.group.obstacle !== undefined) return heldReason(growth);
      const room = Math.min(growth.room, poolRoom(siblingsOf(growth, growths)).most);
      return ["AutoscalerAtMaximum", room === 0 ? obstacleText(growth) : tooFewText(candidate, room)];
    });
}

const heldReason = (growth: Growth): Told => [
  growth.group.obstacle?.kind === "backoff" ? "AutoscalerBackoff" : undefined,
  obstacleText(growth),
];
