import type { Terminated } from "../../model/pod.ts";
import type { NextStep } from "../finding.ts";
import { advise, kubectl } from "../next-step.ts";
import { type Place, placesOf, type Scene, titleOf, waitingOf } from "../scene.ts";
import { type Cause, inContainer, never, type Patience, type Symptom, times } from "../symptom.ts";

/** Sidecars often find their feet after one to three restarts. */
const ofSidecar: Patience = { times: 5, lastingMs: 60_000 };

/** What to do about exit codes that say more than that the program gave up. */
const ADVICE: Readonly<Record<number, string>> = {
  126: "Make the file that command names executable in the image (chmod +x), and no folder",
  127: "Check command and args of the template: the image has no such program, or not in its PATH",
  134: "Look for an assertion or an abort in the log: the program ended itself",
  137: "See who killed it: an own watchdog, a signal in the script, or memory beyond the node's",
  139: "Check that the native libraries in the image fit its base image (glibc or musl) and processor",
  143: "See who sent SIGTERM: nothing of Kubernetes' asked the container to end",
};

/** What exit codes mean beyond the program's own. Source: POSIX shell 2.8.2, and 128 + signal. */
const CODES: Readonly<Record<number, string>> = {
  126: "the command cannot be executed",
  127: "the command was not found",
  134: "aborted, SIGABRT",
  137: "killed, SIGKILL",
  139: "segmentation fault, SIGSEGV",
  143: "terminated, SIGTERM",
};

/** A container ends again and again, whatever its exit code. */
export const crash: Cause = {
  name: "Crash",
  reasons: ["ContainerCrashed", "ContainerExited"],
  source: "pkg/kubelet/kubelet_pods.go, convertToAPIContainerStatuses (v1.36.3)",
  detect: (scene) =>
    placesOf(scene)
      .filter(({ container }) => container.memory.exits > 0)
      .map((place) => toSymptom(place, scene)),
};

function toSymptom(place: Place, scene: Scene): Symptom {
  const { container } = place;
  const { exits, lastEnd } = container.memory;
  const isExit = lastEnd?.exitCode === 0;
  return {
    ...inContainer(place),
    stage: undefined,
    reason: isExit ? "ContainerExited" : "ContainerCrashed",
    key: "exits",
    summary: `${titleOf(container)} ${isExit ? "ends with exit code 0, but should keep running" : `exits with ${codeOf(lastEnd)}`}`,
    message: messageOf(place, lastEnd),
    next: isExit ? [STAY] : [...adviceOn(lastEnd), logOf(place, scene)],
    seen: exits,
    patience: patienceOf(place),
  };
}

function patienceOf({ container, seen }: Place): Patience {
  if (container.role !== "sidecar") return times(3);
  return seen.isReady ? never : ofSidecar;
}

const STAY = advise(
  "Let the container's command stay in the foreground; a task that ends belongs into a Job",
);

function adviceOn(end: Terminated | undefined): readonly NextStep[] {
  const advice = end === undefined ? undefined : ADVICE[end.exitCode];
  return advice === undefined ? [] : [advise(advice)];
}

const logOf = ({ container, seen }: Place, { goal }: Scene): NextStep =>
  kubectl(
    "Read the log of the instance that ended",
    goal.ref.namespace,
    "logs",
    `pod/${seen.pod.name}`,
    `--container=${container.name}`,
    "--previous",
  );

function codeOf(end: Terminated | undefined): string {
  if (end === undefined) return "an error";
  const meaning = CODES[end.exitCode];
  return `exit code ${end.exitCode}${meaning === undefined ? "" : ` (${meaning})`}`;
}

/** In the container's own last words where it left some, else in the kubelet's. */
function messageOf({ container, seen }: Place, end: Terminated | undefined): string {
  if (end?.message) return end.message;
  const waiting = waitingOf(container);
  if (waiting?.reason === "CrashLoopBackOff") return waiting.message;
  const backOff = seen.events.find(
    ({ reason, message, container: name }) =>
      reason === "BackOff" && name === container.name && !message.startsWith("Back-off pulling"),
  );
  return backOff?.message ?? `${end?.reason || "Terminated"}: exit code ${end?.exitCode ?? "unknown"}`;
}
