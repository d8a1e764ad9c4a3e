import type { KubernetesObject, V1Deployment, V1Node, V1Pod } from "@kubernetes/client-node";
import type { Amendment } from "./amend.ts";
import { type Api, ApiError, each } from "./api.ts";
import {
  type NodePlan,
  type PodPlan,
  placed,
  type Scenario,
  type TemplatePlan,
  WORKLOAD,
} from "./scenario.ts";
import { untilQuiet } from "./settle.ts";

/** What keeps a deleted pod, until it is taken away. */
const HOLD = "conformance.example/hold";
/** A pod that is deleted for longer than its grace and this much will never go. */
const HELD_AFTER_MS = 63_000;

/** Deleted pods that will go are given more time than a batch takes, and go when they are let. */
const LEAVING = {
  grace: 3_600,
  annotations: { "pod-delete.stage.kwok.x-k8s.io/delay": "1h" },
} as const;
/** They go in so many parts. */
const PARTS = 3;

/** Scenarios whose clusters stand, and since when all of it does. */
export interface Stage {
  readonly scenarios: readonly Scenario[];
  /** Those that could not be set up as planned, by why: the API refused an object, say. */
  readonly broken: ReadonlyMap<string, string>;
}

/**
 * Makes all nodes of all scenarios, then all that stands before the change, and waits until it rests. Nothing of it
 * is changed by others afterwards, so the counts in the scheduler's messages stay the same.
 */
export async function setUp(api: Api, scenarios: readonly Scenario[]): Promise<Stage> {
  const broken = new Map<string, string>();
  const attempt = async (todo: readonly Scenario[], work: (scenario: Scenario) => Promise<void>) => {
    await each(
      todo.filter(({ id }) => !broken.has(id)),
      (scenario) => work(scenario).catch((error: Error) => void broken.set(scenario.id, error.message)),
    );
  };
  await attempt(scenarios, async (scenario) => {
    for (const node of scenario.nodes) await api.create(nodeOf(node, scenario.id));
  });
  await untilNodesReady(api);
  await attempt(scenarios, (scenario) => prepare(api, scenario));
  const deletedAt = performance.now();
  await attempt(scenarios, async ({ id, pods }) => {
    for (const pod of pods) if (pod.state !== "held") await createPod(api, pod, id);
  });
  const latest = Math.max(...scenarios.map(({ revisions }) => revisions.length));
  for (let index = 0; index < latest; index += 1) {
    const concerned = scenarios.filter(({ revisions }) => revisions[index] !== undefined);
    await attempt(concerned, (scenario) => rollTo(api, scenario, index));
    await untilQuiet(api, idsOf(concerned, broken), { quietMs: 6_000, atMostMs: 60_000 });
  }
  const scaled = scenarios.filter(({ scaledTo }) => scaledTo !== undefined);
  await attempt(scaled, async ({ id, scaledTo: replicas }) => {
    await api.patch("Deployment", WORKLOAD, `${id}-ns`, { spec: { replicas } });
  });
  await attempt(scenarios, (scenario) => createAll(api, scenario.after, scenario.id));
  if (scenarios.some(({ pods }) => pods.some(({ state }) => state === "held"))) {
    await delayUntil(deletedAt + HELD_AFTER_MS);
  }
  await untilQuiet(api, idsOf(scenarios, broken), { quietMs: 8_000, atMostMs: 60_000 });
  return { scenarios, broken };
}

/** The patch that makes the change; `dryRun` shows the template as the API server completes it. */
export function change(api: Api, { id, change }: Scenario, dryRun = false): Promise<V1Deployment> {
  const operations = [{ op: "replace", path: "/spec/template", value: placed(templateOf(change), id) }];
  return api.jsonPatch("Deployment", WORKLOAD, `${id}-ns`, operations, dryRun ? "?dryRun=All" : "");
}

/** Makes the change, with what an amendment says besides. */
export async function amended(
  api: Api,
  scenario: Scenario,
  { nodes = [], change: template = scenario.change, replicas, strategy }: Amendment = {},
): Promise<V1Deployment> {
  const { id } = scenario;
  for (const node of nodes) await api.create(nodeOf(node, id));
  return api.jsonPatch("Deployment", WORKLOAD, `${id}-ns`, [
    { op: "replace", path: "/spec/template", value: placed(templateOf(template), id) },
    ...(replicas === undefined ? [] : [{ op: "replace", path: "/spec/replicas", value: replicas }]),
    ...(strategy === undefined ? [] : [{ op: "replace", path: "/spec/strategy", value: strategy }]),
  ]);
}

/** Lets a part of the leaving pods go. */
export async function release(api: Api, scenarios: readonly Scenario[], part: number): Promise<void> {
  const leaving = scenarios.flatMap(({ id, pods }) =>
    pods
      .filter(({ state }) => state === "leaving" || state === "yielding")
      .filter((_, at) => at % PARTS === part)
      .map((pod) => ({ name: pod.name, namespace: placed(pod.namespace, id) })),
  );
  await each(leaving, ({ name, namespace }) => api.delete("Pod", name, namespace, 0));
}

/** Makes what all else needs, and first of all the pods that are to be overdue. */
async function prepare(api: Api, scenario: Scenario): Promise<void> {
  const { id, pods, before, namespaceLabels } = scenario;
  for (const [name, labels] of [
    [`${id}-ns`, namespaceLabels],
    [`${id}-other`, { team: "$other" }],
  ] as const) {
    await api.create({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, labels: { conformance: id, ...placed(labels, id) } },
    });
    await api
      .create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: name } })
      .catch(unlessThere);
  }
  await createAll(api, before, id);
  for (const pod of pods) if (pod.state === "held") await createPod(api, pod, id);
}

async function createPod(api: Api, plan: PodPlan, id: string): Promise<void> {
  const namespace = placed(plan.namespace, id);
  const { state } = plan;
  const [leaving, held] = [state === "leaving", state === "held"];
  const slow = leaving || state === "yielding";
  const spec = placed(plan.spec, id);
  const scheduler = state === "elsewhere" ? { schedulerName: "nobody" } : {};
  const metadata = {
    name: plan.name,
    namespace,
    labels: placed({ ...plan.labels }, id),
    finalizers: held ? [HOLD] : [],
    ...(slow && { annotations: LEAVING.annotations }),
  };
  const grace = { terminationGracePeriodSeconds: slow ? LEAVING.grace : 1 };
  const created = await api
    .create<V1Pod>({ apiVersion: "v1", kind: "Pod", metadata, spec: { ...grace, ...spec, ...scheduler } })
    .catch(unlessRefused);
  if (created === undefined) return;
  if (state === "succeeded" || state === "failed") {
    await untilRunning(api, plan.name, namespace);
    const phase = state === "failed" ? "Failed" : "Succeeded";
    await api.patch("Pod", plan.name, namespace, { status: { phase } }, "/status");
  }
  if (leaving || held) {
    await untilRunning(api, plan.name, namespace);
    await api.delete("Pod", plan.name, namespace, held ? 0 : LEAVING.grace);
  }
}

async function untilRunning(api: Api, name: string, namespace: string): Promise<void> {
  const end = performance.now() + 8_000;
  while (performance.now() < end) {
    const { status } = await api.read<V1Pod>("Pod", name, namespace);
    if (status?.phase === "Running") return;
    await delayUntil(performance.now() + 150);
  }
}

async function rollTo(
  api: Api,
  { id, revisions, replicas, strategy }: Scenario,
  index: number,
): Promise<void> {
  const template = placed(templateOf(revisions[index] as TemplatePlan), id);
  const namespace = `${id}-ns`;
  if (index > 0) {
    await api.jsonPatch("Deployment", WORKLOAD, namespace, [
      { op: "replace", path: "/spec/template", value: template },
    ]);
    return;
  }
  await api.create<V1Deployment>({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: WORKLOAD, namespace },
    spec: { replicas, strategy, selector: { matchLabels: { app: WORKLOAD } }, template },
  });
}

const templateOf = ({ labels, spec }: TemplatePlan) => ({
  metadata: { labels: { app: WORKLOAD, ...labels } },
  spec: { terminationGracePeriodSeconds: 1, ...spec },
});

async function createAll(api: Api, objects: readonly KubernetesObject[], id: string): Promise<void> {
  for (const object of objects) {
    const own = placed(object, id);
    await api.create({
      ...own,
      metadata: { ...own.metadata, labels: { conformance: id, ...own.metadata?.labels } },
    });
  }
}

/** A node of kwok's, which makes its pods Ready and lets them go at once. */
function nodeOf(plan: NodePlan, id: string): V1Node {
  const name = placed(plan.name, id);
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: { "kubernetes.io/hostname": name, conformance: id, scn: id, ...placed(plan.labels, id) },
      annotations: { "kwok.x-k8s.io/node": "fake" },
    },
    spec: { taints: placed(plan.taints, id), unschedulable: plan.unschedulable },
    status: {
      allocatable: plan.allocatable,
      capacity: plan.allocatable,
      addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
      conditions: [{ type: "Ready", status: "True", reason: "KubeletReady" }],
    },
  };
}

async function untilNodesReady(api: Api): Promise<void> {
  const end = performance.now() + 60_000;
  for (;;) {
    const nodes = await api.list<V1Node>("Node");
    const waiting = nodes.filter(({ spec }) =>
      spec?.taints?.some(({ key }) => key === "node.kubernetes.io/not-ready"),
    );
    if (waiting.length === 0) return;
    if (performance.now() > end) throw new Error(`${waiting.length} nodes do not become ready`);
    await delayUntil(performance.now() + 500);
  }
}

const idsOf = (scenarios: readonly Scenario[], broken: ReadonlyMap<string, string>): string[] =>
  scenarios.map(({ id }) => id).filter((id) => !broken.has(id));

const delayUntil = (at: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, at - performance.now())));

/** A pod of others that the scenario's own quotas and limits do not admit is not there. */
function unlessRefused(error: unknown): undefined {
  if (!(error instanceof ApiError && (error.code === 403 || error.code === 422))) throw error;
}

function unlessThere(error: unknown): void {
  if (!(error instanceof ApiError && error.code === 409)) throw error;
}
