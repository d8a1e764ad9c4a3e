import type { KubernetesObject } from "@kubernetes/client-node";
import { Random } from "../random.ts";
import type { PodPlan, Scenario, TemplatePlan } from "../scenario.ts";
import { type Admission, admissionOf } from "./admission.ts";
import { constrained, repelling } from "./constraints.ts";
import { nodesOf } from "./nodes.ts";
import { podsOf } from "./pods.ts";
import { rolloutOf } from "./rollout.ts";
import { mounted, type Storage, sharing, storageOf } from "./storage.ts";
import { changed, templateOf, withImage } from "./templates.ts";

const NO_ADMISSION: Admission = { features: [], namespaceLabels: {}, before: [], after: [] };
const NO_STORAGE: Storage = { features: [], objects: [], always: [], added: [], theirs: [] };

/** The scenario of a seed; the same one on every machine. */
export function scenarioOf(seed: number, id: string): Scenario {
  const random = new Random(seed);
  const nodes = nodesOf(random);
  const { replicas, strategy } = rolloutOf(random);
  const storage = random.chance(0.12) ? storageOf(random, nodes) : NO_STORAGE;
  const admission = random.chance(0.15) ? admissionOf(random, replicas) : NO_ADMISSION;
  const between = random.chance(0.35) ? random.pick(["always", "changed", "neighbours"] as const) : undefined;
  const pods = podsFor(random, podsOf(random, nodes), {
    between,
    claims: [...storage.always, ...storage.added],
    theirs: storage.theirs,
  });
  const first = changed(random, mounted(templateOf(random), storage.always), nodes, 1);
  const start =
    between === "always" ? constrained(random, first.template) : { template: first.template, features: [] };
  const second = random.chance(0.15)
    ? changed(random, withImage(start.template, "web:2"), nodes, 2)
    : undefined;
  const next = changed(
    random,
    withImage(mounted(second?.template ?? start.template, storage.added), "web:3"),
    nodes,
    random.pick([0, 1, 2, 3]),
  );
  const last =
    between === "changed" ? constrained(random, next.template) : { template: next.template, features: [] };
  const back = second !== undefined && random.chance(0.2);
  const scaledTo = random.chance(second === undefined ? 0.04 : 0.25) ? random.int(1, 8) : undefined;
  const budgets = random.chance(0.08) ? [budgetOf(random)] : [];
  const revisions = [start.template, ...(second ? [second.template] : [])];
  const change = back ? start.template : last.template;
  return {
    id,
    features: [
      strategy.type,
      ...(second ? ["mid-rollout"] : []),
      ...(back ? ["rollback"] : [...next.features, ...last.features]),
      ...start.features,
      ...(between === "neighbours" ? ["neighbours"] : []),
      ...(scaledTo === undefined ? [] : ["scaled"]),
      ...(budgets.length > 0 ? ["budget"] : []),
      ...storage.features,
      ...admission.features,
      ...new Set(pods.map(({ state }) => `pod:${state}`)),
    ],
    nodes,
    pods,
    namespaceLabels: { team: "$ns", ...admission.namespaceLabels },
    before: [
      ...priorityClasses([...revisions, change], pods),
      ...runtimeClasses([...revisions, change]),
      ...storage.objects,
      ...budgets,
      ...admission.before,
    ],
    after: admission.after,
    replicas,
    strategy,
    revisions,
    ...(scaledTo !== undefined && { scaledTo }),
    change,
  };
}

function podsFor(
  random: Random,
  pods: readonly PodPlan[],
  { between, ...storage }: { readonly between: string | undefined } & Parameters<typeof sharing>[2],
): readonly PodPlan[] {
  const repelled = between === undefined ? pods : repelling(random, pods);
  return storage.claims.length === 0 ? repelled : sharing(random, repelled, storage);
}

/** What preemption would rather not break. */
const budgetOf = (random: Random): KubernetesObject =>
  ({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "budget", namespace: random.pick(["$ns", "$other"]) },
    spec: {
      minAvailable: random.pick(["100%", 1]),
      selector: { matchLabels: { app: random.pick(["db", "cache", "batch", "web"]) } },
    },
  }) as KubernetesObject;

const CLASSES: Readonly<Record<string, object>> = {
  $high: { value: 1000 },
  $low: { value: -5 },
  $never: { value: 1000, preemptionPolicy: "Never" },
};

/** The classes that are named. */
function priorityClasses(templates: readonly TemplatePlan[], pods: readonly PodPlan[]): KubernetesObject[] {
  const named = new Set([...templates, ...pods].map(({ spec }) => spec.priorityClassName));
  return Object.entries(CLASSES)
    .filter(([name]) => named.has(name))
    .map(([name, rest]) => ({
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { name },
      ...rest,
    }));
}

/** The class of sandboxed pods, which cost more than what is in them. */
const runtimeClasses = (templates: readonly TemplatePlan[]): KubernetesObject[] =>
  templates.some(({ spec }) => spec.runtimeClassName !== undefined)
    ? [
        {
          apiVersion: "node.k8s.io/v1",
          kind: "RuntimeClass",
          metadata: { name: "$sandbox" },
          handler: "sandbox",
          overhead: { podFixed: { cpu: "250m", memory: "64Mi" } },
        } as KubernetesObject,
      ]
    : [];
