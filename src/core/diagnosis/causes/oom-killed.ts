import { formatResource, wholeUnits } from "../../quantity.ts";
import { advise } from "../next-step.ts";
import { type Place, placesOf, type SeenContainer, titleOf } from "../scene.ts";
import { type Cause, inContainer, type Symptom, times } from "../symptom.ts";

/** The kernel kills a container for the memory that it takes. */
export const oomKilled: Cause = {
  name: "OomKilled",
  reasons: ["OomKilled"],
  source: "containerd internal/cri, OOMKilled (v2.1); lastState.terminated.reason in core/v1 (v1.36.3)",
  detect: (scene) => {
    const places = placesOf(scene).filter(({ container }) => container.memory.oomKills.length > 0);
    return [...Map.groupBy(places, ({ seen }) => seen).values()].flatMap((ofPod) => {
      // Kills count by pod, whichever container they hit.
      const kills = ofPod.reduce((sum, { container }) => sum + container.memory.oomKills.length, 0);
      return ofPod.map((place) => toSymptom(place, kills));
    });
  },
};

function toSymptom(place: Place, kills: number): Symptom {
  const { container } = place;
  const limit = limitOf(container);
  const end = container.memory.lastEnd;
  return {
    ...inContainer(place),
    stage: undefined,
    reason: "OomKilled",
    key: "OomKilled",
    summary: `${titleOf(container)} was killed for taking more memory than ${limit ?? "its node has"}`,
    message: `OOMKilled: exit code ${end?.exitCode ?? 137}${end?.message ? `: ${end.message}` : ""}`,
    next: [
      advise(
        limit === undefined
          ? "Set a memory request and limit that the container needs, or find what takes the memory"
          : `Raise the memory limit of ${titleOf(container)} above ${limit}, or find what takes the memory`,
      ),
    ],
    seen: kills,
    patience: times(2),
  };
}

function limitOf({ spec }: SeenContainer): string | undefined {
  const limit = spec.limits.get("memory");
  return limit === undefined ? undefined : formatResource("memory", wholeUnits(limit));
}
