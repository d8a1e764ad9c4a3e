import { newPodsOf } from "../diagnosis/scene.ts";
import type { Pod, Workload } from "../model.ts";
import { replicaSetOf } from "../replica-set.ts";
import type { Goal, Observation } from "./rollout.ts";

/** What a success does not hide. One sentence each, without a final full stop. */
export function warningsOf(goal: Goal, observation: Observation, workload: Workload): readonly string[] {
  if (workload.replicas === 0) return ["the workload is scaled to zero: nothing was verified"];
  const replicaSet = replicaSetOf(goal.templateJson, observation.replicaSets);
  const pods = newPodsOf(replicaSet, observation);
  const leaving = observation.pods.filter(
    ({ deletedAt, ownerUid }) => deletedAt !== undefined && ownerUid !== replicaSet?.uid,
  );
  return [
    ...rewrittenImages(goal, workload, pods),
    ...differingDigests(pods),
    ...(goal.direction === "forward" ? restarts(pods) : []),
    ...(leaving.length === 0
      ? []
      : [`old pods are still terminating: ${leaving.map(({ name }) => name).join(", ")}`]),
  ];
}

function rewrittenImages({ images }: Goal, workload: Workload, pods: readonly Pod[]): readonly string[] {
  return workload.template.spec.containers.flatMap(({ name, image }) => {
    const wanted = images.get(name) ?? image;
    const running = new Set(
      pods.flatMap(({ spec }) =>
        spec.containers.filter((each) => each.name === name).map((each) => each.image),
      ),
    );
    const others = [...new Set([image, ...running])].filter((each) => each !== wanted).sort();
    return others.length === 0
      ? []
      : [`admission rewrote the image of container ${name}: wanted ${wanted}, runs ${others.join(", ")}`];
  });
}

function differingDigests(pods: readonly Pod[]): readonly string[] {
  const names = new Set(pods.flatMap(({ containers }) => containers.map(({ name }) => name)));
  return [...names].flatMap((name) => {
    const digests = new Set(
      pods.flatMap(({ containers }) =>
        containers.filter((each) => each.name === name && each.imageID !== "").map(({ imageID }) => imageID),
      ),
    );
    return digests.size > 1
      ? [`the new pods run different images in container ${name}: ${[...digests].sort().join(", ")}`]
      : [];
  });
}

function restarts(pods: readonly Pod[]): readonly string[] {
  return pods.flatMap(({ name: pod, containers }) =>
    containers
      .filter(({ restartCount }) => restartCount > 0)
      .map(
        ({ name, restartCount }) =>
          `container ${name} of pod ${pod} restarted ${restartCount} ${restartCount === 1 ? "time" : "times"} before it settled`,
      ),
  );
}
