import { isUnchecked } from "../diagnosis/causes/load-balancer.ts";
import { newPodsOf } from "../diagnosis/scene.ts";
import type { Pod } from "../model/pod.ts";
import type { Workload } from "../model/workload.ts";
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
    ...unchecked(pods),
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

/** One image can have several names, by tag or mirror, so only digests tell images apart. */
function differingDigests(pods: readonly Pod[]): readonly string[] {
  const running = pods.flatMap(({ containers }) => containers.filter(({ imageID }) => imageID !== ""));
  return [...Map.groupBy(running, ({ name }) => name)].flatMap(([name, statuses]) => {
    const byDigest = new Map(statuses.map(({ imageID }) => [imageID.split("@").at(-1), imageID]));
    const images = [...byDigest.values()].sort();
    return images.length > 1
      ? [`the new pods run different images in container ${name}: ${images.join(", ")}`]
      : [];
  });
}

function unchecked(pods: readonly Pod[]): readonly string[] {
  const names = pods.filter(isUnchecked).map(({ name }) => name);
  return names.length === 0
    ? []
    : [`no load balancer checked the health of ${names.join(", ")}: their NEG has no health check`];
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
