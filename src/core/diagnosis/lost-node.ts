import type { KubeEvent } from "../model/event.ts";
import type { Instant } from "../model/instant.ts";
import type { ContainerState, Pod } from "../model/pod.ts";

/** Conditions that are not the kubelet's own word: the node controller sets these of pods whose kubelet is gone. */
const BY_CONTROLLERS: ReadonlySet<string> = new Set(["Ready", "ContainersReady", "DisruptionTarget"]);

/** Events about a pod that its kubelet did not write. Source: pkg/controller/tainteviction (v1.36.3). */
const NOT_BY_KUBELET: ReadonlySet<string> = new Set(["NodeNotReady", "TaintManagerEviction", "Scheduled"]);

/**
 * The word that the pod's node is lost, as long as its kubelet says nothing newer; until then the status of its
 * containers is a thing of the past. Times are the cluster's.
 * Source: pkg/controller/nodelifecycle/node_lifecycle_controller.go, MarkPodsNotReady (v1.36.3).
 */
export function lostNodeOf(pod: Pod, events: readonly KubeEvent[]): KubeEvent | undefined {
  const lost = events.filter(({ reason }) => reason === "NodeNotReady").at(-1);
  if (lost === undefined || pod.nodeName === undefined) return undefined;
  const signs = [
    ...pod.conditions
      .filter(({ type, status }) => !BY_CONTROLLERS.has(type) || (type === "Ready" && status === "True"))
      .map(({ lastTransition }) => lastTransition),
    ...pod.containers.flatMap(({ state, lastState }) => [changedAt(state), changedAt(lastState)]),
    ...events.filter(({ reason }) => !NOT_BY_KUBELET.has(reason)).map(({ lastSeen }) => lastSeen),
  ];
  return signs.some((at) => at !== undefined && at > lost.lastSeen) ? undefined : lost;
}

function changedAt(state: ContainerState | undefined): Instant | undefined {
  if (state?.kind === "running") return state.startedAt;
  return state?.kind === "terminated" ? state.finishedAt : undefined;
}
