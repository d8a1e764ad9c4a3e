import type { V1Deployment, V1Pod, V1ReplicaSet, V1ResourceQuota } from "@kubernetes/client-node";
import type { Api } from "./api.ts";
import { WORKLOAD } from "./scenario.ts";

/** How a rollout really ended. */
export interface Observed {
  /** `denied`: the API refused the change itself. */
  readonly outcome: "completed" | "stalled" | "denied";
  /** New pods that are available. */
  readonly available: number;
  readonly replicas: number;
  /** What the scheduler says to the new pods that wait, each text once. */
  readonly messages: readonly string[];
  /** Why the ReplicaSet cannot create pods, the name of the pod taken out. */
  readonly failedCreate: string | undefined;
  /** What quotas count as used, by `quota/resource`. */
  readonly quotaUsed: Readonly<Record<string, string>>;
  /** It never came to rest, or a new pod has neither a node nor a reason. */
  readonly restless: boolean;
  /** Nodes of the workload's pods, new and old, for whoever has to understand it. */
  readonly pods: readonly {
    readonly node: string;
    readonly fresh: boolean;
    readonly ready: boolean;
    readonly deleted: boolean;
  }[];
}

/** The objects of all scenarios at one moment. */
export interface Sight {
  readonly deployments: readonly V1Deployment[];
  readonly replicaSets: readonly V1ReplicaSet[];
  readonly pods: readonly V1Pod[];
  readonly quotas: readonly V1ResourceQuota[];
}

/** Looks at everything once. */
export async function look(api: Api): Promise<Sight> {
  const [deployments, replicaSets, pods, quotas] = await Promise.all([
    api.list<V1Deployment>("Deployment"),
    api.list<V1ReplicaSet>("ReplicaSet"),
    api.list<V1Pod>("Pod"),
    api.list<V1ResourceQuota>("ResourceQuota"),
  ]);
  return { deployments, replicaSets, pods, quotas };
}

/** How the rollout of one scenario stands. */
export function observedIn(sight: Sight, id: string, restless: boolean): Observed {
  const within = <T extends { metadata?: { namespace?: string } }>(objects: readonly T[]) =>
    objects.filter(({ metadata }) => metadata?.namespace === `${id}-ns`);
  const deployment = within(sight.deployments).find(({ metadata }) => metadata?.name === WORKLOAD);
  const replicaSets = within(sight.replicaSets);
  const revision = (object: V1Deployment | V1ReplicaSet | undefined) =>
    Number(object?.metadata?.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
  const fresh = replicaSets.find((replicaSet) => revision(replicaSet) === revision(deployment));
  const own = within(sight.pods).filter(({ metadata }) => metadata?.ownerReferences?.length);
  const isFresh = (pod: V1Pod) => pod.metadata?.ownerReferences?.[0]?.uid === fresh?.metadata?.uid;
  const waiting = own.filter(
    (pod) => isFresh(pod) && !pod.spec?.nodeName && !pod.metadata?.deletionTimestamp,
  );
  const messages = waiting.map(scheduledMessage);
  return {
    outcome: isComplete(deployment) ? "completed" : "stalled",
    available: fresh?.status?.availableReplicas ?? 0,
    replicas: deployment?.spec?.replicas ?? 0,
    messages: [...new Set(messages.filter((message) => message !== undefined))],
    failedCreate: withoutPodName(
      fresh?.status?.conditions?.find(({ type, status }) => type === "ReplicaFailure" && status === "True")
        ?.message,
    ),
    quotaUsed: Object.fromEntries(
      within(sight.quotas).flatMap(({ metadata, status }) =>
        Object.entries(status?.used ?? {}).map(([name, used]) => [`${metadata?.name}/${name}`, used]),
      ),
    ),
    restless: restless || messages.includes(undefined),
    pods: own.map((pod) => ({
      node: pod.spec?.nodeName ?? "",
      fresh: isFresh(pod),
      ready:
        pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false,
      deleted: pod.metadata?.deletionTimestamp !== undefined,
    })),
  };
}

/** The name of the pod is made up at each try: `pods "web-7d9c-x2x1z" is forbidden` becomes `pods "POD" is forbidden`. */
export const withoutPodName = (message: string | undefined): string | undefined =>
  message?.replace(/^(pods?) "[^"]*"/, '$1 "POD"').replace(/^Pod "[^"]*"/, 'Pod "POD"');

function isComplete(deployment: V1Deployment | undefined): boolean {
  const { spec, status, metadata } = deployment ?? {};
  const wanted = spec?.replicas ?? 0;
  const counts = [status?.updatedReplicas, status?.replicas, status?.availableReplicas].map(
    (count) => count ?? 0,
  );
  return (
    counts.every((count) => count === wanted) &&
    (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0)
  );
}

const scheduledMessage = (pod: V1Pod): string | undefined =>
  pod.status?.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False")?.message;
