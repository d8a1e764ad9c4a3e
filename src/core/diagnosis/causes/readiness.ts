import { advise, kubectl } from "../next-step.ts";
import { readinessPatienceOf } from "../readiness-patience.ts";
import type { Scene, SeenContainer, SeenPod } from "../scene.ts";
import { titleOf } from "../scene.ts";
import { type Cause, inContainer, inPod, type Patience, type Symptom } from "../symptom.ts";

const NEG = "cloud.google.com/load-balancer-neg-ready";

/** The pod runs, and does not become Ready. */
export const readiness: Cause = {
  name: "Readiness",
  reasons: ["StartupProbeFailed", "ReadinessProbeFailed", "LoadBalancerNotReady", "ReadinessGatePending"],
  source: "pkg/kubelet/status/generate.go, GeneratePodReadyCondition; pkg/kubelet/prober (v1.36.3)",
  detect: (scene) => {
    const patience: Patience = { times: 1, lastingMs: readinessPatienceOf(scene) };
    return scene.pods
      .filter(({ stage, isOver }) => stage === 2 && !isOver)
      .flatMap((seen) => {
        const container = seen.containers.find(
          ({ role, status }) => role !== "init" && status?.ready === false,
        );
        if (container !== undefined) return [probeFails(seen, container, scene, patience)];
        const gate = gateOf(seen);
        return gate === undefined ? [] : [gatePends(seen, gate, scene, patience)];
      });
  },
};

function probeFails(seen: SeenPod, container: SeenContainer, scene: Scene, patience: Patience): Symptom {
  const kind =
    container.spec.startupProbe !== undefined && !container.status?.started ? "startup" : "readiness";
  const failure = container.events
    .filter(({ reason, message }) => reason === "Unhealthy" && message.toLowerCase().startsWith(kind))
    .at(-1);
  const ready = seen.pod.conditions.find(({ type }) => type === "Ready");
  return {
    ...inContainer({ seen, container }),
    reason: kind === "startup" ? "StartupProbeFailed" : "ReadinessProbeFailed",
    key: "not ready",
    summary: `${titleOf(container)} runs, and its ${kind} probe does not succeed`,
    message: failure?.message ?? ready?.message ?? "",
    next: [
      advise(`Check the ${kind}Probe's path, port and times against what the container serves`),
      kubectl(
        "Read what the container says",
        scene.goal.ref.namespace,
        "logs",
        `pod/${seen.pod.name}`,
        `--container=${container.name}`,
      ),
    ],
    seen: 1,
    patience,
  };
}

/** The first readiness gate that holds the pod back. */
function gateOf({ pod }: SeenPod): string | undefined {
  return pod.spec.readinessGates.find(
    (gate) => !pod.conditions.some(({ type, status }) => type === gate && status === "True"),
  );
}

function gatePends(seen: SeenPod, gate: string, { goal }: Scene, patience: Patience): Symptom {
  const condition = seen.pod.conditions.find(({ type }) => type === gate);
  const ready = seen.pod.conditions.find(({ type }) => type === "Ready");
  const isNeg = gate === NEG && condition !== undefined;
  const controller = gate === NEG ? "the NEG controller of GKE" : `the controller of ${gate.split("/")[0]}`;
  return {
    ...inPod(seen),
    reason: isNeg ? "LoadBalancerNotReady" : "ReadinessGatePending",
    key: "readiness gate",
    summary: isNeg
      ? "the load balancer's health check does not call the pod healthy"
      : `all containers are ready, but nothing has set the readiness gate ${gate}`,
    message: condition?.message || ready?.message || "",
    next: [
      isNeg
        ? advise(
            "Check the health check of the backend service against what the pod serves, and the firewall rule for it",
          )
        : advise(`See whether ${controller} runs and selects this pod`),
      kubectl("See the pod's conditions", goal.ref.namespace, "describe", `pod/${seen.pod.name}`),
    ],
    seen: 1,
    patience,
  };
}
