import {
  KubeConfig,
  type KubernetesObject,
  type V1Container,
  type V1PodSpec,
  Watch,
} from "@kubernetes/client-node";
import { type Cluster, startCluster } from "../test/cluster/cluster.ts";
import { Shop } from "../test/e2e/shop.ts";

/** A class of failure as it was recorded, and what first shows it, in a status or an event. */
interface Class {
  readonly name: string;
  readonly sign: RegExp;
  /** What the recorded template had, and the plain one has not. */
  readonly podSpec?: Partial<V1PodSpec>;
  readonly container?: Partial<V1Container>;
  /** What is put in the way of the new pods, where the control plane itself refuses them. */
  readonly hinder?: (cluster: Cluster, shop: Shop) => Promise<unknown>;
}

const PROBE = { httpGet: { path: "/", port: 8080 }, periodSeconds: 5, failureThreshold: 2 };
const PROXY = { name: "proxy", image: "proxy:1", restartPolicy: "Always" };
const MIGRATE = { name: "migrate", image: "migrate:1" };

/** Puts an object with this spec into the namespace. */
const within =
  (apiVersion: string, kind: string, spec: object) =>
  (cluster: Cluster, { namespace }: Shop): Promise<unknown> =>
    cluster.apply({ apiVersion, kind, metadata: { name: "bench", namespace }, spec } as KubernetesObject);

const labelled =
  (of: (shop: Shop) => { kind: string; name: string }, labels: Record<string, string | null>) =>
  (cluster: Cluster, shop: Shop): Promise<unknown> => {
    const { kind, name } = of(shop);
    return cluster.patch({ apiVersion: "v1", kind, metadata: { name } }, { metadata: { labels } });
  };

/** The slowest first: they decide how long the whole takes. */
const CLASSES: readonly Class[] = [
  {
    name: "insufficient-cpu",
    sign: /"Unschedulable"/,
    hinder: (cluster, { node }) => cluster.filler(node, "3850m"),
  },
  {
    name: "node-selector",
    sign: /"Unschedulable"/,
    hinder: labelled(({ node }) => ({ kind: "Node", name: node }), { shop: null }),
  },
  {
    name: "quota-exceeded",
    sign: /"FailedCreate"/,
    hinder: within("v1", "ResourceQuota", { hard: { pods: "1" } }),
  },
  {
    name: "limit-range",
    sign: /"FailedCreate"/,
    hinder: within("v1", "LimitRange", { limits: [{ type: "Container", min: { cpu: "200m" } }] }),
  },
  {
    name: "pod-security",
    sign: /"FailedCreate"/,
    hinder: labelled(({ namespace }) => ({ kind: "Namespace", name: namespace }), {
      "pod-security.kubernetes.io/enforce": "restricted",
    }),
  },
  { name: "sandbox-network", sign: /FailedCreatePodSandBox/ },
  { name: "sidecar-exit-2", sign: /"terminated":\{[^}]*"exitCode":2/, podSpec: { initContainers: [PROXY] } },
  { name: "evicted-emptydir", sign: /"Evicted"/ },
  { name: "registry-refused", sign: /ErrImagePull/ },
  { name: "readiness-404", sign: /Readiness probe failed/ },
  { name: "startup-refused", sign: /Startup probe failed/, container: { startupProbe: PROBE } },
  { name: "init-exit-1", sign: /"terminated":\{[^}]*"exitCode":1/, podSpec: { initContainers: [MIGRATE] } },
  { name: "exit-0", sign: /"terminated":\{[^}]*"exitCode":0/ },
  { name: "exit-1", sign: /"terminated":\{[^}]*"exitCode":1/ },
  { name: "post-start-hook", sign: /FailedPostStartHook|PostStartHookError/ },
  { name: "configmap-missing", sign: /CreateContainerConfigError|configmap \\"\w+\\" not found/ },
  { name: "volume-configmap-missing", sign: /FailedMount/ },
  { name: "liveness-404", sign: /Liveness probe failed/, container: { livenessProbe: PROBE } },
  { name: "image-tag-missing", sign: /ErrImagePull/ },
  { name: "image-unauthorized", sign: /ErrImagePull/ },
  { name: "oom-killed", sign: /OOMKilled/ },
  { name: "exec-format-error", sign: /"terminated":\{/ },
  { name: "command-not-found", sign: /StartError|RunContainerError/ },
  { name: "image-index-no-platform", sign: /ErrImagePull/ },
  { name: "image-name-invalid", sign: /InvalidImageName/ },
  { name: "image-never-pull", sign: /ErrImageNeverPull/ },
  { name: "run-as-non-root", sign: /CreateContainerConfigError|runAsNonRoot/ },
  { name: "secret-key-missing", sign: /CreateContainerConfigError|couldn't find key/ },
  { name: "volume-key-missing", sign: /FailedMount/ },
];

/** Rollouts under way at one time. */
const AT_ONCE = 8;

interface Verdict {
  readonly name: string;
  readonly reason: string;
  /** From the first sign to the end of the process, in seconds. */
  readonly seconds: number | undefined;
}

/**
 * Prints how long after its first sign each class of failure ends the run, on a real control plane, with pods that
 * fail as recorded. `ACTION_DIST` names another build than `dist`.
 */
async function verdicts(names: readonly string[]): Promise<void> {
  await using cluster = await startCluster();
  const config = new KubeConfig();
  config.loadFromFile(await cluster.kubeconfig());
  const left = CLASSES.filter(({ name }) => names.length === 0 || names.includes(name));
  const told: Verdict[] = [];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const verdict = await verdictOn(cluster, config, next);
      told.push(verdict);
      console.log(lineOf(verdict));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const wrong = told.filter(({ reason, seconds }) => reason === "" || seconds === undefined);
  if (wrong.length > 0) throw new Error(`no verdict on ${wrong.map(({ name }) => name).join(", ")}`);
}

async function verdictOn(
  cluster: Cluster,
  config: KubeConfig,
  { name, sign, podSpec = {}, container = {}, hinder }: Class,
): Promise<Verdict> {
  const shop = await Shop.open(cluster, { replicas: 1, podSpec, containers: [container] });
  if (hinder === undefined) cluster.behaviour(shop.image("2"), { kind: "recording", name });
  await hinder?.(cluster, shop);
  await using first = await firstSign(config, shop.namespace, sign);
  const { outputs } = await shop.deploy("2", {
    "on-failure": "leave",
    precheck: "off",
    "log-lines": "30",
    "stable-for": "auto",
  });
  const end = performance.now();
  const seconds = first.at === undefined ? undefined : (end - first.at) / 1000;
  return { name, reason: outputs.reason ?? "", seconds };
}

interface Sighting extends AsyncDisposable {
  /** When the sign was first seen, by `performance.now()`. */
  at: number | undefined;
}

/** Watches pods and events of a namespace beside the action. */
async function firstSign(config: KubeConfig, namespace: string, sign: RegExp): Promise<Sighting> {
  const watch = new Watch(config);
  const look = (_type: string, object: unknown): void => {
    if (sighting.at === undefined && sign.test(JSON.stringify(object))) sighting.at = performance.now();
  };
  const watches = ["pods", "events"].map((kind) =>
    watch.watch(`/api/v1/namespaces/${namespace}/${kind}`, {}, look, () => undefined),
  );
  const sighting: Sighting = {
    at: undefined,
    async [Symbol.asyncDispose]() {
      for (const each of watches) (await each).abort();
    },
  };
  await Promise.all(watches);
  return sighting;
}

const lineOf = ({ name, reason, seconds }: Verdict): string =>
  `${name.padEnd(26)} ${reason.padEnd(24)} ${seconds?.toFixed(1).padStart(6) ?? "     –"} s`;

await verdicts(process.argv.slice(2));
