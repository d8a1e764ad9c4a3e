import { refusalsOf } from "./filters/index.ts";
import type { CountedReason } from "./reason-id.ts";
import type { Incoming } from "./room.ts";
import { emptyRoom, occupied } from "./room.ts";
import type { JudgedNode } from "./stuck.ts";

const UNHELPFUL = "Preemption is not helpful for scheduling";
const NO_VICTIMS = "No preemption victims found for incoming pod";

/** Counts equal reasons over nodes, in the order in which the scheduler prints them. */
export function countReasons(nodes: readonly JudgedNode[]): readonly CountedReason[] {
  const counts = new Map<string, CountedReason>();
  for (const { id, text } of nodes.flatMap(({ refusals }) => refusals)) {
    if (text !== "") counts.set(text, { id, text, count: (counts.get(text)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((left, right) => (printed(left) < printed(right) ? -1 : 1));
}

/**
 * Prints what the scheduler of a version would say of the pod, in the condition `PodScheduled`.
 * Source: pkg/scheduler/framework/types.go (v1.36.3), `FitError.Error`; plugins/defaultpreemption (v1.34.1);
 * plugins/dynamicresources (v1.34.1), whose part comes before the preemption's.
 */
export function fitError(nodes: readonly JudgedNode[], pod: Incoming, minor: number): string {
  if (nodes.length === 0) return "no nodes available to schedule pods";
  const message = unavailable(nodes.length, countReasons(nodes).map(printed));
  if (minor < 24) return message;
  const claims = minor >= 34 ? "no new claims to deallocate, " : "";
  const doubled = minor >= 26 && minor <= 28 ? "." : "";
  return `${message} ${claims}preemption: ${preemption(nodes, pod, minor)}${doubled}`;
}

function preemption(nodes: readonly JudgedNode[], pod: Incoming, minor: number): string {
  if (pod.spec.preemptionPolicy === "Never") return "not eligible due to preemptionPolicy=Never.";
  const counts = new Map<string, number>();
  for (const text of nodes.flatMap((node) => unhelped(node, pod, minor))) {
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return unavailable(
    nodes.length,
    [...counts].map(([text, count]) => printed({ text, count })),
  );
}

/** Why removing all pods of lower priority would not make room on a node. */
function unhelped({ room, pods, refusals }: JudgedNode, pod: Incoming, minor: number): readonly string[] {
  if (refusals.some(({ resolvable }) => !resolvable)) return [UNHELPFUL];
  const victims = pods.filter(({ priority }) => priority < pod.spec.priority);
  if (victims.length === 0) return [NO_VICTIMS];
  const kept = pods.filter(({ priority }) => priority >= pod.spec.priority);
  const placed = new Array<Incoming>(room.pods - pods.length).fill(pod);
  const cleared = occupied(emptyRoom(room.node), [...kept, ...placed]);
  return refusalsOf(pod, cleared, minor).map(({ text }) => text);
}

function unavailable(nodes: number, reasons: readonly string[]): string {
  return `0/${nodes} nodes are available: ${[...reasons].sort().join(", ")}.`;
}

const printed = ({ count, text }: Pick<CountedReason, "count" | "text">): string => `${count} ${text}`;
