import type {
  V1Container,
  V1ContainerState,
  V1ContainerStateTerminated,
  V1ContainerStatus,
  V1Pod,
  V1PodSpec,
} from "@kubernetes/client-node";
import { instant } from "../../core/model/instant.ts";
import type { ContainerState, ContainerStatus, Pod, Terminated } from "../../core/model/pod.ts";
import type { ContainerRole } from "../../core/model/pod-spec.ts";
import { toAdmittedSpec } from "./decode-admission.ts";
import { controllerOf, toCondition, toInstant } from "./decode-fields.ts";

/** Converts a pod with the states of its containers: init containers and sidecars first, as they start. */
export function toPod(json: V1Pod): Pod {
  const { metadata, spec, status } = json;
  return {
    name: metadata?.name ?? "",
    uid: metadata?.uid ?? "",
    ownerUid: controllerOf(metadata)?.uid,
    createdAt: toInstant(metadata?.creationTimestamp) ?? instant(0),
    deletedAt: toInstant(metadata?.deletionTimestamp),
    phase: status?.phase ?? "Pending",
    reason: status?.reason ?? "",
    message: status?.message ?? "",
    nodeName: spec?.nodeName || undefined,
    nominatedNodeName: status?.nominatedNodeName || undefined,
    conditions: (status?.conditions ?? []).map(toCondition),
    containers: toContainerStatuses(json),
    spec: toAdmittedSpec(spec ?? ({ containers: [] } satisfies V1PodSpec)),
  };
}

function toContainerStatuses({ spec, status }: V1Pod): readonly ContainerStatus[] {
  const sidecars = new Set((spec?.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  const initRole = (name: string): ContainerRole => (sidecars.has(name) ? "sidecar" : "init");
  return [
    ...(status?.initContainerStatuses ?? []).map((each) => toContainerStatus(each, initRole(each.name))),
    ...(status?.containerStatuses ?? []).map((each) => toContainerStatus(each, "app")),
  ];
}

const isSidecar = (container: V1Container): boolean => container.restartPolicy === "Always";

function toContainerStatus(status: V1ContainerStatus, role: ContainerRole): ContainerStatus {
  return {
    name: status.name,
    role,
    image: status.image,
    imageID: status.imageID,
    ready: status.ready,
    started: status.started ?? false,
    restartCount: status.restartCount,
    state: toState(status.state),
    lastState: status.lastState?.terminated ? toTerminated(status.lastState.terminated) : undefined,
  };
}

/** An empty state means waiting to start. Source: staging/src/k8s.io/api/core/v1/types.go (v1.36.3), ContainerState. */
function toState(state: V1ContainerState | undefined): ContainerState {
  if (state?.terminated) return toTerminated(state.terminated);
  if (state?.running) return { kind: "running", startedAt: toInstant(state.running.startedAt) };
  return { kind: "waiting", reason: state?.waiting?.reason ?? "", message: state?.waiting?.message ?? "" };
}

function toTerminated(terminated: V1ContainerStateTerminated): Terminated {
  return {
    kind: "terminated",
    reason: terminated.reason ?? "",
    exitCode: terminated.exitCode,
    message: terminated.message ?? "",
    finishedAt: toInstant(terminated.finishedAt),
  };
}
