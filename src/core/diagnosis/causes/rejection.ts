import { advise } from "../next-step.ts";
import { type Cause, times } from "../symptom.ts";

/** Kubelet reasons at admission. Source: pkg/kubelet/lifecycle/{predicate,handlers}.go and kubelet.go (v1.36.3). */
const REASONS =
  /^(OutOf\S+|NodeAffinity|NodeName|NodePorts|UnexpectedAdmissionError|TopologyAffinityError|PodOSNotSupported|PodOSSelectorNodeLabelDoesNotMatch|AppArmor|SysctlForbidden|InvalidNodeInfo|UnknownReason|UnexpectedPredicateFailureType)$/;

/** Rejections that are the node's own passing trouble, as `eviction` tells them. */
const OF_THE_NODE: ReadonlySet<string> = new Set(["Evicted", "NodeShutdown", "Shutdown", "Terminated"]);
const WITHIN_MS = 120_000;

/** The scheduler placed the pod, and the kubelet refused it: the two disagree about what is free. */
export const rejection: Cause = {
  name: "Rejection",
  reasons: ["PodRejectedByNode"],
  source: "pkg/kubelet/lifecycle/predicate.go, Admit; pkg/kubelet/kubelet.go, rejectPod (v1.36.3)",
  detect: ({ memory, now }) => {
    const rejected = Object.values(memory.ended).filter(
      ({ reason, message, since }) =>
        (REASONS.test(reason) || message.startsWith("Pod was rejected: ")) &&
        !OF_THE_NODE.has(reason) &&
        now - since <= WITHIN_MS,
    );
    return rejected.map(({ pod, reason, message }) => ({
      reason: "PodRejectedByNode" as const,
      key: "PodRejectedByNode",
      pod,
      container: undefined,
      stage: undefined,
      summary: `the node's kubelet rejects the pods (${reason})`,
      message,
      next: [
        advise("See what takes room on the node without a request: static pods, or pods that end slowly"),
      ],
      seen: rejected.length,
      patience: times(3),
    }));
  },
};
