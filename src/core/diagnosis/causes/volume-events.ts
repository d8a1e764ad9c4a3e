import type { KubeEvent } from "../../model.ts";
import type { SeenPod } from "../scene.ts";

/** Whether a pod has a node, and its containers wait for volumes, network and sandbox. */
export function isSettingUp({ pod, containers, isOver }: SeenPod): boolean {
  if (isOver || pod.nodeName === undefined) return false;
  return (
    containers.some(
      ({ status }) =>
        status?.state.kind === "waiting" &&
        status.restartCount === 0 &&
        ["", "ContainerCreating", "PodInitializing"].includes(status.state.reason),
    ) && containers.every(({ status }) => status?.state.kind !== "running")
  );
}

/** The newest event about a pod's volumes that passes a test. */
export function volumeEventOf(
  { events }: SeenPod,
  passes: (event: KubeEvent) => boolean,
): KubeEvent | undefined {
  return events
    .filter((event) => VOLUME_EVENTS.has(event.reason) && passes(event))
    .reduce<KubeEvent | undefined>(
      (newest, event) => (newest === undefined || event.lastSeen >= newest.lastSeen ? event : newest),
      undefined,
    );
}

const VOLUME_EVENTS: ReadonlySet<string> = new Set(["FailedMount", "FailedAttachVolume", "FailedMapVolume"]);
