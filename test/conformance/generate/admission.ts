import type { KubernetesObject } from "@kubernetes/client-node";
import type { Random } from "../random.ts";

/** What of admission a scenario has. */
export interface Admission {
  readonly features: readonly string[];
  readonly namespaceLabels: Readonly<Record<string, string>>;
  /** There before the first pod. */
  readonly before: readonly KubernetesObject[];
  /** Made once the old pods stand. */
  readonly after: readonly KubernetesObject[];
}

/** G7: quotas, defaults and limits of a namespace, Pod Security. */
export function admissionOf(random: Random, replicas: number): Admission {
  const kinds = random.weighted([
    [4, ["quota"]],
    [3, ["limit-range"]],
    [1, ["pod-security"]],
    [1, ["quota", "limit-range"]],
    [1, ["quota", "quota"]],
  ]);
  const objects = kinds.flatMap((kind, index) => {
    if (kind === "quota")
      return [{ early: random.chance(0.3), object: quotaOf(random, `quota-${index}`, replicas) }];
    if (kind === "limit-range") return [{ early: random.chance(0.5), object: limitRangeOf(random) }];
    return [];
  });
  return {
    features: [...new Set(kinds)],
    namespaceLabels: kinds.includes("pod-security")
      ? { "pod-security.kubernetes.io/enforce": random.pick(["baseline", "restricted", "privileged"]) }
      : {},
    before: objects.filter(({ early }) => early).map(({ object }) => object),
    after: objects.filter(({ early }) => !early).map(({ object }) => object),
  };
}

function quotaOf(random: Random, name: string, replicas: number): KubernetesObject {
  const pods = String(replicas + random.int(0, 6));
  const cpu = String(Math.max(1, Math.round((replicas + 2) * random.pick([0.5, 0.75, 1, 1.5, 2.5]))));
  const hard = random.pick<Record<string, string>>([
    { pods },
    { "count/pods": pods },
    { "requests.cpu": cpu },
    { cpu },
    { "limits.cpu": cpu },
    { "requests.memory": random.pick(["2Gi", "6Gi"]), pods },
    { "requests.cpu": cpu, "requests.memory": "8Gi", pods: "50" },
    { "requests.example.com/widget": String(random.int(0, 4)) },
    { "requests.ephemeral-storage": "1Gi" },
  ]);
  const scope = random.weighted<object>([
    [6, {}],
    [1, { scopes: [random.pick(["NotTerminating", "Terminating"])] }],
    [1, { scopes: [random.pick(["BestEffort", "NotBestEffort"])] }],
    [
      1,
      {
        scopeSelector: {
          matchExpressions: [
            { scopeName: "PriorityClass", operator: random.pick(["Exists", "DoesNotExist"]) },
          ],
        },
      },
    ],
    [
      1,
      {
        scopeSelector: {
          matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: ["$high"] }],
        },
      },
    ],
    [0.5, { scopes: ["CrossNamespacePodAffinity"] }],
  ]);
  // With these scopes the API takes quotas of pods only, or of little else.
  const named = (names: readonly string[]) =>
    names.some((name) => JSON.stringify(scope).includes(`"${name}"`));
  const isUsual = Object.keys(hard).every((name) => /^(requests\.|limits\.)?(cpu|memory|pods)$/.test(name));
  const podsOnly =
    named(["BestEffort", "PriorityClass", "CrossNamespacePodAffinity"]) ||
    (named(["Terminating", "NotTerminating"]) && !isUsual);
  const spec = { hard: podsOnly ? { pods } : hard, ...scope };
  return {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name, namespace: "$ns" },
    spec,
  } as KubernetesObject;
}

function limitRangeOf(random: Random): KubernetesObject {
  const limits = random.pick<object[]>([
    [{ type: "Container", default: { cpu: "2", memory: "1Gi" }, defaultRequest: { cpu: "300m" } }],
    [{ type: "Container", defaultRequest: { cpu: "1", memory: "256Mi" } }],
    [{ type: "Container", max: { cpu: "1500m" } }],
    [{ type: "Container", min: { cpu: "200m" }, max: { cpu: "2" } }],
    [{ type: "Container", min: { memory: "100Mi" }, default: { memory: "512Mi" } }],
    [{ type: "Container", maxLimitRequestRatio: { cpu: "2" }, default: { cpu: "1" } }],
    [{ type: "Pod", max: { cpu: "1" } }],
    [{ type: "Pod", min: { memory: "200Mi" }, max: { memory: "4Gi" } }],
    [
      { type: "Container", default: { cpu: "500m" } },
      { type: "Pod", max: { cpu: "2" } },
    ],
  ]);
  return {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "limits", namespace: "$ns" },
    spec: { limits },
  } as KubernetesObject;
}
