import type { ContainerStatus, Terminated } from "../model/pod.ts";
import type { Container } from "../model/pod-spec.ts";

/**
 * How many instances ended. `restartCount` counts the instances before the present one, so one more ended while
 * none runs. A container that waits for its very first start has none, unless its start or hook failed already.
 * Source: pkg/kubelet/kubelet_pods.go (v1.36.3), `convertToAPIContainerStatuses`.
 */
export function endedInstances({ state, lastState, restartCount }: ContainerStatus): number {
  switch (state.kind) {
    case "running":
      return restartCount;
    case "terminated":
      return restartCount + 1;
    case "waiting":
      return lastState !== undefined || STARTED.has(state.reason) ? restartCount + 1 : restartCount;
    default:
      return state satisfies never;
  }
}

/** Waiting reasons of a container whose instance was created and is gone. */
const STARTED: ReadonlySet<string> = new Set(["CrashLoopBackOff", "RunContainerError", "PostStartHookError"]);

/** The ends that the status still shows, oldest first, each with the index of its instance. */
export function endsOf(
  status: ContainerStatus,
): readonly { readonly index: number; readonly end: Terminated }[] {
  const { state, lastState, restartCount } = status;
  const lastIndex = state.kind === "waiting" ? restartCount : restartCount - 1;
  const last = lastState === undefined ? [] : [{ index: lastIndex, end: lastState }];
  return state.kind === "terminated" ? [...last, { index: restartCount, end: state }] : last;
}

/** Reasons of an end before the start: its message is the runtime's. */
export const START_ERRORS: ReadonlySet<string> = new Set(["StartError", "ContainerCannotRun"]);

/**
 * An end without its message, where that can be the end of the container's log.
 * Source: staging/src/k8s.io/api/core/v1/types.go (v1.36.3), `TerminationMessageFallbackToLogsOnError`.
 */
export function withoutLog(end: Terminated, { terminationMessagePolicy }: Container): Terminated {
  const isLog = terminationMessagePolicy === "FallbackToLogsOnError" && end.exitCode !== 0;
  return isLog && !START_ERRORS.has(end.reason) ? { ...end, message: "" } : end;
}
