import type { EndedPod } from "../memory.ts";
import { advise, kubectl } from "../next-step.ts";
import type { Scene } from "../scene.ts";
import { type Cause, never, type Symptom, times } from "../symptom.ts";

/** The pod's own limits, not the node's need. Source: pkg/kubelet/eviction/eviction_manager.go (v1.36.3). */
const OWN_LIMIT =
  /exceeds (the|total) limit|exceeded its local ephemeral storage limit|exceeds the total limit of containers/;

/** Ends of a pod that its own spec asks for. Source: pkg/kubelet/active_deadline.go (v1.36.3). */
const OWN_TIME = "DeadlineExceeded";

/** Room for a critical pod: the node's need as well. Source: pkg/kubelet/preemption/preemption.go (v1.36.3). */
const FOR_NODE: ReadonlySet<string> = new Set(["Evicted", "Preempting"]);

const SHUTDOWN: ReadonlySet<string> = new Set(["Terminated", "NodeShutdown", "Shutdown"]);

/** The node put the pod out: for its own limits that counts, for the node's need it does not. */
export const eviction: Cause = {
  name: "Eviction",
  reasons: ["PodEvicted", "NodeShutdown"],
  source: "pkg/kubelet/eviction/eviction_manager.go and helpers.go; pkg/kubelet/nodeshutdown (v1.36.3)",
  detect: (scene) => {
    const ended = Object.values(scene.memory.ended);
    const own = ended.filter(({ reason, message }) => reason === "Evicted" && OWN_LIMIT.test(message));
    const late = ended.filter(({ reason }) => reason === OWN_TIME);
    const forNode = ended.filter((each) => FOR_NODE.has(each.reason) && !own.includes(each));
    const shutDown = ended.filter(({ reason }) => SHUTDOWN.has(reason));
    return [
      ...own.map((each) => overLimit(each, own.length, scene)),
      ...late.map((each) => overTime(each, late.length)),
      ...forNode.map((each) => evicted(each)),
      ...shutDown.map((each) => shutdown(each)),
    ];
  },
};

const placeOf = ({ pod }: EndedPod): Pick<Symptom, "pod" | "container" | "stage"> => ({
  pod,
  container: undefined,
  stage: undefined,
});

const overLimit = (ended: EndedPod, seen: number, { goal }: Scene): Symptom => ({
  ...placeOf(ended),
  reason: "PodEvicted",
  key: "evicted for its own limit",
  summary: "the node evicts the pods for exceeding their own storage limits",
  message: ended.message,
  next: [
    advise("Raise the sizeLimit or the ephemeral-storage limit that the message names, or write less"),
    kubectl("See the evicted pod", goal.ref.namespace, "describe", `pod/${ended.pod.name}`),
  ],
  seen,
  patience: times(2),
});

const overTime = (ended: EndedPod, seen: number): Symptom => ({
  ...placeOf(ended),
  reason: "PodEvicted",
  key: "ended for its own deadline",
  summary: "the kubelet ends the pods when their activeDeadlineSeconds are over",
  message: ended.message,
  next: [
    advise(
      "Take activeDeadlineSeconds out of the pod: whatever puts it there, a workload that serves has no end",
    ),
  ],
  seen,
  patience: times(2),
});

const evicted = (ended: EndedPod): Symptom => ({
  ...placeOf(ended),
  reason: "PodEvicted",
  key: "evicted by the node",
  summary: "the node evicted the pod for lack of its own resources",
  message: ended.message,
  next: [advise("Set requests that match what the pod takes, so that it is placed where there is room")],
  seen: 1,
  patience: never,
});

const shutdown = (ended: EndedPod): Symptom => ({
  ...placeOf(ended),
  reason: "NodeShutdown",
  key: "ended by a node's shutdown",
  summary: "the node was shut down under the pod",
  message: ended.message,
  next: [
    advise(
      "Kubernetes replaces the pod; where Spot nodes go too often, keep some replicas off them (nodeAffinity to cloud.google.com/gke-spot)",
    ),
  ],
  seen: 1,
  patience: never,
});
