import type { NextStep } from "../finding.ts";
import { advise, kubectl } from "../next-step.ts";
import { occurrencesIn, spanOf } from "../occurrences.ts";
import { placesOf, type Scene, type SeenPod, titleOf, waitingOf } from "../scene.ts";
import { again, type Cause, inContainer, inPod, lasting, type Patience, type Symptom } from "../symptom.ts";
import { isSettingUp, volumeEventOf } from "./volume-events.ts";

/** The object may come late; the key will not. */
const missingObject: Patience = { ...lasting(30), retriedBy: "kubelet" };

const OBJECT = /\b(secret|configmap)s? "([^"]*)" not found/i;
const KEY =
  /couldn't find key (.+) in (Secret|ConfigMap) [^/\s]*\/?(\S+)|references non-existent (secret|config) key: (.+)/i;

/** What the kubelet says where an object or a key is missing. */
export const MISSING = new RegExp(`${OBJECT.source}|${KEY.source}`, "i");

/** A Secret or ConfigMap, or a key in one, is missing: for the environment, or for a volume. */
export const missingConfig: Cause = {
  name: "MissingConfig",
  reasons: ["ConfigMissing"],
  source:
    "pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables; pkg/volume/{configmap,secret,projected} (v1.36.3)",
  detect: (scene) => [...inEnvironment(scene), ...inVolumes(scene)],
};

function inEnvironment(scene: Scene): readonly Symptom[] {
  return placesOf(scene).flatMap((place) => {
    const waiting = waitingOf(place.container);
    const lack =
      waiting?.reason === "CreateContainerConfigError" ? lackOf(waiting.message, scene) : undefined;
    if (waiting === undefined || lack === undefined) return [];
    const tries = place.container.events.filter(({ message }) => message === `Error: ${waiting.message}`);
    return [
      {
        ...inContainer(place),
        reason: "ConfigMissing" as const,
        key: "ConfigMissing",
        summary: `${titleOf(place.container)} cannot be created: ${lack.what}`,
        message: waiting.message,
        next: lack.next,
        seen: Math.max(1, occurrencesIn(tries)),
        triedForMs: spanOf(tries),
        patience: lack.patience,
      },
    ];
  });
}

/** Volume trouble shows in events only; the containers just wait to be created. */
function inVolumes(scene: Scene): readonly Symptom[] {
  return scene.pods.filter(isSettingUp).flatMap((seen: SeenPod) => {
    const event = volumeEventOf(seen);
    const lack = event === undefined ? undefined : lackOf(event.message, scene);
    if (event === undefined || lack === undefined) return [];
    const tries = seen.events.filter(({ message }) => message === event.message);
    return [
      {
        ...inPod(seen),
        reason: "ConfigMissing" as const,
        key: "ConfigMissing in a volume",
        summary: `a volume cannot be mounted: ${lack.what}`,
        message: event.message,
        next: lack.next,
        seen: Math.max(1, occurrencesIn(tries)),
        triedForMs: spanOf(tries),
        patience: lack.patience,
      },
    ];
  });
}

interface Lack {
  readonly what: string;
  readonly patience: Patience;
  readonly next: readonly NextStep[];
}

function lackOf(message: string, { goal }: Scene): Lack | undefined {
  const key = KEY.exec(message);
  if (key !== null) {
    return {
      what: `the key ${key[1] ?? key[5]} is missing in a ${key[2] ?? (key[4] === "secret" ? "Secret" : "ConfigMap")}`,
      patience: again,
      next: [advise("Add the key, or correct its name in the template")],
    };
  }
  const [, kind, name] = OBJECT.exec(message) ?? [];
  if (kind === undefined || name === undefined) return undefined;
  const word = kind.toLowerCase() === "secret" ? "Secret" : "ConfigMap";
  return {
    what: `the ${word} ${name} does not exist`,
    patience: missingObject,
    next: [
      advise(
        `Create the ${word} before the rollout, in namespace ${goal.ref.namespace}, or correct its name`,
      ),
      kubectl(`See which ${word}s there are`, goal.ref.namespace, "get", `${kind.toLowerCase()}s`),
    ],
  };
}
