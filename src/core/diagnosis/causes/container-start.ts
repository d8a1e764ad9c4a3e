import { START_ERRORS } from "../container-ends.ts";
import { advise } from "../next-step.ts";
import { type Place, placesOf, type SeenContainer, titleOf, waitingOf } from "../scene.ts";
import { type Cause, inContainer, type Symptom, times } from "../symptom.ts";

const EXEC_FORMAT = /exec format error/;

/** What is wrong with a program for another processor, and what to do. */
export const OTHER_PROCESSOR = {
  fault: "is built for another processor than the node's",
  advice:
    "Build the image for the platform of the nodes (docker buildx build --platform linux/amd64,linux/arm64)",
} as const;

/** What is wrong where the command itself cannot be run, and what to do. */
export const NO_START = {
  fault: "cannot be started",
  advice: "Check command, args and workingDir of the template against what the image contains",
} as const;

/** The program is built for another processor: the runtime says so, or the loader in the container's log. */
export const execFormat: Cause = {
  name: "ExecFormat",
  reasons: ["ExecFormatError"],
  source: "errno ENOEXEC, as runc 1.3 and its loader print it; containerd internal/cri StartError (v2.1)",
  detect: (scene) =>
    symptomsOf(
      placesOf(scene).filter(({ container }) => EXEC_FORMAT.test(sayingOf(container))),
      { reason: "ExecFormatError", ...OTHER_PROCESSOR },
    ),
};

const OOM_AT_START = /OOM-killed/;

/** The memory limit does not even let the container start: the runtime says so, and nothing is `OOMKilled`. */
export const oomAtStart: Cause = {
  name: "OomAtStart",
  reasons: ["OomKilled"],
  source: "runc 1.3 libcontainer/process_linux.go, 'container init was OOM-killed (memory limit too low?)'",
  detect: (scene) =>
    symptomsOf(
      placesOf(scene).filter(({ container }) => OOM_AT_START.test(startErrorOf(container) ?? "")),
      {
        reason: "OomKilled",
        fault: "was killed for taking more memory than its limit before its command ran",
        advice: "Raise resources.limits.memory: the start alone takes some MiB",
      },
    ),
};

/** The runtime cannot start the container's command. Its log is empty: the cause is in the state's message. */
export const containerStart: Cause = {
  name: "ContainerStart",
  reasons: ["ContainerStartFailed"],
  source: "pkg/kubelet/kuberuntime, ErrRunContainer (v1.36.3); containerd internal/cri StartError (v2.1)",
  detect: (scene) =>
    symptomsOf(
      placesOf(scene).filter(
        ({ container }) =>
          startErrorOf(container) !== undefined &&
          !OOM_AT_START.test(startErrorOf(container) ?? "") &&
          !EXEC_FORMAT.test(sayingOf(container)),
      ),
      { reason: "ContainerStartFailed", ...NO_START },
    ),
};

/** What the runtime said of the latest start that failed; `undefined` when that one did not fail to start. */
function startErrorOf(container: SeenContainer): string | undefined {
  const waiting = waitingOf(container);
  if (waiting?.reason === "RunContainerError") return waiting.message;
  const { lastEnd, exits } = container.memory;
  return exits > 0 && lastEnd !== undefined && START_ERRORS.has(lastEnd.reason) ? lastEnd.message : undefined;
}

function sayingOf(container: SeenContainer): string {
  if (container.memory.exits === 0) return "";
  return [
    startErrorOf(container) ?? "",
    container.memory.lastEnd?.message ?? "",
    ...(container.log?.lines ?? []),
  ].join("\n");
}

function symptomsOf(
  places: readonly Place[],
  { reason, fault, advice }: { reason: Symptom["reason"]; fault: string; advice: string },
): readonly Symptom[] {
  const ends = new Map<string, number>();
  for (const { container } of places) {
    ends.set(container.name, (ends.get(container.name) ?? 0) + endsFor(container, reason));
  }
  return places.map((place) => {
    const { container } = place;
    const line = container.log?.lines.find((text) => EXEC_FORMAT.test(text));
    return {
      ...inContainer(place),
      stage: undefined,
      reason,
      key: reason,
      summary: `${titleOf(container)} ${fault}`,
      message:
        (reason === "ExecFormatError" ? line : undefined) ??
        startErrorOf(container) ??
        container.memory.lastEnd?.message ??
        "",
      next: [advise(advice)],
      seen: ends.get(container.name) ?? 0,
      patience: times(2),
    };
  });
}

/** A program for another processor never runs, whoever notices it; of other starts only those that failed count. */
function endsFor({ memory }: SeenContainer, reason: Symptom["reason"]): number {
  return reason === "ExecFormatError" ? memory.exits : Math.max(1, memory.exits - memory.ran.length);
}
