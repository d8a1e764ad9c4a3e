import { expect, test } from "vitest";
import { toWorkload } from "../../../src/adapters/kubernetes/decode.ts";
import { readSnapshot } from "../../../src/adapters/kubernetes/snapshot.ts";
import type { Snapshot } from "../../../src/core/capacity/verdict.ts";
import { doorTo, never } from "./doors.ts";
import { type Answer, byPath, type FakeApi, hangUp, inTurn, json, refuse, serveApi } from "./fake-api.ts";
import { deployment } from "./fake-workload.ts";

const PODS = "/api/v1/namespaces/shop/pods";
const REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const LIMITS = "/api/v1/namespaces/shop/limitranges";
const WORKLOAD = "/apis/apps/v1/namespaces/shop/deployments/web";
const QUOTAS = "/api/v1/namespaces/shop/resourcequotas";
const PRIORITIES = "/apis/scheduling.k8s.io/v1/priorityclasses";
const SCALERS = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers";
const NAMESPACE = "/api/v1/namespaces/shop";

const node = (name: string) => ({
  metadata: { name },
  spec: {},
  status: { allocatable: { cpu: "1", memory: "1Gi", pods: "110" } },
});
const placed = (name: string) => ({
  metadata: { namespace: "any", name },
  spec: { nodeName: "n1", containers: [{ name: "c", resources: { requests: { cpu: "100m" } } }] },
  status: { phase: "Running" },
});
const list = (...items: object[]) => json({ metadata: {}, items });
const forbidden = (what: string) =>
  refuse(403, { reason: "Forbidden", message: `${what} is forbidden: User "ci" cannot do this` });

/** Gives the pod back as admission would: with a default request of a tenth of a core. */
const admit: Answer = (response, got) => {
  const { spec } = JSON.parse(got.body);
  spec.containers[0].resources = { requests: { cpu: "100m" } };
  json({ spec }, 201)(response, got);
};

/** Takes the change of the template as it is, for a dry run. */
const take: Answer = (response, got) => {
  const [{ value }] = JSON.parse(got.body);
  json({ spec: { template: value } })(response, got);
};

const usual = {
  "/version": json({ major: "1", minor: "33+", gitVersion: "v1.33.5-gke.1" }),
  "/api/v1/nodes": list(node("n1")),
  "/api/v1/pods": list(placed("p1")),
  [PODS]: admit,
  [REVIEW]: json({ status: { allowed: true } }, 201),
  [LIMITS]: list(),
  [WORKLOAD]: take,
  [QUOTAS]: list(),
  [PRIORITIES]: list(),
  [NAMESPACE]: json({ metadata: { name: "shop" } }),
};

const target = {
  workload: toWorkload(deployment() as never),
  replicaSets: [{ name: "web-a", uid: "web-a-uid", replicas: 2 }] as never,
  pods: [],
};
const next = toWorkload({
  ...deployment(),
  spec: {
    ...deployment().spec,
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "web", image: "web:2" }], future: 1 },
    },
  },
} as never).template;

async function snapshotOf(
  answers: Readonly<Record<string, Answer>>,
): Promise<{ snapshot: Snapshot; api: FakeApi }> {
  const api = await serveApi(byPath({ ...usual, ...answers }));
  return { snapshot: await readSnapshot(doorTo(api.url), { target, next }, never), api };
}

const cpuOf = ({ pod }: Snapshot): bigint | undefined => pod.containers[0]?.requests.get("cpu");
const TENTH = 100_000_000n;

test("readSnapshot() reads version, nodes, unfinished pods of all namespaces, and the pod as admitted", async () => {
  const { snapshot, api } = await snapshotOf({});
  expect(snapshot).toMatchObject({ minor: 33, admission: { kind: "admitted" }, gaps: [] });
  expect(snapshot.nodes.map(({ name }) => name)).toEqual(["n1"]);
  expect(snapshot.pods.map(({ name }) => name)).toEqual(["p1"]);
  expect(cpuOf(snapshot)).toBe(TENTH);
  const pods = api.got.find(({ path }) => path === "/api/v1/pods");
  expect(Object.fromEntries(pods?.query ?? [])).toEqual({
    fieldSelector: "status.phase!=Succeeded,status.phase!=Failed",
    limit: "500",
  });
});

test("readSnapshot() reads what may scale the workload, and misses nothing without", async () => {
  const target = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
  const scaler = { metadata: { name: "web" }, spec: { scaleTargetRef: target, maxReplicas: 9 } };
  const read = await snapshotOf({ [SCALERS]: list(scaler) });
  expect(read.snapshot.scalers).toMatchObject([{ name: "web", maxReplicas: 9 }]);
  const refused = await snapshotOf({ [SCALERS]: forbidden("horizontalpodautoscalers.autoscaling") });
  expect(refused.snapshot).not.toHaveProperty("scalers");
  expect(refused.snapshot.gaps).toEqual([]);
});

test("readSnapshot() asks for a dry run of the new template's pod, whole and owned, and creates nothing", async () => {
  const { api } = await snapshotOf({});
  const asked = api.got.filter(({ method }) => method === "POST");
  expect(asked.map(({ path, query }) => [path, query.get("dryRun")])).toEqual([[PODS, "All"]]);
  expect(JSON.parse(asked[0]?.body ?? "")).toEqual({
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      namespace: "shop",
      generateName: "web-a-",
      labels: { app: "web", "pod-template-hash": "dry-run" },
      ownerReferences: [
        { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-a", uid: "web-a-uid", controller: true },
      ],
    },
    spec: { containers: [{ name: "web", image: "web:2" }], future: 1 },
  });
});

test("readSnapshot() reads every page, and begins a list anew whose page expired", async () => {
  const page = (name: string, next?: string) => json({ metadata: { continue: next }, items: [placed(name)] });
  const { snapshot } = await snapshotOf({
    "/api/v1/pods": inTurn(page("p1", "2"), refuse(410, { reason: "Expired" }), page("p1", "2"), page("p2")),
  });
  expect(snapshot.pods.map(({ name }) => name)).toEqual(["p1", "p2"]);
});

test("readSnapshot() takes what Google answers in front of the API server for no word about the cluster", async () => {
  const google = (code: number) => json({ error: { code, status: "X", message: "Not here" } }, code);
  const { snapshot } = await snapshotOf({
    "/api/v1/nodes": google(403),
    "/api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-status": google(404),
    [PODS]: google(403),
    [REVIEW]: google(403),
  });
  expect(snapshot).toMatchObject({ autoscaling: { kind: "unknown" }, admission: { kind: "not-asked" } });
  expect(snapshot.gaps).toContainEqual({
    what: "admission of the new pod",
    why: expect.stringMatching(/answered 403 before the cluster was asked \(Not here\)/),
    takesRoom: true,
  });
  expect(snapshot.gaps).toContainEqual({
    what: "nodes",
    why: expect.stringMatching(
      /^Cannot list nodes: \S+ answered 403 before the cluster was asked \(Not here\); whether/,
    ),
  });
});

test("readSnapshot() turns a missing right to nodes or pods into a gap with the rule", async () => {
  const { snapshot } = await snapshotOf({
    "/api/v1/nodes": forbidden("nodes"),
    "/api/v1/pods": forbidden("pods"),
  });
  const gap = (what: string, resource: string) => ({
    what,
    why: `403 for "ci"; grant list on ${resource} (ClusterRole rule {apiGroups: [""], resources: ["${resource}"], verbs: ["list"]}); whether there is room is not known`,
  });
  expect(snapshot.gaps).toEqual([
    gap("nodes", "nodes"),
    { ...gap("pods of all namespaces", "pods"), takesRoom: true },
  ]);
  expect(snapshot.nodes).toEqual([]);
});

const near = { topologyKey: "zone", labelSelector: { matchLabels: { app: "cache" } } };

test.each<[string, object, true | undefined]>([
  [
    "may make room for a pod that follows others",
    { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [near] } } },
    undefined,
  ],
  [
    "may make room for a pod that is spread",
    { topologySpreadConstraints: [{ ...near, maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" }] },
    undefined,
  ],
  ["can only take room from any other", {}, true],
])("readSnapshot() says that pods which may not be listed %s", async (_, wish, takesRoom) => {
  const wishing: Answer = (response, got) =>
    json({ spec: { ...JSON.parse(got.body).spec, ...wish } }, 201)(response, got);
  const { snapshot } = await snapshotOf({ [PODS]: wishing, "/api/v1/pods": forbidden("pods") });
  expect(snapshot.gaps.map((gap) => gap.takesRoom)).toEqual([takesRoom]);
});

test.each<[Snapshot["autoscaling"]["kind"], string, Answer]>([
  ["present", "its status is there", json({ metadata: { name: "cluster-autoscaler-status" } })],
  ["absent", "there is none", refuse(404, { reason: "NotFound" })],
  ["unknown", "it may not be read", forbidden("configmaps")],
  ["unknown", "the API cannot tell", refuse(503)],
])("readSnapshot() says that the autoscaler is %s where %s, and has no gap", async (kind, _, answer) => {
  const { snapshot } = await snapshotOf({
    "/api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-status": answer,
  });
  expect(snapshot).toMatchObject({ autoscaling: { kind }, gaps: [] });
});

test("readSnapshot() fills in the pod by local rules where it may not create pods", async () => {
  const limits = {
    metadata: { name: "l" },
    spec: { limits: [{ type: "Container", defaultRequest: { cpu: "200m" } }] },
  };
  const { snapshot } = await snapshotOf({
    [PODS]: forbidden("pods"),
    [REVIEW]: json({ status: { allowed: false } }, 201),
    [LIMITS]: list(limits),
  });
  expect(cpuOf(snapshot)).toBe(2n * TENTH);
  expect(snapshot.gaps).toEqual([
    {
      what: "admission of the new pod",
      why: expect.stringMatching(/^403 for "ci"; grant create on pods in namespace shop .+ is not known$/),
      takesRoom: true,
    },
  ]);
  expect(snapshot.admission).toMatchObject({ kind: "not-asked" });
});

test("readSnapshot() names the LimitRanges too where it may not read them", async () => {
  const { snapshot } = await snapshotOf({
    [PODS]: forbidden("pods"),
    [REVIEW]: json({ status: { allowed: false } }, 201),
    [LIMITS]: forbidden("limitranges"),
  });
  expect(snapshot.gaps.map(({ what }) => what)).toEqual(["admission of the new pod", "LimitRanges"]);
});

test.each([
  ["the current one passes", admit, true],
  ["the current one is denied too", forbidden("pods"), false],
])("readSnapshot() tells a denial of the new pod, and whether %s", async (_, current, currentPasses) => {
  const message = 'pods "web-" is forbidden: violates PodSecurity "baseline:latest": host namespaces';
  const { snapshot, api } = await snapshotOf({
    [PODS]: inTurn(refuse(403, { reason: "Forbidden", message }), current),
  });
  expect(snapshot.admission).toEqual({ kind: "denied", message, currentPasses });
  const bodies = api.got
    .filter(({ path }) => path === PODS)
    .map(({ body }) => JSON.parse(body).spec.containers[0].image);
  expect(bodies).toEqual(["web:2", "web:1"]);
});

test("readSnapshot() goes on without a dry run that the API cannot answer", async () => {
  const { snapshot } = await snapshotOf({ [PODS]: refuse(503, { message: "etcd is away" }) });
  expect(snapshot.admission.kind).toBe("not-asked");
  expect(snapshot.gaps[0]?.why).toMatch(
    /answered 503 \(etcd is away\), also when tried again; what webhooks/,
  );
});

const NO_VERDICT = "whether there is room is not known";

test.each<[string, Answer, RegExp]>([
  [
    "answers 503",
    refuse(503, { message: "etcd is away" }),
    /^Cannot list nodes: .+ answered 503 \(etcd is away\)/,
  ],
  ["breaks off", hangUp, /^Cannot list nodes: .+ broke off \(/],
  [
    "answers 410 again and again",
    refuse(410, { reason: "Expired", message: "old" }),
    /^Cannot list nodes: 410 old/,
  ],
])("readSnapshot() does not know the nodes where the API %s", async (_, answer, why) => {
  const { snapshot } = await snapshotOf({ "/api/v1/nodes": answer });
  expect(snapshot.gaps).toEqual([{ what: "nodes", why: expect.stringMatching(why) }]);
  expect(snapshot.gaps[0]?.why).toMatch(new RegExp(`; ${NO_VERDICT}$`));
  expect(snapshot.nodes).toEqual([]);
});

test("readSnapshot() does not know pods that the API cannot list", async () => {
  const { snapshot } = await snapshotOf({ "/api/v1/pods": refuse(504) });
  expect(snapshot.gaps).toMatchObject([{ what: "pods of all namespaces", takesRoom: true }]);
});

test("readSnapshot() takes the rules of the newest version where the API does not tell its own", async () => {
  const { snapshot } = await snapshotOf({ "/version": refuse(503) });
  expect(snapshot).toMatchObject({ minor: 36, gaps: [{ what: "version" }] });
});

test.each<[string, Answer]>([
  ["a sign-in that is refused", refuse(401, { reason: "Unauthorized" })],
  ["an answer that is no API server's", json("hello", 404)],
])("readSnapshot() throws at %s", async (_, answer) => {
  await expect(snapshotOf({ "/api/v1/nodes": answer })).rejects.toMatchObject({
    reason: expect.stringMatching(/^(AuthenticationFailed|ClusterUnreachable)$/),
  });
});

test("readSnapshot() throws when there is no connection", async () => {
  const api = await serveApi(byPath(usual));
  await api.close();
  await expect(readSnapshot(doorTo(api.url), { target, next }, never)).rejects.toMatchObject({
    reason: "ClusterUnreachable",
  });
});

const STORAGE = /persistentvolume|storage\.k8s\.io/;
const NAMESPACES = /^\/api\/v1\/namespaces(\/shop)?$/;
const askedFor = (api: FakeApi, what: RegExp): number => api.got.filter(({ path }) => what.test(path)).length;

test("readSnapshot() reads neither storage nor namespaces for a pod that calls for neither", async () => {
  const { snapshot, api } = await snapshotOf({});
  expect([askedFor(api, STORAGE), askedFor(api, NAMESPACES)]).toEqual([0, 0]);
  expect(snapshot.storage.claims.size).toBe(0);
});

test("readSnapshot() reads storage where the pod, as admitted, has a claim", async () => {
  const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];
  const { snapshot, api } = await snapshotOf({
    [PODS]: json({ spec: { containers: [{ name: "web" }], volumes } }, 201),
    "/api/v1/namespaces/shop/persistentvolumeclaims": list({ metadata: { name: "data" } }),
    "/api/v1/persistentvolumes": list(),
    "/apis/storage.k8s.io/v1/storageclasses": list(),
    "/apis/storage.k8s.io/v1/csinodes": list(),
    "/apis/storage.k8s.io/v1/csidrivers": list(),
    "/apis/storage.k8s.io/v1/volumeattachments": list(),
  });
  expect(askedFor(api, STORAGE)).toBe(6);
  expect([...snapshot.storage.claims.keys()]).toEqual(["data"]);
  expect(snapshot.gaps).toEqual([]);
});

test("readSnapshot() reads the labels of the namespace where a pod that refuses ours selects by them", async () => {
  const term = {
    topologyKey: "zone",
    labelSelector: { matchLabels: { app: "web" } },
    namespaceSelector: { matchLabels: { env: "prod" } },
  };
  const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  const { spec, ...rest } = placed("hermit");
  const { snapshot } = await snapshotOf({
    "/api/v1/pods": list({ ...rest, spec: { ...spec, affinity } }),
    [NAMESPACE]: json({ metadata: { name: "shop", labels: { env: "prod" } } }),
  });
  expect(snapshot.namespaceLabels).toEqual(new Map([["shop", { env: "prod" }]]));
});

test("readSnapshot() asks for its lists compressed", async () => {
  const { api } = await snapshotOf({});
  const lists = api.got.filter(({ query }) => query.has("limit"));
  expect(new Set(lists.map(({ headers }) => headers["accept-encoding"]))).toEqual(new Set(["gzip"]));
});

test("readSnapshot() tells page by page how far it is", async () => {
  const page = (name: string, next?: string) => json({ metadata: { continue: next }, items: [placed(name)] });
  const api = await serveApi(byPath({ ...usual, "/api/v1/pods": inTurn(page("p1", "2"), page("p2")) }));
  const told: number[] = [];
  const onProgress = ({ pods }: { readonly pods: number }) => void told.push(pods);
  await readSnapshot(doorTo(api.url), { target, next, onProgress }, never);
  expect(told.at(-1)).toBe(2);
  expect(told).toContain(1);
});
