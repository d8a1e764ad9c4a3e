import { run } from "../next-step.ts";
import { isOver } from "../pod-state.ts";
import { type Cause, inPod, never } from "../symptom.ts";

/** The pod's node is lost. Kubernetes replaces the pod by itself, so it is never a reason to fail. */
export const nodeNotReady: Cause = {
  name: "NodeNotReady",
  reasons: ["NodeNotReady"],
  source: "pkg/controller/nodelifecycle/node_lifecycle_controller.go, MarkPodsNotReady (v1.36.3)",
  detect: (scene) =>
    scene.pods.flatMap((seen) => {
      const event = seen.lostNode;
      if (event === undefined || isOver(seen.pod)) return [];
      return [
        {
          ...inPod(seen),
          reason: "NodeNotReady" as const,
          key: "NodeNotReady",
          summary: `node ${seen.pod.nodeName ?? ""} is lost; Kubernetes replaces the pod after five minutes`,
          message: event.message,
          next: [run("See the node's conditions", "kubectl", "describe", `node/${seen.pod.nodeName ?? ""}`)],
          seen: 1,
          patience: never,
        },
      ];
    }),
};
