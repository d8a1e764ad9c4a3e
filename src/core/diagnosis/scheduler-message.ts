import type { CountedReason } from "../capacity/reason-id.ts";
import { reasonIdOf } from "./scheduler-reason.ts";

/** Numbers that old schedulers, and kubelets to this day, print for what a node lacks. */
export interface Shortage {
  readonly node: string | undefined;
  readonly resource: string;
  readonly requested: number;
  readonly used: number;
  readonly capacity: number;
}

/** A scheduler's refusal, read. `nodes` is `undefined` where the text does not say how many there are. */
export interface SchedulerMessage {
  readonly nodes: number | undefined;
  /** A `count` of 0 where the text does not count. */
  readonly reasons: readonly CountedReason[];
  readonly short: readonly Shortage[];
  readonly raw: string;
}

type Read = Omit<SchedulerMessage, "raw">;

/** Kubernetes cuts the note of an event to 1024 bytes. */
const CUT = " ...";
/** What may follow the reasons: why releasing claims or preempting pods does not help either. */
const AFTER_BODY =
  /\. (preemption: |no new claims|still not|dealloc|deletion of|not found|All PostFilter plugins)/;
const RESOURCE_WORDS: ReadonlyMap<string, string> = new Map([
  ["PodCount", "pods"],
  ["CPU", "cpu"],
  ["Memory", "memory"],
  ["NvidiaGpu", "alpha.kubernetes.io/nvidia-gpu"],
]);

const FIT_ERROR = /^0\/(\d+) nodes are available:/;
const PREDICATES = /^No nodes are available that match all of the (?:following )?predicates::? (.*?)\.?$/s;
const SUMMARY = /fit failure summary on nodes ?: (.*)$/s;
const ON_NODE = /fit failure on node \((.*?)\): (.*)/g;
const SHORTAGE = /enough resource: (\S+), requested: (\d+), used: (\d+), capacity: (\d+)/;
const FIRST_ONLY = /^Failed for reason (\S+) and possibly others$/;
const NO_NODES = "no nodes available to schedule pods";

/**
 * Reads why the scheduler could not place a pod, from the text of the condition `PodScheduled` or the event
 * `FailedScheduling`, in every shape that versions 1.1 to 1.36 print. Text of no known shape has no reasons.
 * Source: pkg/scheduler/framework/types.go (v1.36.3), `FitError.Error`; and its predecessors since 1.2.
 */
export function parseSchedulerMessage(text: string): SchedulerMessage {
  const message = text.trim();
  const read =
    fitError(message) ?? byNode(message) ?? byPredicate(message) ?? firstOnly(message) ?? free(message);
  return { ...read, raw: text };
}

/** `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s). preemption: …` (since 1.9). */
function fitError(message: string): Read | undefined {
  const head = FIT_ERROR.exec(message);
  if (head === null) return message === NO_NODES ? { nodes: 0, reasons: [], short: [] } : undefined;
  const nodes = Number(head[1]);
  const { body, cut } = bodyOf(message.slice(head[0].length).trim());
  // A taint's text may contain ", that": only a comma before a count parts two reasons.
  const parts = body === "" ? [] : body.split(/, (?=\d+ )/);
  const reasons = parts.map((part) => counted(part, nodes));
  const last = reasons.at(-1);
  const lost = cut && last?.id === "other";
  return { nodes, reasons: lost ? reasons.slice(0, -1) : reasons, short: [] };
}

/** The counted reasons, without what follows them. `cut`: the end of the last one may be missing. */
function bodyOf(rest: string): { readonly body: string; readonly cut: boolean } {
  const after = AFTER_BODY.exec(rest);
  if (after !== null) return { body: rest.slice(0, after.index), cut: false };
  if (!rest.endsWith(CUT)) return { body: rest.replace(/\.$/, ""), cut: false };
  const kept = rest.slice(0, -CUT.length);
  const end = kept.endsWith(".") ? kept.length - 1 : kept.lastIndexOf(". ");
  return end < 0 ? { body: kept, cut: true } : { body: kept.slice(0, end), cut: false };
}

/** A reason without a count comes from a check before the nodes, and so stands for all of them. */
function counted(part: string, nodes: number): CountedReason {
  const [, count, text] = /^(\d+) (.*)$/s.exec(part) ?? [];
  if (count === undefined || text === undefined) return { count: nodes, id: reasonIdOf(part), text: part };
  return { count: Number(count), id: reasonIdOf(text), text };
}

/** `fit failure on node (n): Node didn't have enough resource: CPU, requested: 100, …` (1.2 and 1.3). */
function byNode(message: string): Read | undefined {
  const lines = [...message.matchAll(ON_NODE)].map(([, node = "", line = ""]) => ({
    node,
    line: line.trim(),
  }));
  if (lines.length === 0) return undefined;
  const texts = lines.map(({ line }) => /^Predicate (\S+) failed$/.exec(line)?.[1] ?? line);
  return {
    nodes: new Set(lines.map(({ node }) => node)).size,
    reasons: countEqual(texts),
    short: lines.flatMap(({ node, line }) => shortage(line, node)),
  };
}

function shortage(line: string, node: string | undefined): readonly Shortage[] {
  const [, word, requested, used, capacity] = SHORTAGE.exec(line) ?? [];
  if (word === undefined) return [];
  const resource = RESOURCE_WORDS.get(word) ?? word;
  return [{ node, resource, requested: Number(requested), used: Number(used), capacity: Number(capacity) }];
}

function countEqual(texts: readonly string[]): readonly CountedReason[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].map(([text, count]) => ({ count, id: reasonIdOf(text), text }));
}

/** `… predicates:: Insufficient cpu (3), MatchNodeSelector (1).` (1.6 to 1.8), `… summary on nodes : …` (1.4, 1.5). */
function byPredicate(message: string): Read | undefined {
  const list = PREDICATES.exec(message)?.[1] ?? SUMMARY.exec(message)?.[1];
  if (list === undefined) return undefined;
  const reasons = [...list.matchAll(/(?:^|, )(.*?) \((\d+)\)(?=, |\.?$)/g)].map(([, text = "", count]) => ({
    count: Number(count),
    id: reasonIdOf(text),
    text,
  }));
  return { nodes: undefined, reasons, short: [] };
}

/** `Failed for reason PodFitsResources and possibly others` (1.0 and 1.1). */
function firstOnly(message: string): Read | undefined {
  const text = FIRST_ONLY.exec(message)?.[1];
  if (text === undefined) return undefined;
  return { nodes: undefined, reasons: [{ count: 0, id: reasonIdOf(text), text }], short: [] };
}

/** Single reasons outside any list: unbound claims (to 1.17), and the kubelet's words of what its node lacks. */
function free(message: string): Read {
  const [, text = message, times] = /^(.*?)(?: \(repeated (\d+) times\))?$/s.exec(message) ?? [];
  const id = reasonIdOf(text);
  const reasons = id === "other" ? [] : [{ count: Number(times ?? 0), id, text }];
  return { nodes: undefined, reasons, short: shortage(message, undefined) };
}
