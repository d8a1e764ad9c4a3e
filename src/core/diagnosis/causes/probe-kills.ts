import { advise } from "../next-step.ts";
import { occurrencesIn } from "../occurrences.ts";
import { type Place, placesOf, type SeenContainer, titleOf } from "../scene.ts";
import { type Cause, inContainer, type Symptom, times } from "../symptom.ts";

const PROBES = {
  startup: {
    reason: "StartupProbeFailed",
    advice:
      "Give the start more time (startupProbe failureThreshold or periodSeconds), or see what the container waits for",
  },
  liveness: {
    reason: "LivenessProbeFailed",
    advice: "Correct the livenessProbe's path, port or times, or see why the container stops answering",
  },
} as const;

type Kind = keyof typeof PROBES;

/** The kubelet kills a container whose startup or liveness probe fails. Only its events tell so. */
export const probeKills: Cause = {
  name: "ProbeKills",
  reasons: ["StartupProbeFailed", "LivenessProbeFailed"],
  source: "pkg/kubelet/kuberuntime/kuberuntime_manager.go, computePodActions; pkg/kubelet/prober (v1.36.3)",
  detect: (scene) => {
    const places = placesOf(scene);
    return (["startup", "liveness"] as const).flatMap((kind) => {
      const killed = places.filter(({ container }) => probeKillsOf(container, kind) > 0);
      return [...Map.groupBy(killed, ({ seen }) => seen).values()].flatMap((ofPod) => {
        // Kills count by pod, whichever container they hit.
        const kills = ofPod.reduce((sum, { container }) => sum + probeKillsOf(container, kind), 0);
        return ofPod.map((place) => toSymptom(place, kind, kills));
      });
    });
  },
};

/**
 * How often a probe had the container killed: `Killing` says so, a Normal event. Where it was lost, an end after
 * failures of that probe is taken for one, unless it is known to have been the container's own.
 */
function probeKillsOf({ events, memory, spec }: SeenContainer, kind: Kind): number {
  const probe = kind === "startup" ? spec.startupProbe : spec.livenessProbe;
  if (probe === undefined) return 0;
  const kills = occurrencesIn(
    events.filter(({ reason, message }) => reason === "Killing" && message.includes(`failed ${kind} probe`)),
  );
  if (kills > 0) return kills;
  return failureOf(events, kind) === undefined ? 0 : Math.max(0, memory.exits - memory.ownEnds.length);
}

const failureOf = (events: SeenContainer["events"], kind: Kind): string | undefined =>
  events.find(
    ({ reason, message }) =>
      reason === "Unhealthy" && message.toLowerCase().startsWith(`${kind} probe failed`),
  )?.message;

function toSymptom(place: Place, kind: Kind, kills: number): Symptom {
  const { container } = place;
  const { reason, advice } = PROBES[kind];
  const killing = container.events.find(({ message }) => message.includes(`failed ${kind} probe`));
  return {
    ...inContainer(place),
    stage: undefined,
    reason,
    key: `killed by the ${kind} probe`,
    summary: `${titleOf(container)} is killed again and again because its ${kind} probe fails`,
    message: failureOf(container.events, kind) ?? killing?.message ?? "",
    next: [advise(advice)],
    seen: kills,
    patience: times(2),
  };
}
