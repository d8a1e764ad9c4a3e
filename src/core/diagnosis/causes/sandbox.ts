import { advise, kubectl } from "../next-step.ts";
import { occurrencesIn } from "../occurrences.ts";
import type { Scene } from "../scene.ts";
import { type Cause, inPod, lasting, type Symptom } from "../symptom.ts";
import { isSettingUp } from "./volume-events.ts";

const EVENTS: ReadonlySet<string> = new Set(["FailedCreatePodSandBox", "NetworkNotReady"]);
const NO_IP =
  /no (more )?(available |free )?IP(s| addresses)|failed to allocate for range|IP (space|addresses) (is |are )?exhausted|\brange is full\b|Assigned 0 out of/i;

/** The pod gets no sandbox: its node's network or runtime is not up to it. Shows in events only. */
export const sandbox: Cause = {
  name: "Sandbox",
  reasons: ["PodIpExhausted", "PodSandboxFailed"],
  source: "pkg/kubelet/kuberuntime/kuberuntime_manager.go, createPodSandbox (v1.36.3)",
  detect: (scene) =>
    scene.pods
      .filter((seen) => isSettingUp(seen))
      .flatMap((seen) => {
        const events = seen.events.filter(({ reason }) => EVENTS.has(reason));
        const message = events.at(-1)?.message;
        if (message === undefined) return [];
        const kind = NO_IP.test(message) ? noIp : noSandbox(seen.pod.nodeName ?? "", scene);
        return [{ ...inPod(seen), ...kind, message, seen: occurrencesIn(events) }];
      }),
};

type Kind = Pick<Symptom, "reason" | "key" | "summary" | "next" | "patience">;

const noIp: Kind = {
  reason: "PodIpExhausted",
  key: "PodIpExhausted",
  summary: "the node has no free IP address for the pod",
  next: [
    advise(
      "Add a pod range (gcloud container clusters update --additional-pod-ipv4-ranges), or a node pool with a lower --max-pods-per-node: each node reserves twice as many addresses",
    ),
  ],
  patience: lasting(60),
};

const noSandbox = (node: string, { goal }: Scene): Kind => ({
  reason: "PodSandboxFailed",
  key: "PodSandboxFailed",
  summary: "the node cannot set up the pod's network or sandbox",
  next: [
    kubectl(
      "See whether other pods of this node start",
      goal.ref.namespace,
      "get",
      "pods",
      "--all-namespaces",
      `--field-selector=spec.nodeName=${node}`,
    ),
  ],
  patience: lasting(180),
});
