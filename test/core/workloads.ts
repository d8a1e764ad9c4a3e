import { toReplicaSet, toWorkload } from "../../src/adapters/kubernetes/decode.ts";
import type { ReplicaSet, Target, Workload } from "../../src/core/model/workload.ts";

const CONTAINERS = {
  initContainers: [
    { name: "migrate", image: "shop/migrate:1" },
    { name: "proxy", image: "shop/proxy:1", restartPolicy: "Always" },
  ],
  containers: [{ name: "web", image: "shop/web:1" }],
};

/** A Deployment as the API answers it, with what a test wants otherwise. */
export function aWorkload({
  spec = {},
  status = {},
  podSpec = CONTAINERS,
  annotations = { "deployment.kubernetes.io/revision": "4" },
}: {
  spec?: object;
  status?: object;
  podSpec?: object;
  annotations?: Record<string, string>;
} = {}): Workload {
  return toWorkload({
    metadata: {
      name: "web",
      namespace: "shop",
      uid: "u-1",
      resourceVersion: "77",
      generation: 3,
      annotations,
    },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels: { app: "web" } }, spec: podSpec as never },
      ...spec,
    },
    status: {
      observedGeneration: 3,
      replicas: 3,
      updatedReplicas: 3,
      availableReplicas: 3,
      ...status,
    },
  });
}

/** The ReplicaSet of the workload's template, with so many available pods. */
function itsReplicaSet({ uid, template }: Workload, availableReplicas: number): ReplicaSet {
  const { metadata, spec } = JSON.parse(template.json);
  const labels = { ...metadata.labels, "pod-template-hash": "abc" };
  return toReplicaSet({
    metadata: {
      name: "web-abc",
      uid: "rs-1",
      labels,
      annotations: { "deployment.kubernetes.io/revision": "4" },
      ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name: "web", uid, controller: true }],
    },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: { metadata: { ...metadata, labels }, spec },
    },
    status: { replicas: 3, availableReplicas },
  });
}

/** A workload with its one ReplicaSet. */
export const aTarget = (workload: Workload, availableReplicas: number): Target => ({
  workload,
  replicaSets: [itsReplicaSet(workload, availableReplicas)],
  pods: [],
});
