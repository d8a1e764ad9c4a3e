import type { KubeEvent } from "../../model/event.ts";
import { advise } from "../next-step.ts";
import { occurrencesIn } from "../occurrences.ts";
import { type Place, placesOf, titleOf, waitingOf } from "../scene.ts";
import { type Cause, inContainer, lasting, type Patience, type Symptom, times } from "../symptom.ts";
import { missingConfig } from "./missing-config.ts";
import { securityContext } from "./security-context.ts";

const STATES: ReadonlySet<string> = new Set([
  "CreateContainerConfigError",
  "CreateContainerError",
  "PreCreateHookError",
  "PreStartHookError",
]);

/** Without events only the time tells that the kubelet tried again: it does so every 10 to 15 s. */
const TRIED_AGAIN_MS = 16_000;

/** The container cannot be created, for none of the reasons that have a code of their own. */
export const containerCreate: Cause = {
  name: "ContainerCreate",
  reasons: ["ContainerCreateFailed"],
  source: "pkg/kubelet/kuberuntime/kuberuntime_container.go, ErrCreateContainer (v1.36.3)",
  detect(scene) {
    const explained = new Set(
      [...missingConfig.detect(scene), ...securityContext.detect(scene)].map(({ pod, container }) =>
        placeOf(pod?.uid, container?.name),
      ),
    );
    const failing = placesOf(scene).filter(
      ({ seen, container }) =>
        STATES.has(waitingOf(container)?.reason ?? "") &&
        !explained.has(placeOf(seen.pod.uid, container.name)),
    );
    const seen = new Map<string, number>();
    for (const place of failing) {
      const { name } = place.container;
      seen.set(name, (seen.get(name) ?? 0) + tries(place));
    }
    return failing.map((place) => toSymptom(place, seen.get(place.container.name) ?? 0));
  },
};

const placeOf = (uid = "", container = ""): string => `${uid}/${container}`;

function toSymptom(place: Place, seen: number): Symptom {
  const message = waitingOf(place.container)?.message ?? "";
  return {
    ...inContainer(place),
    reason: "ContainerCreateFailed",
    key: "ContainerCreateFailed",
    summary: `${titleOf(place.container)} cannot be created`,
    message,
    next: [advise("Read the message: the container runtime or the kubelet refuses this container")],
    seen,
    patience: patienceOf(message, seen),
  };
}

const tries = ({ container: { events } }: Place): number =>
  Math.max(1, occurrencesIn(events.filter(isCreateError)));

/** `Failed` speaks of pulls as well. */
const isCreateError = ({ reason, message }: KubeEvent): boolean =>
  reason === "Failed" && /^Error: (?!(ErrImage|Image|Registry|Signature|InvalidImage)\w*$)/.test(message);

function patienceOf(message: string, seen: number): Patience {
  if (/failed to sync (secret|configmap) cache/.test(message)) return lasting(180);
  if (/failed to reserve container name/.test(message)) return lasting(120);
  return seen >= 2 ? times(2) : { times: 1, lastingMs: TRIED_AGAIN_MS };
}
