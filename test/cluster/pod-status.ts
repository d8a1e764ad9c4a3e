import { createHash } from "node:crypto";
import type { V1Container, V1Pod } from "@kubernetes/client-node";
import { digestOf, repositoryOf } from "./images.ts";
import { type PodStatus, toTime } from "./wire.ts";

type ContainerStatus = NonNullable<PodStatus["containerStatuses"]>[number];

/** Status of a pod that its kubelet has seen and whose containers do not run yet. */
export function creatingStatus(pod: V1Pod, at: number): PodStatus {
  const waiting = (container: V1Container): ContainerStatus => ({
    name: container.name,
    image: container.image ?? "",
    imageID: "",
    ready: false,
    started: false,
    restartCount: 0,
    state: { waiting: { reason: "ContainerCreating" } },
  });
  const init = pod.spec?.initContainers ?? [];
  return {
    phase: "Pending",
    startTime: toTime(at),
    conditions: conditions(pod, at, { Initialized: init.length === 0, ContainersReady: false }),
    ...(init.length > 0 && { initContainerStatuses: init.map(waiting) }),
    containerStatuses: pod.spec?.containers.map(waiting) ?? [],
  };
}

/** Status of a pod all of whose containers run, since `startedAt`; init containers have ended, sidecars run. */
export function runningStatus(
  pod: V1Pod,
  time: { readonly startedAt: number; readonly at: number },
  readiness: "ready" | "not-ready",
): PodStatus {
  const running = (container: V1Container, ready: boolean): ContainerStatus => ({
    ...identity(pod, container),
    ready,
    started: true,
    state: { running: { startedAt: toTime(time.startedAt) } },
  });
  const init = (container: V1Container): ContainerStatus => {
    if (container.restartPolicy === "Always") return running(container, true);
    const { containerID } = identity(pod, container);
    const ended = { startedAt: toTime(time.startedAt), finishedAt: toTime(time.startedAt) };
    return {
      ...identity(pod, container),
      ready: true,
      started: false,
      state: { terminated: { exitCode: 0, reason: "Completed", ...ended, containerID } },
    };
  };
  const ready = readiness === "ready";
  const ip = ipOf(pod);
  return {
    phase: "Running",
    startTime: toTime(time.startedAt),
    hostIP: "127.0.0.1",
    hostIPs: [{ ip: "127.0.0.1" }],
    podIP: ip,
    podIPs: [{ ip }],
    conditions: conditions(pod, time.at, { Initialized: true, ContainersReady: ready }),
    ...(pod.spec?.initContainers && { initContainerStatuses: pod.spec.initContainers.map(init) }),
    containerStatuses: pod.spec?.containers.map((container) => running(container, ready)) ?? [],
  };
}

function identity(pod: V1Pod, container: V1Container) {
  const image = container.image ?? "";
  const id = createHash("sha256").update(`${pod.metadata?.uid} ${container.name}`).digest("hex");
  return {
    name: container.name,
    image,
    imageID: `${repositoryOf(image)}@${digestOf(image)}`,
    containerID: `containerd://${id}`,
    restartCount: 0,
  };
}

/** Ready is ContainersReady and every readiness gate (pkg/kubelet/status/generate.go, v1.36.3). */
function conditions(
  pod: V1Pod,
  at: number,
  is: { readonly Initialized: boolean; readonly ContainersReady: boolean },
): NonNullable<PodStatus["conditions"]> {
  const isTrue = (type: string) =>
    pod.status?.conditions?.some((c) => c.type === type && c.status === "True");
  const gatesOpen = pod.spec?.readinessGates?.every((gate) => isTrue(gate.conditionType)) ?? true;
  const names = pod.spec?.containers.map((container) => container.name).join(" ");
  const because = is.ContainersReady
    ? {
        reason: "ReadinessGatesNotReady",
        message: "corresponding condition of pod readiness gate does not exist.",
      }
    : { reason: "ContainersNotReady", message: `containers with unready status: [${names}]` };
  const all = { ...is, Ready: is.ContainersReady && gatesOpen, PodReadyToStartContainers: is.Initialized };
  return Object.entries(all).map(([type, status]) => ({
    type,
    status: status ? "True" : "False",
    lastTransitionTime: toTime(at),
    ...(!status && type.endsWith("Ready") && because),
  }));
}

/** An address that depends on the pod only. */
function ipOf(pod: V1Pod): string {
  const [a, b, c] = createHash("sha256").update(String(pod.metadata?.uid)).digest();
  return `10.${a}.${b}.${c}`;
}
