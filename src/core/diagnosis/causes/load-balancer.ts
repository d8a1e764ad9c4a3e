import type { Condition } from "../../model/condition.ts";
import type { Pod } from "../../model/pod.ts";
import { advise, kubectl } from "../next-step.ts";
import { readinessPatienceOf } from "../readiness-patience.ts";
import type { Scene, SeenPod } from "../scene.ts";
import { again, type Cause, inPod, type Symptom } from "../symptom.ts";
import { unreadyOf } from "./readiness.ts";

/** The gate that GKE's NEG controller sets once the load balancer calls the pod healthy. */
export const NEG_GATE = "cloud.google.com/load-balancer-neg-ready";

/** After ten minutes the controller gives up and sets the gate all the same. */
const GAVE_UP = "LoadBalancerNegTimeout";

/** The controller sets the gate without an answer, since nothing checks the pod's health. */
const UNCHECKED = "LoadBalancerNegWithoutHealthCheck";

/** GKE's load balancer does not call the pod healthy. */
export const loadBalancer: Cause = {
  name: "LoadBalancer",
  reasons: ["LoadBalancerNotReady"],
  source: "kubernetes/ingress-gce, pkg/neg/readiness/reflector.go (v1.30)",
  detect: (scene) =>
    scene.pods
      .filter((seen) => !seen.isSilent)
      .flatMap((seen) => {
        const condition = gateOf(seen.pod);
        if (condition === undefined) return [];
        if (condition.status !== "True") {
          const isWaiting = seen.stage === 2 && unreadyOf(seen) === undefined;
          return isWaiting ? [unhealthy(seen, condition, scene)] : [];
        }
        return condition.reason === GAVE_UP && isNew(seen, scene) ? [givenUp(seen, condition, scene)] : [];
      }),
};

/** Whether a gate is the load balancer's, and its controller has seen the pod. */
export const isNeg = ({ pod }: SeenPod, gate: string): boolean =>
  gate === NEG_GATE && gateOf(pod) !== undefined;

/** Whether the load balancer's gate is set although nothing checked the pod's health. */
export const isUnchecked = (pod: Pod): boolean => gateOf(pod)?.reason === UNCHECKED;

function gateOf({ conditions, spec }: Pod): Condition | undefined {
  if (!spec.readinessGates.includes(NEG_GATE)) return undefined;
  return conditions.find(({ type }) => type === NEG_GATE);
}

/** What was given up long before our change did no harm since. */
const isNew = ({ pod }: SeenPod, { goal, memory }: Scene): boolean =>
  goal.direction === "forward" && memory.history.until[`${pod.uid}/`] === undefined;

const unhealthy = (seen: SeenPod, condition: Condition, scene: Scene): Symptom => ({
  ...toSymptom(seen, condition, scene),
  summary: "the load balancer's health check does not call the pod healthy",
  patience: { times: 1, lastingMs: readinessPatienceOf(scene) },
});

const givenUp = (seen: SeenPod, condition: Condition, scene: Scene): Symptom => ({
  ...toSymptom(seen, condition, scene),
  key: "load balancer given up",
  summary:
    "the pod counts as ready only because GKE gave up waiting: the load balancer never called it healthy",
  patience: again,
});

const toSymptom = (
  seen: SeenPod,
  { message }: Condition,
  { goal }: Scene,
): Omit<Symptom, "summary" | "patience"> => ({
  ...inPod(seen),
  reason: "LoadBalancerNotReady",
  key: "load balancer",
  message: message || (seen.pod.conditions.find(({ type }) => type === "Ready")?.message ?? ""),
  next: [
    advise(
      "Let the pod answer 200 on the path and port of the load balancer's health check (a redirect is no 200), which a BackendConfig or HealthCheckPolicy sets, and let 35.191.0.0/16 and 130.211.0.0/22 through the firewall",
    ),
    kubectl("See the pod's conditions", goal.ref.namespace, "describe", `pod/${seen.pod.name}`),
  ],
  seen: 1,
});
