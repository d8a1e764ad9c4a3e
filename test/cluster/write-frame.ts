import { type CoreV1Api, PatchStrategy, setHeaderOptions, type V1Pod } from "@kubernetes/client-node";
import type { Event, Frame, PodStatus } from "./wire.ts";

/** Writes one frame as a kubelet does: the status of the pod, or an event that is new or counts on. */
export async function writeFrame(core: CoreV1Api, pod: V1Pod, frame: Frame): Promise<void> {
  switch (frame.kind) {
    case "status":
      return writeStatus(core, pod, frame.status);
    case "event":
      return writeEvent(core, frame.event);
    default:
      frame satisfies never;
  }
}

async function writeStatus(core: CoreV1Api, pod: V1Pod, status: PodStatus): Promise<void> {
  const { name = "", namespace = "", uid } = pod.metadata ?? {};
  // A kubelet leaves conditions alone that others own, such as readiness gates and PodScheduled.
  const own = status.conditions ?? [];
  const isOwn = (type: string) => own.some((condition) => condition.type === type);
  const others = pod.status?.conditions?.filter(({ type }) => !isOwn(type)) ?? [];
  await core.patchNamespacedPodStatus({
    name,
    namespace,
    body: [
      { op: "test", path: "/metadata/uid", value: uid },
      { op: "replace", path: "/status", value: { ...status, conditions: [...own, ...others] } },
    ],
  });
}

async function writeEvent(core: CoreV1Api, { metadata, ...event }: Event): Promise<void> {
  const { name = "", namespace = "" } = metadata;
  const body = withoutNulls({ apiVersion: "v1", kind: "Event", metadata, ...event });
  await core.patchNamespacedEvent(
    { name, namespace, body, fieldManager: "kubelet", force: true },
    setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply),
  );
}

/** Server-side apply takes a null for a value that it must own. */
const withoutNulls = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_key, part) => (part === null ? undefined : part));
