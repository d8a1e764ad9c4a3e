import { readFileSync, writeFileSync } from "node:fs";
import net, { type AddressInfo, type Socket } from "node:net";
import type { KubernetesObject } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { connect } from "../../src/adapters/kubernetes/cluster.ts";
import type { PatchOperation } from "../../src/core/change.ts";
import type { LogExcerpt } from "../../src/core/diagnosis/finding.ts";
import type { Target, WorkloadRef } from "../../src/core/model/workload.ts";
import type { Observation } from "../../src/core/rollout/rollout.ts";
import type { Cluster as Door } from "../../src/ports.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { sharedCluster } from "../cluster/shared.ts";
import { documentedRights, Shop } from "./shop.ts";

let cluster: Cluster;
beforeAll(async () => {
  cluster = await sharedCluster();
});
afterAll(() => cluster.stop());

const signal = AbortSignal.timeout(180_000);

/** The door as the action opens it, with a kubeconfig. */
function open(kubeconfig: string): { door: Door; warnings: string[] } {
  const warnings: string[] = [];
  const door = connect({
    kubeconfig,
    context: undefined,
    namespace: undefined,
    env: {},
    fieldManager: "gke-safe-rollout",
    warn: (text) => warnings.push(text),
    mask: () => undefined,
  });
  onTestFinished(() => door.close());
  return { door, warnings };
}

interface Opened {
  readonly shop: Shop;
  readonly door: Door;
  readonly ref: WorkloadRef;
  readonly target: Target;
}

/** A shop, and the door as its deployer, who has exactly the documented rights. */
async function openShop(): Promise<Opened> {
  const shop = await Shop.open(cluster);
  const { door } = open(shop.kubeconfig);
  const ref = { kind: "Deployment", namespace: shop.namespace, name: "web" } as const;
  return { shop, door, ref, target: await door.target(ref, signal) };
}

const without = (verb: string, resource: string): KubernetesObject[] =>
  documentedRights().map((object) => {
    const { rules = [], ...rest } = object as KubernetesObject & {
      rules?: { resources: string[]; verbs: string[] }[];
    };
    const left = rules.filter(
      ({ resources, verbs }) => !(resources.includes(resource) && verbs.includes(verb)),
    );
    return { ...rest, ...("rules" in object ? { rules: left } : {}) };
  });

const imagePatch = (value: string): PatchOperation[] => [
  { op: "replace", path: "/spec/template/spec/containers/0/image", value },
];

test("a change is written, does not match, or is denied by validation, as the API server says", async () => {
  const { shop, door, ref, target } = await openShop();
  expect(door.namespace).toBe(shop.namespace);
  const guarded = (uid: string, image: string): PatchOperation[] => [
    { op: "test", path: "/metadata/uid", value: uid },
    ...imagePatch(image),
  ];
  const written = await door.patch(ref, guarded(target.workload.uid, shop.image("2")), signal);
  expect(written).toMatchObject({
    kind: "written",
    workload: { generation: target.workload.generation + 1 },
  });
  const managers = (await shop.web())?.metadata?.managedFields?.map(({ manager }) => manager);
  expect(managers).toContain("gke-safe-rollout");
  expect(await door.patch(ref, guarded("another", shop.image("3")), signal)).toEqual({ kind: "mismatch" });
  expect(await door.patch(ref, [{ op: "test", path: "/not/there", value: 1 }], signal)).toEqual({
    kind: "mismatch",
  });
  expect(await door.patch(ref, guarded(target.workload.uid, ""), signal)).toMatchObject({
    kind: "denied",
    message: expect.stringContaining("spec.template.spec.containers[0].image: Required value"),
  });
});

test.each(["Forbidden", "Invalid"])(
  "a change that a policy denies as %s is denied, not a missing right",
  async (reason) => {
    const { shop, door, ref } = await openShop();
    const name = `guard-${shop.namespace}`;
    const api = { apiVersion: "admissionregistration.k8s.io/v1" };
    const policy = { ...api, kind: "ValidatingAdmissionPolicy", metadata: { name } };
    const binding = { ...api, kind: "ValidatingAdmissionPolicyBinding", metadata: { name } };
    onTestFinished(async () => {
      await cluster.delete(binding);
      await cluster.delete(policy);
    });
    await cluster.apply(
      {
        ...policy,
        spec: {
          matchConstraints: {
            resourceRules: [
              {
                apiGroups: ["apps"],
                apiVersions: ["v1"],
                operations: ["UPDATE"],
                resources: ["deployments"],
              },
            ],
          },
          validations: [
            {
              expression: "!object.spec.template.spec.containers[0].image.endsWith(':bad')",
              message: "bad image",
              reason,
            },
          ],
        },
      } as KubernetesObject,
      {
        ...binding,
        spec: {
          policyName: name,
          validationActions: ["Deny"],
          matchResources: {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": shop.namespace } },
          },
        },
      } as KubernetesObject,
    );
    // A policy takes a moment to be in force.
    await expect
      .poll(() => door.patch(ref, imagePatch(shop.image("bad")), signal))
      .toMatchObject({ kind: "denied", message: expect.stringContaining("bad image") });
  },
);

test("a right that is missing is told with its rule, as the user that the server sees", async () => {
  const { ref } = await openShop();
  const { door } = open(await cluster.kubeconfig("nobody", ref.namespace));
  await expect(door.target(ref, signal)).rejects.toMatchObject({
    reason: "PermissionDenied",
    message: `Cannot read deployment ${ref.namespace}/web: 403 for "nobody"; grant get on deployments.apps in namespace ${ref.namespace}`,
    detail: expect.arrayContaining([
      `- apiGroups: ["apps"]`,
      `  resources: ["deployments"]`,
      `  verbs: ["get"]`,
    ]),
  });
  await expect(door.patch(ref, imagePatch("x"), signal)).rejects.toMatchObject({
    reason: "PermissionDenied",
    message: expect.stringContaining("grant patch on deployments.apps"),
  });
});

test("a workload that is not there is told with what is", async () => {
  const { door, ref } = await openShop();
  await expect(door.target({ ...ref, name: "wbe" }, signal)).rejects.toMatchObject({
    reason: "WorkloadNotFound",
    message: `No deployment wbe in namespace ${ref.namespace}; there are web`,
  });
});

test("the snapshot of one who has the documented rights has the admitted pod and no gaps", async () => {
  const { shop, door, target } = await openShop();
  await cluster.apply({
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "defaults", namespace: shop.namespace },
    spec: { limits: [{ type: "Container", defaultRequest: { "ephemeral-storage": "1Gi" } }] },
  } as KubernetesObject);
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: target.workload.name };
  await cluster.apply({
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "scaler", namespace: shop.namespace },
    spec: { scaleTargetRef, maxReplicas: 9 },
  } as KubernetesObject);
  const read = () => door.snapshot({ target, next: target.workload.template }, signal);
  const storage = async () => (await read()).pod.containers[0]?.requests.get("ephemeral-storage");
  // Admission takes a moment to know the LimitRange.
  await expect.poll(storage).toBe(1024n ** 3n * 1_000_000_000n);
  const snapshot = await read();
  expect(snapshot).toMatchObject({
    minor: 36,
    admission: { kind: "admitted" },
    autoscaling: { kind: "absent" },
    scalers: [
      {
        name: "scaler",
        target: { group: "apps", kind: "Deployment", name: target.workload.name },
        maxReplicas: 9,
        scalesUp: true,
      },
    ],
    gaps: [],
  });
  expect(snapshot.nodes.map(({ name }) => name)).toContain(shop.node);
  const names = snapshot.pods.map(({ name }) => name);
  for (const { name } of target.pods) expect(names).toContain(name);
  // Nothing was created.
  const { pods } = await door.target(target.workload, signal);
  expect(pods.map(({ name }) => name)).toEqual(target.pods.map(({ name }) => name));
});

test("the snapshot of one who may read only the namespace names each rule that is missing", async () => {
  const { shop, target } = await openShop();
  const rights = without("create", "pods").filter(({ metadata }) => metadata?.namespace === "shop");
  const { door } = open(await cluster.user(`reader-${shop.namespace}`, shop.namespace, rights));
  const { gaps, admission, autoscaling } = await door.snapshot(
    { target, next: target.workload.template },
    signal,
  );
  expect([admission.kind, autoscaling.kind]).toEqual(["not-asked", "unknown"]);
  expect(gaps.map(({ what }) => what)).toEqual([
    "nodes",
    "pods of all namespaces",
    "admission of the new pod",
  ]);
  expect(gaps[0]?.why).toContain('ClusterRole rule {apiGroups: [""], resources: ["nodes"], verbs: ["list"]}');
});

test("the snapshot tells a pod that admission denies, and whether today's would pass", async () => {
  const { shop, door, target } = await openShop();
  await cluster.apply({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: shop.namespace, labels: { "pod-security.kubernetes.io/enforce": "baseline" } },
  });
  const json = JSON.parse(target.workload.template.json);
  json.spec.hostNetwork = true;
  const next = { ...target.workload.template, json: JSON.stringify(json) };
  await expect
    .poll(async () => (await door.snapshot({ target, next }, signal)).admission)
    .toMatchObject({
      kind: "denied",
      message: expect.stringContaining("violates PodSecurity"),
      currentPasses: true,
    });
});

/** A way to the API server that can be cut, and kept cut. */
async function cuttable(kubeconfig: string): Promise<{ kubeconfig: string; cut(): void; mend(): void }> {
  const config = JSON.parse(readFileSync(kubeconfig, "utf8"));
  const { port } = new URL(config.clusters[0].cluster.server);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = net.createServer((client) => {
    if (isCut) return client.destroy();
    const upstream = net.connect(Number(port), "127.0.0.1");
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    return;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  config.clusters[0].cluster.server = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const file = `${kubeconfig}.cuttable`;
  writeFileSync(file, JSON.stringify(config));
  return {
    kubeconfig: file,
    cut,
    mend: () => {
      isCut = false;
    },
  };
}

test("a watch that is cut while the workload changes sees the end of it, and knows how stale it was", async () => {
  const { shop, door, ref, target } = await openShop();
  const way = await cuttable(shop.kubeconfig);
  const seen: Observation[] = [];
  const changed = (observation: Observation) =>
    observation.pods.some(({ containers }) => containers.some(({ image }) => image === shop.image("2")));
  for await (const observation of open(way.kubeconfig).door.watch(ref, target.workload.uid, signal)) {
    seen.push(observation);
    if (seen.length === 2) {
      way.cut();
      await door.patch(ref, imagePatch(shop.image("2")), signal);
    }
    if (observation.at - observation.freshAt > 4_000) way.mend();
    if (changed(observation) && observation.workload?.status.updatedReplicas === 2) break;
  }
  expect(seen[0]?.pods.map(({ name }) => name)).toEqual(target.pods.map(({ name }) => name));
  expect(seen.some(({ at, freshAt }) => at - freshAt > 4_000)).toBe(true);
});

test("a watch without the right to events goes on, and says so", async () => {
  const { shop, ref, target } = await openShop();
  const rights = without("list", "events");
  const { door, warnings } = open(await cluster.user(`deaf-${shop.namespace}`, shop.namespace, rights));
  for await (const { workload, events } of door.watch(ref, target.workload.uid, signal)) {
    expect(workload?.uid).toBe(target.workload.uid);
    expect(events).toEqual([]);
    if (warnings.length > 0) break;
  }
  expect(warnings).toEqual([expect.stringContaining(`grant list on events in namespace ${shop.namespace}`)]);
});

test("logs come from the node, and a note where there are none", async () => {
  const { shop, door, ref, target } = await openShop();
  const pod = target.pods[0]?.name ?? "";
  cluster.logs(shop.image("1"), { current: "one\ntwo\nthree\n" });
  const request = { pod, container: "web", previous: false };
  const watch = door.watch(ref, target.workload.uid, signal);
  watch.ask([request, { ...request, previous: true }, { ...request, pod: "web-gone" }], 2);
  const answers: LogExcerpt[] = [];
  for await (const { logs } of watch) {
    answers.push(...logs);
    if (answers.length === 3) break;
  }
  const of = (podName: string, previous: boolean) =>
    answers.find((answer) => answer.pod === podName && answer.previous === previous);
  expect(of(pod, false)?.lines).toEqual(["two", "three"]);
  expect(of(pod, true)).toMatchObject({ lines: [], note: "no earlier instance of this container" });
  expect(of("web-gone", false)).toMatchObject({ lines: [], note: "the pod is gone" });
});
