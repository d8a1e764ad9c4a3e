import {
  AppsV1Api,
  AutoscalingV2Api,
  CoreV1Api,
  KubeConfig,
  type V1Deployment,
  type V1Node,
  type V1Pod,
} from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cluster } from "./cluster.ts";
import { deployment } from "./objects.ts";
import { sharedCluster } from "./shared.ts";

let cluster: Cluster;
let namespace: string;
beforeAll(async () => {
  cluster = await sharedCluster();
  namespace = await cluster.namespace();
});
afterAll(() => cluster?.stop());

test("node() makes a node Ready, with exactly its allocatable, labels and taints", async () => {
  const taint = { key: "dedicated", value: "db", effect: "NoSchedule" };
  await cluster.node({
    name: "n-exact",
    cpu: "940m",
    memory: "2913Mi",
    pods: 17,
    labels: { zone: "a" },
    taints: [taint],
  });
  const node = await cluster.get<V1Node>({ apiVersion: "v1", kind: "Node", metadata: { name: "n-exact" } });
  expect(node?.status?.allocatable).toEqual({ cpu: "940m", memory: "2913Mi", pods: "17" });
  expect(node?.status?.conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual(["Ready=True"]);
  expect(node?.spec?.taints).toEqual([taint]);
  expect(node?.metadata?.labels).toMatchObject({ zone: "a", ...cluster.pool });
  await cluster.removeNode("n-exact");
});

test("a Deployment becomes available on a scripted node, and its pods go when it is scaled down", async () => {
  const labels = await pool("n-ready");
  await cluster.apply(
    deployment({ name: "ready", namespace, image: "registry.example/web:1", nodeSelector: labels }),
  );
  await available("ready", 2);
  await cluster.patch(ref("ready"), { spec: { replicas: 0 } });
  await expect.poll(async () => (await podsOf("ready")).length).toBe(0);
});

test("filler() leaves the scheduler the rest of the node", async () => {
  const labels = await pool("n-full", { cpu: "1000m" });
  await cluster.filler("n-full", "970m", namespace);
  const full = { name: "full", namespace, image: "registry.example/web:1", nodeSelector: labels };
  await cluster.apply(deployment({ ...full, cpu: "100m", replicas: 1 }));
  const message = await expect.poll(async () => scheduled(await podsOf("full"))?.message);
  await message.toMatch(/1 Insufficient cpu/);
});

test("kwok plays the pods of its own nodes", async () => {
  const labels = await pool("n-kwok", { kubelet: "kwok" });
  await cluster.apply(
    deployment({ name: "kwok", namespace, image: "registry.example/web:1", nodeSelector: labels }),
  );
  await available("kwok", 2);
});

test("kwok leaves a pod alone whose status is given, and another one deleted for as long as it says", async () => {
  await pool("n-annotated", { kubelet: "kwok" });
  const made = (name: string, annotations: Record<string, string> = {}) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, annotations },
    spec: { nodeName: "n-annotated", containers: [{ name: "web", image: "web:1" }] },
  });
  const given = made("given", { "gke-safe-rollout.test/status": "given" });
  const lasting = made("lasting", { "pod-delete.stage.kwok.x-k8s.io/delay": "1h" });
  const usual = made("usual");
  for (const pod of [given, lasting, usual]) await cluster.create(pod);
  for (const pod of [lasting, usual]) {
    await cluster.until<V1Pod>(pod, (found) => found?.status?.phase === "Running");
  }
  for (const pod of [lasting, usual]) await cluster.delete(pod);
  await cluster.until(usual, (found) => found === undefined);
  expect((await cluster.get<V1Pod>(lasting))?.metadata?.deletionTimestamp).toBeDefined();
  expect((await cluster.get<V1Pod>(given))?.status?.phase).toBe("Pending");
});

test("a pod that is never started, or never ready, stays so", async () => {
  const labels = await pool("n-stuck");
  cluster.behaviour("web:stuck", { kind: "never" });
  cluster.behaviour(/web:deaf$/, { kind: "not-ready" });
  for (const name of ["stuck", "deaf"]) {
    await cluster.apply(
      deployment({ name, namespace, image: `registry.example/web:${name}`, nodeSelector: labels }),
    );
  }
  const states = async (name: string) =>
    (await podsOf(name)).map((pod) => pod.status?.containerStatuses?.[0]);
  const waiting = expect.objectContaining({ state: { waiting: { reason: "ContainerCreating" } } });
  await expect.poll(() => states("stuck")).toEqual([waiting, waiting]);
  const running = expect.objectContaining({ ready: false, state: { running: expect.anything() } });
  await expect.poll(() => states("deaf")).toEqual([running, running]);
});

test("a recording plays a failed pull on a live pod: statuses, events, its own names", async () => {
  const labels = await pool("n-pull");
  cluster.behaviour("web:nope", { kind: "recording", name: "image-tag-missing", speed: 10 });
  const image = "registry.example/shop/web:nope";
  await cluster.apply(deployment({ name: "pull", namespace, image, replicas: 1, nodeSelector: labels }));
  await expect
    .poll(async () => (await podsOf("pull"))[0]?.status?.containerStatuses?.[0]?.state?.waiting, {
      timeout: 20_000,
    })
    .toMatchObject({ reason: "ErrImagePull", message: expect.stringContaining(`"${image}"`) });
  const [pod] = await podsOf("pull");
  await expect
    .poll(async () => (await eventsOf(pod)).find(({ reason }) => reason === "Pulling")?.count)
    .toBe(2);
  const failed = (await eventsOf(pod)).find(({ message }) => message?.startsWith("Failed to pull image"));
  expect(failed).toMatchObject({
    message: expect.stringContaining(`"${image}"`),
    type: "Warning",
    source: { component: "kubelet", host: "n-pull" },
    involvedObject: { name: pod?.metadata?.name, namespace, fieldPath: "spec.containers{web}" },
  });
  expect(Math.abs(Date.now() - Number(failed?.lastTimestamp))).toBeLessThan(60_000);
});

test("the API server serves the previous log of a crashed container, and has none of a healthy one", async () => {
  const labels = await pool("n-crash");
  cluster.behaviour("web:crash", { kind: "recording", name: "exit-1", speed: 10 });
  for (const name of ["crash", "sound"]) {
    const image = `registry.example/web:${name}`;
    await cluster.apply(deployment({ name, namespace, image, replicas: 1, nodeSelector: labels }));
  }
  const previous = async (name: string) => {
    const pod = (await podsOf(name))[0]?.metadata?.name ?? "";
    const core = (await adminConfig()).makeApiClient(CoreV1Api);
    return core.readNamespacedPodLog({ name: pod, namespace, previous: true, tailLines: 2 });
  };
  await expect.poll(() => previous("crash")).toBe("panic: cannot reach db:5432\nconnecting to db\n");
  await available("sound", 1);
  await expect(previous("sound")).rejects.toMatchObject({
    code: 400,
    body: expect.stringMatching(/previous terminated container .* not found/),
  });
});

test("user() may do what docs/rbac.yaml says, and nothing beyond", async () => {
  const other = await cluster.namespace();
  const config = new KubeConfig();
  config.loadFromFile(await cluster.user("deployer@shop.example", namespace, "docs/rbac.yaml"));
  const apps = config.makeApiClient(AppsV1Api);
  const core = config.makeApiClient(CoreV1Api);
  await expect(apps.listNamespacedDeployment({ namespace })).resolves.toBeDefined();
  await expect(core.listNode()).resolves.toBeDefined();
  const autoscaling = config.makeApiClient(AutoscalingV2Api);
  await expect(autoscaling.listNamespacedHorizontalPodAutoscaler({ namespace })).resolves.toBeDefined();
  const forbidden = (what: string) => ({
    code: 403,
    body: expect.stringContaining(`deployer@shop.example\\" cannot ${what}`),
  });
  await expect(apps.listNamespacedDeployment({ namespace: other })).rejects.toMatchObject(
    forbidden('list resource \\"deployments\\"'),
  );
  await expect(core.listNamespacedSecret({ namespace })).rejects.toMatchObject(
    forbidden('list resource \\"secrets\\"'),
  );
  await expect(apps.deleteNamespacedDeployment({ namespace, name: "web" })).rejects.toMatchObject(
    forbidden('delete resource \\"deployments\\"'),
  );
});

test("stop() takes away what was made in a shared control plane", async () => {
  const guest = await sharedCluster();
  const guests = await guest.namespace();
  await guest.node({ name: "n-guest" });
  await guest.apply(deployment({ name: "web", namespace: guests, image: "web:1", nodeSelector: guest.pool }));
  await guest.stop();
  const node = { apiVersion: "v1", kind: "Node", metadata: { name: "n-guest" } };
  expect(await cluster.get(node)).toBeUndefined();
  const ended = { apiVersion: "v1", kind: "Namespace", metadata: { name: guests } };
  await cluster.until(ended, (found) => found === undefined);
});

const ref = (name: string) => ({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace } });

/** A node that only the pods of one test may use. */
async function pool(name: string, options: Partial<Parameters<Cluster["node"]>[0]> = {}) {
  await cluster.node({ ...options, name, labels: { test: name } });
  return { test: name };
}

async function available(name: string, replicas: number) {
  await cluster.until<V1Deployment>(ref(name), (found) => found?.status?.availableReplicas === replicas);
}

async function adminConfig(): Promise<KubeConfig> {
  const config = new KubeConfig();
  config.loadFromFile(await cluster.kubeconfig());
  return config;
}

async function podsOf(name: string): Promise<V1Pod[]> {
  const core = (await adminConfig()).makeApiClient(CoreV1Api);
  return (await core.listNamespacedPod({ namespace, labelSelector: `app=${name}` })).items;
}

async function eventsOf(pod: V1Pod | undefined) {
  const core = (await adminConfig()).makeApiClient(CoreV1Api);
  const fieldSelector = `involvedObject.uid=${pod?.metadata?.uid}`;
  return (await core.listNamespacedEvent({ namespace, fieldSelector })).items;
}

const scheduled = ([pod]: V1Pod[]) => pod?.status?.conditions?.find(({ type }) => type === "PodScheduled");
