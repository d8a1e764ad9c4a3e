import { expect, onTestFinished, test } from "vitest";
import { openCluster } from "../../../src/adapters/kubernetes/cluster.ts";
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
async function open(answers: Readonly<Record<string, Answer>>): Promise<{ api: FakeApi; cluster: Cluster }> {
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
