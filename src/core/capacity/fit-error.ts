import type { Refusal } from "./filters/filter.ts";
import { type Clearing, clearingOf, isInVain, preemptionOf } from "./preemption.ts";
import type { CountedReason } from "./reason-id.ts";
import type { Scheduling } from "./scheduling.ts";

const UNHELPFUL = "Preemption is not helpful for scheduling";
const NEVER = "not eligible due to preemptionPolicy=Never.";
const WAITING = "not eligible due to a terminating pod on the nominated node.";
const NO_VICTIMS = "No preemption victims found for incoming pod";

/** What the scheduler says of a pod for which it finds no node. */
export interface Unschedulable {
  /** In the condition `PodScheduled` of the pod, in full. */
  readonly message: string;
  /** The same, counted. */
  readonly reasons: readonly CountedReason[];
}

/**
 * Says what the scheduler of the cluster's version would say of the pod, in the condition `PodScheduled`.
 * Source: pkg/scheduler/framework/types.go (v1.36.3), `FitError.Error`; framework/runtime/framework.go (v1.36.3),
 * `RunPostFilterPlugins`; plugins/defaultpreemption, and plugins/dynamicresources, whose part comes before it.
 *
 * @param isPromised whether preemption has chosen a node for it before, and whoever should go there is not gone
 */
export function unschedulable(scheduling: Scheduling, isPromised = false): Unschedulable {
  const { size, refusal, minor } = scheduling;
  if (refusal?.id === "scheduling-gate")
    return { message: refusal.text, reasons: [{ ...refusal, count: 1 }] };
  if (size === 0) return { message: "no nodes available to schedule pods", reasons: [] };
  const nodes = Array.from({ length: size }, (_, index) => ({ refusals: scheduling.refusals(index) }));
  const reasons = countReasons(nodes);
  const first =
    refusal === undefined || minor < 26 ? unavailable(size, reasons.map(printed)) : givenUp(size, refusal);
  return { message: [first, ...postFilter(scheduling, isPromised)].join(" "), reasons };
}

const givenUp = (nodes: number, { text }: Refusal): string => `0/${nodes} nodes are available: ${text}.`;

/** What the plugins say that are asked when no node was found; nothing when preemption will make room. */
function postFilter(scheduling: Scheduling, isPromised: boolean): readonly string[] {
  const { minor, refusal } = scheduling;
  if (minor < 24) return [];
  const hasClaims = minor >= CLAIMS_SINCE;
  // Since the pod was given up early, the plugin finds nothing of what it would have noted.
  if (hasClaims && refusal?.resolvable === false) return ["not found"];
  const preemption = preemptionSays(scheduling, isPromised);
  if (preemption === undefined) return [];
  const doubled = minor >= 26 && minor <= 28 ? "." : "";
  return [`${hasClaims ? "no new claims to deallocate, " : ""}preemption: ${preemption}${doubled}`];
}

/** Since then the plugin for resource claims is on, and has its say. */
const CLAIMS_SINCE = 34;

function preemptionSays(scheduling: Scheduling, isPromised: boolean): string | undefined {
  if (scheduling.pod.spec.preemptionPolicy === "Never") return NEVER;
  const counts = new Map<string, number>();
  for (let index = 0; index < scheduling.size; index += 1) {
    const clearing = clearingOf(scheduling, index);
    if (clearing.kind === "victims")
      return isPromised && preemptionOf(scheduling).slice(0, 1).some(isInVain) ? WAITING : undefined;
    for (const text of textsOf(clearing)) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return unavailable(
    scheduling.size,
    [...counts].map(([text, count]) => printed({ text, count })),
  );
}

function textsOf(clearing: Exclude<Clearing, { kind: "victims" }>): readonly string[] {
  switch (clearing.kind) {
    case "unhelpful":
      return [UNHELPFUL];
    case "no-victims":
      return [NO_VICTIMS];
    case "refused":
      return clearing.refusals.map(({ text }) => text);
  }
  return clearing satisfies never;
}

/** Counts equal reasons over nodes, in the order in which the scheduler prints them. */
function countReasons(nodes: readonly { readonly refusals: readonly Refusal[] }[]): readonly CountedReason[] {
  const counts = new Map<string, CountedReason>();
  for (const { id, text } of nodes.flatMap(({ refusals }) => refusals)) {
    if (text !== "") counts.set(text, { id, text, count: (counts.get(text)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((left, right) => (printed(left) < printed(right) ? -1 : 1));
}

function unavailable(nodes: number, reasons: readonly string[]): string {
  const said = reasons.length === 0 ? "" : ` ${[...reasons].sort().join(", ")}.`;
  return `0/${nodes} nodes are available:${said}`;
}

const printed = ({ count, text }: Pick<CountedReason, "count" | "text">): string => `${count} ${text}`;
