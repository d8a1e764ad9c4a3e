import type { KubeEvent } from "../../model/event.ts";
import { ON_THE_WAY } from "../pod-state.ts";
import type { SeenContainer, SeenPod } from "../scene.ts";

/**
 * Whether a pod has a node, and still waits for its volumes, its network and its sandbox. Their trouble shows in
 * events only, which stay around: they speak of the present only until the status moves on.
 */
export const isSettingUp = ({ pod, containers, isSilent }: SeenPod): boolean =>
  !isSilent && pod.nodeName !== undefined && !hasSandbox(pod.conditions) && containers.every(isUntouched);

/** The newest event about the pod's volumes that names a cause. */
export function volumeEventOf({ events }: SeenPod): KubeEvent | undefined {
  const ofVolumes = events.filter(({ reason }) => VOLUME_EVENTS.has(reason));
  const telling = ofVolumes.filter(({ message }) => !SUMMARY.test(message));
  return (telling.length > 0 ? telling : ofVolumes).reduce<KubeEvent | undefined>(
    (newest, event) => (newest === undefined || event.lastSeen >= newest.lastSeen ? event : newest),
    undefined,
  );
}

const VOLUME_EVENTS: ReadonlySet<string> = new Set(["FailedMount", "FailedAttachVolume", "FailedMapVolume"]);

/** The kubelet's summary after two minutes; what it waits for stands in an earlier event. */
const SUMMARY = /^Unable to (attach or mount|attach|mount) volumes/;

const hasSandbox = (conditions: SeenPod["pod"]["conditions"]): boolean =>
  conditions.some(({ type, status }) => type === "PodReadyToStartContainers" && status === "True");

/** No instance of the container was ever there. */
function isUntouched({ status }: SeenContainer): boolean {
  if (status === undefined) return true;
  const isCreating = status.state.kind === "waiting" && ON_THE_WAY.has(status.state.reason);
  return isCreating && status.restartCount === 0 && status.lastState === undefined;
}
