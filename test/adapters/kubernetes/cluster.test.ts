import { expect, onTestFinished, test } from "vitest";
import { toGkeScaling } from "../../../src/adapters/google/node-pools.ts";
import { type OpenOptions, openCluster } from "../../../src/adapters/kubernetes/cluster.ts";
import { createAuthenticator } from "../../../src/adapters/kubernetes/credentials.ts";
import { loadKubeconfig } from "../../../src/adapters/kubernetes/kubeconfig.ts";
import type { Cluster } from "../../../src/ports.ts";
import { never, writeKubeconfig } from "./doors.ts";
import { type Answer, byPath, type FakeApi, json, refuse, serveApi } from "./fake-api.ts";
import { deployment, REF, WORKLOAD_PATH } from "./fake-workload.ts";

/** Where the Connect Gateway has a cluster. */
const BASE = "/v1/projects/123/locations/global/gkeMemberships/prod";
const REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
const RIGHT = { verb: "get", group: "apps", resource: "deployments", namespace: "shop", name: "web" };

/** Serves an API below a path, and opens the door to it. */
async function open(
  answers: Readonly<Record<string, Answer>>,
  more: Pick<OpenOptions, "scaling"> = {},
): Promise<{ api: FakeApi; cluster: Cluster }> {
  const api = await serveApi(
    byPath(Object.fromEntries(Object.entries(answers).map(([path, a]) => [BASE + path, a]))),
  );
  const kubeconfig = writeKubeconfig(`${api.url}${BASE}/`);
  const access = loadKubeconfig({ kubeconfig, context: undefined, env: {} });
  const cluster = openCluster({
    access,
    authenticator: createAuthenticator(access, () => undefined),
    namespace: undefined,
    env: {},
    fieldManager: "test",
    warn: () => undefined,
    lists: true,
    ...more,
  });
  onTestFinished(() => cluster.close());
  return { api, cluster };
}

test("openCluster() speaks to an API that begins below a path", async () => {
  const list = json({ metadata: { resourceVersion: "10" }, items: [] });
  const { api, cluster } = await open({
    [WORKLOAD_PATH]: json(deployment()),
    "/apis/apps/v1/namespaces/shop/replicasets": list,
    "/api/v1/namespaces/shop/pods": list,
    [WHO]: json({ status: { userInfo: { username: "ci" } } }, 201),
    [REVIEW]: json({ status: { allowed: true } }, 201),
  });
  expect(cluster).toMatchObject({ endpoint: new URL(api.url).host, namespace: "shop" });
  expect(await cluster.review([RIGHT], never)).toEqual({ kind: "known", user: "ci", allowed: [true] });
  expect(await cluster.target(REF, never)).toMatchObject({ workload: { name: "web" } });
});

test("openCluster() names the right that is missing, whatever path the API begins below", async () => {
  const message = `deployments.apps "web" is forbidden: User "ci" cannot get resource "deployments"`;
  const { cluster } = await open({ [WORKLOAD_PATH]: refuse(403, { reason: "Forbidden", message }) });
  await expect(cluster.target(REF, never)).rejects.toMatchObject({
    reason: "PermissionDenied",
    message: `Cannot read deployment shop/web: 403 for "ci"; grant get on deployments.apps in namespace shop`,
  });
});

test("openCluster() joins node pools of the Container API with what the autoscaler says of itself", async () => {
  const list = json({ metadata: {}, items: [] });
  const status = `autoscalerStatus: Running
nodeGroups:
- name: https://x/zones/b/instanceGroups/gke-prod-web-1a2b3c4d-grp
  health: {status: Healthy, cloudProviderTarget: 2, minSize: 0, maxSize: 9}
  scaleUp: {status: Backoff, backoffInfo: {errorCode: QUOTA_EXCEEDED}}
`;
  const answers = {
    "/version": json({ major: "1", minor: "36", gitVersion: "v1.36.3" }),
    [WORKLOAD_PATH]: json(deployment()),
    "/apis/apps/v1/namespaces/shop/replicasets": list,
    "/api/v1/namespaces/shop/pods": list,
    "/api/v1/nodes": list,
    "/api/v1/pods": list,
    "/api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-status": json({ data: { status } }),
  };
  const scaling = toGkeScaling({
    nodePools: [
      {
        name: "web",
        status: "RUNNING",
        instanceGroupUrls: ["https://y/zones/b/instanceGroupManagers/gke-prod-web-1a2b3c4d-grp"],
        autoscaling: { enabled: true, totalMaxNodeCount: 5 },
      },
    ],
  });
  const group = { name: "gke-prod-web-1a2b3c4d-grp", zone: "b", target: 2 };
  const autoscalingOf = async (more: Pick<OpenOptions, "scaling">) => {
    const { cluster } = await open(answers, more);
    const target = await cluster.target(REF, never);
    return (await cluster.snapshot({ target, next: target.workload.template }, never)).autoscaling;
  };
  expect(await autoscalingOf({ scaling })).toMatchObject({
    kind: "present",
    groups: [
      {
        ...group,
        pool: "web",
        limit: { of: "pool", max: 5 },
        obstacle: { kind: "backoff", text: "QUOTA_EXCEEDED" },
      },
    ],
  });
  // Of a kubeconfig only the status is known.
  expect(await autoscalingOf({})).toMatchObject({
    groups: [{ ...group, pool: undefined, limit: { of: "either", max: 9 } }],
  });
});
