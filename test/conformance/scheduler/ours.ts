import { toPodSpec } from "../../../src/adapters/kubernetes/decode-pod-spec.ts";
import { toNode, toPlacedPod } from "../../../src/adapters/kubernetes/decode-room.ts";
import { toDisruptionBudget } from "../../../src/adapters/kubernetes/disruption-budgets.ts";
import type { ClusterView } from "../../../src/core/capacity/filters/filter.ts";
import { unschedulable } from "../../../src/core/capacity/fit-error.ts";
import { byPreference, preemptionOf } from "../../../src/core/capacity/preemption.ts";
import { toIncoming } from "../../../src/core/capacity/room.ts";
import { type Scheduling, schedulingOf } from "../../../src/core/capacity/scheduling.ts";
import type { PlacedPod } from "../../../src/core/model/room.ts";
import { NO_STORAGE } from "../../../src/core/model/storage.ts";
import type { Moment } from "./moment.ts";

/** What the real scheduler made of the pod: a node, or a message, and then maybe a node to be cleared. */
export interface Outcome {
  readonly node?: string;
  readonly message?: string;
  readonly nominated?: string;
  readonly victims?: readonly string[];
  readonly error?: string;
}

/** In a word, for counting. */
export function outcomeKind({ error, node, nominated, message }: Outcome): string {
  if (error !== undefined) return "error";
  if (node !== undefined) return "placed";
  if (nominated !== undefined) return "preempts";
  return message?.endsWith("not found") ? "given up" : "refused";
}

/** In what ours differs; `undefined` where it does not. Of equals any choice of the scheduler is right. */
export function disagreement(moment: Moment, outcome: Outcome, minor: number): string | undefined {
  const { node, message, error } = outcome;
  if (error !== undefined) return error;
  const scheduling = schedulingAt(moment, minor);
  const nodes = moment.nodes.map(({ metadata }) => metadata?.name ?? "");
  const open = nodes.filter((_, index) => scheduling.refusals(index).length === 0);
  if (node !== undefined)
    return open.includes(node) ? undefined : `placed on ${node}, open are ${open.join() || "none"}`;
  if (open.length > 0) return `open is ${open.join()}, and it says ${message}`;
  const ours = unschedulable(scheduling).message;
  if (ours !== message) return `${ours}, and it says ${message}`;
  return disagreementOnVictims(scheduling, nodes, outcome);
}

function disagreementOnVictims(
  scheduling: Scheduling,
  nodes: readonly string[],
  { nominated, victims = [] }: Outcome,
): string | undefined {
  const candidates = preemptionOf(scheduling);
  const [first] = candidates;
  if (nominated === undefined) return first && `would clear ${nodes[first.index]}, it does not`;
  const chosen = candidates.find(({ index }) => nodes[index] === nominated);
  if (first === undefined || chosen === undefined) return `clears ${nominated}, which would not do`;
  // A pod that is leaving is not deleted again by every version.
  const leaving = new Set(chosen.victims.filter(isLeaving).map(({ name }) => name));
  const told = chosen.victims.filter((pod) => !isLeaving(pod)).map(({ name }) => name);
  const evicted = victims.filter((name) => !leaving.has(name));
  if (told.sort().join() !== evicted.sort().join()) return `evicts ${evicted.join()}, not ${told.join()}`;
  if (byPreference(first, chosen) !== 0) return `clears ${nominated} rather than ${nodes[first.index]}`;
  return undefined;
}

const isLeaving = ({ deletedAt }: PlacedPod): boolean => deletedAt !== undefined;

function schedulingAt(
  { nodes, pods, nominated, namespaces, budgets, pod }: Moment,
  minor: number,
): Scheduling {
  const placed = [...pods, ...nominated].map((each) => toPlacedPod(each, minor));
  const view: ClusterView = {
    minor,
    namespaceLabels: new Map(
      namespaces.map(({ metadata }) => [metadata?.name ?? "", metadata?.labels ?? {}]),
    ),
    storage: NO_STORAGE,
    budgets: budgets.map(toDisruptionBudget),
    nodes: nodes.map(toNode).map((node) => ({
      node,
      pods: placed.filter(
        ({ nodeName, nominatedNodeName, priority }) =>
          nodeName === node.name ||
          // Promises of less priority do not count.
          (nominatedNodeName === node.name && priority >= (pod.spec?.priority ?? 0)),
      ),
    })),
  };
  const { namespace = "", labels = {} } = pod.metadata ?? {};
  return schedulingOf(toIncoming(toPodSpec(pod.spec ?? { containers: [] }), namespace, labels), view);
}
