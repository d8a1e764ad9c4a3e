import type { Pod } from "../model/pod.ts";

/** Whether the kubelet calls the pod ready. */
export const isReady = (pod: Pod): boolean =>
  pod.conditions.some(({ type, status }) => type === "Ready" && status === "True");

/** Whether the pod ended for good: its containers say nothing any more, and another one takes its place. */
export const isOver = ({ phase }: Pod): boolean => phase === "Failed" || phase === "Succeeded";

/**
 * Waiting reasons that every container passes through; empty before the kubelet gives one.
 * Source: pkg/kubelet/kubelet_pods.go (v1.36.3), `convertToAPIContainerStatuses`.
 */
export const ON_THE_WAY: ReadonlySet<string> = new Set(["", "ContainerCreating", "PodInitializing"]);
