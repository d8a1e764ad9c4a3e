import { advise, kubectl } from "../next-step.ts";
import { readinessPatienceOf } from "../readiness-patience.ts";
import type { Scene, SeenPod } from "../scene.ts";
import { type Cause, inPod, type Symptom } from "../symptom.ts";
import { isNeg, NEG_GATE } from "./load-balancer.ts";
import { unreadyOf } from "./readiness.ts";

/** All containers are ready, and nobody has set a readiness gate of the pod. */
export const readinessGate: Cause = {
  name: "ReadinessGate",
  reasons: ["ReadinessGatePending"],
  source: "pkg/kubelet/status/generate.go, GeneratePodReadyCondition (v1.36.3)",
  detect: (scene) =>
    scene.pods
      .filter((seen) => seen.stage === 2 && !seen.isSilent && unreadyOf(seen) === undefined)
      .flatMap((seen) => {
        const gate = seen.pod.spec.readinessGates.find((each) => !isSet(seen, each));
        return gate === undefined || isNeg(seen, gate) ? [] : [toSymptom(seen, gate, scene)];
      }),
};

const isSet = ({ pod }: SeenPod, gate: string): boolean =>
  pod.conditions.some(({ type, status }) => type === gate && status === "True");

function toSymptom(seen: SeenPod, gate: string, scene: Scene): Symptom {
  const { conditions } = seen.pod;
  const condition = conditions.find(({ type }) => type === gate);
  const ready = conditions.find(({ type }) => type === "Ready");
  const controller =
    gate === NEG_GATE ? "the NEG controller of GKE" : `the controller of ${gate.split("/")[0]}`;
  return {
    ...inPod(seen),
    reason: "ReadinessGatePending",
    key: "readiness gate",
    summary: `all containers are ready, but nothing has set the readiness gate ${gate}`,
    message: condition?.message || ready?.message || "",
    next: [
      advise(`See whether ${controller} runs and selects this pod`),
      kubectl("See the pod's conditions", scene.goal.ref.namespace, "describe", `pod/${seen.pod.name}`),
    ],
    seen: 1,
    patience: { times: 1, lastingMs: readinessPatienceOf(scene) },
  };
}
