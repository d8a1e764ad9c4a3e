import type { KubeEvent } from "../../model/event.ts";
import { advise } from "../next-step.ts";
import { occurrencesIn } from "../occurrences.ts";
import { type Place, placesOf, titleOf, waitingOf } from "../scene.ts";
import { type Cause, inContainer, lasting, type Patience, type Symptom, times } from "../symptom.ts";
import { NO_START, OTHER_PROCESSOR } from "./container-start.ts";
import { MISSING, missingConfig } from "./missing-config.ts";
import { NON_ROOT, securityContext } from "./security-context.ts";

const STATES: ReadonlySet<string> = new Set([
  "CreateContainerConfigError",
  "CreateContainerError",
  "PreCreateHookError",
  "PreStartHookError",
]);

interface Kind {
  readonly says: RegExp;
  readonly reason: Symptom["reason"];
  readonly fault: string;
  readonly advice: string;
  /** How long it is given where it passes by itself. */
  readonly passing?: Patience;
}

/** In the order of testing. CRI-O creates and starts in one step, so the first two are what others say at the start. */
const KINDS: readonly Kind[] = [
  { says: /exec format error/, reason: "ExecFormatError", ...OTHER_PROCESSOR },
  {
    says: /container create failed: .*(executable file|exec:|permission denied)|starting container process/is,
    reason: "ContainerStartFailed",
    ...NO_START,
  },
  {
    says: /no command specified/,
    reason: "ContainerCreateFailed",
    fault: "has nothing to run",
    advice: "Set command in the template, or ENTRYPOINT or CMD in the image",
  },
  {
    says: /unable to find (user|group)|no matching entries in (passwd|group) file/,
    reason: "ContainerCreateFailed",
    fault: "is to run as a user that its image does not know",
    advice: "Set a numeric USER in the image, or runAsUser in the container's securityContext",
  },
  {
    says: /subPath/,
    reason: "ContainerCreateFailed",
    fault: "cannot have its volume: the subPath of a volumeMount cannot be prepared",
    advice: "Let subPath name a relative path inside the volume that is no file where a folder is wanted",
  },
  {
    says: /failed to reserve container name/,
    reason: "ContainerCreateFailed",
    fault: "cannot be created: the runtime of its node is still busy with the try before",
    advice: "Look at the disk of the node: reads and writes that take minutes are the usual cause",
    passing: lasting(120),
  },
  {
    says: /failed to sync (secret|configmap) cache/,
    reason: "ContainerCreateFailed",
    fault: "cannot be created: its node does not get the Secrets and ConfigMaps from the API server",
    advice: "Look at the kubelet of the node: it cannot read from the API server, or is not let",
    passing: lasting(180),
  },
];

const PASSING = KINDS.filter(({ passing }) => passing !== undefined).map(({ says }) => says);

const OTHER: Omit<Kind, "says"> = {
  reason: "ContainerCreateFailed",
  fault: "cannot be created",
  advice: "Read the message: the container runtime or the kubelet refuses this container",
};

/** Without events only the time tells that the kubelet tried again: it does so every 10 to 15 s. */
const TRIED_AGAIN_MS = 16_000;

/** The container cannot be created, for none of the reasons that have a code of their own. */
export const containerCreate: Cause = {
  name: "ContainerCreate",
  reasons: ["ContainerCreateFailed", "ContainerStartFailed", "ExecFormatError"],
  source:
    "pkg/kubelet/kuberuntime/kuberuntime_container.go, ErrCreateContainer (v1.36.3); cri-o server/container_create.go (v1.33)",
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
  const { reason, fault, advice, passing } = KINDS.find(({ says }) => says.test(message)) ?? OTHER;
  return {
    ...inContainer(place),
    reason,
    key: passing === undefined ? "cannot be created" : fault,
    summary: `${titleOf(place.container)} ${fault}`,
    message,
    next: [advise(advice)],
    seen,
    patience: passing ?? (seen >= 2 ? times(2) : { times: 1, lastingMs: TRIED_AGAIN_MS }),
  };
}

const tries = ({ container: { events } }: Place): number =>
  Math.max(1, occurrencesIn(events.filter(isCreateError)));

/** `Failed` speaks of pulls as well, and of what is given its own time. */
const isCreateError = ({ reason, message }: KubeEvent): boolean =>
  reason === "Failed" &&
  /^Error: (?!(ErrImage|Image|Registry|Signature|InvalidImage)\w*$)/.test(message) &&
  ![MISSING, NON_ROOT, ...PASSING].some((says) => says.test(message));
