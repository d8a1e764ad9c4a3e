import { advise, kubectl } from "../next-step.ts";
import { readinessPatienceOf } from "../readiness-patience.ts";
import { type Scene, type SeenContainer, type SeenPod, titleOf } from "../scene.ts";
import { type Cause, inContainer, type Symptom } from "../symptom.ts";

/** The container runs, and its startup or readiness probe does not succeed. */
export const readiness: Cause = {
  name: "Readiness",
  reasons: ["StartupProbeFailed", "ReadinessProbeFailed"],
  source: "pkg/kubelet/prober; pkg/kubelet/status/generate.go, GenerateContainersReadyCondition (v1.36.3)",
  detect: (scene) =>
    scene.pods
      .filter(({ stage, isSilent }) => stage === 2 && !isSilent)
      .flatMap((seen) => {
        const container = unreadyOf(seen);
        return container === undefined ? [] : [toSymptom(seen, container, scene)];
      }),
};

/** The first container that holds its pod back. */
export const unreadyOf = ({ containers }: SeenPod): SeenContainer | undefined =>
  containers.find(({ role, status }) => role !== "init" && status?.ready === false);

function toSymptom(seen: SeenPod, container: SeenContainer, scene: Scene): Symptom {
  const kind =
    container.spec.startupProbe !== undefined && !container.status?.started ? "startup" : "readiness";
  const failure = container.events
    .filter(({ reason, message }) => reason === "Unhealthy" && message.toLowerCase().startsWith(kind))
    .at(-1);
  const ready = seen.pod.conditions.find(({ type }) => type === "Ready");
  const message = failure?.message ?? ready?.message ?? "";
  return {
    ...inContainer({ seen, container }),
    reason: kind === "startup" ? "StartupProbeFailed" : "ReadinessProbeFailed",
    key: "not ready",
    summary: `${titleOf(container)} runs, and its ${kind} probe does not succeed${answerIn(message)}`,
    message,
    next: [
      advise(adviceOn(message, kind)),
      kubectl(
        "Read what the container says",
        scene.goal.ref.namespace,
        "logs",
        `pod/${seen.pod.name}`,
        `--container=${container.name}`,
      ),
    ],
    seen: 1,
    patience: { times: 1, lastingMs: readinessPatienceOf(scene) },
  };
}

const REFUSED = /connection refused/;
const STATUS = /HTTP probe failed with statuscode: (\d+)/;
const SLOW = /deadline exceeded|timed? ?out|Client\.Timeout/;

/** What the kubelet got for an answer. Source: pkg/probe/{http,tcp,grpc,exec} (v1.36.3). */
function answerIn(message: string): string {
  const status = STATUS.exec(message)?.[1];
  if (status !== undefined) return `: it answers with status ${status}`;
  if (REFUSED.test(message)) return ": nothing listens on its port";
  return SLOW.test(message) ? ": it does not answer in time" : "";
}

function adviceOn(message: string, kind: "startup" | "readiness"): string {
  if (REFUSED.test(message))
    return `Let the container listen on the port that its ${kind}Probe asks, on all addresses and not only on localhost`;
  if (SLOW.test(message))
    return `Raise timeoutSeconds of the ${kind}Probe, or see what the container is busy with`;
  if (/statuscode: 4\d\d/.test(message))
    return `Correct the path of the ${kind}Probe, or let it be answered without signing in`;
  return `Check the ${kind}Probe's path, port and times against what the container serves`;
}
