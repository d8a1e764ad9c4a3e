import type { KubernetesObject } from "@kubernetes/client-node";
import { Random } from "../random.ts";
import type { Scenario, TemplatePlan } from "../scenario.ts";
import { nodesOf } from "./nodes.ts";
import { podsOf } from "./pods.ts";
import { rolloutOf } from "./rollout.ts";
import { changed, templateOf, withImage } from "./templates.ts";

/** The scenario of a seed; the same one on every machine. */
export function scenarioOf(seed: number, id: string): Scenario {
  const random = new Random(seed);
  const nodes = nodesOf(random);
  const pods = podsOf(random, nodes);
  const { replicas, strategy } = rolloutOf(random);
  const first = changed(random, templateOf(random), nodes, 1);
  const second = random.chance(0.15)
    ? changed(random, withImage(first.template, "web:2"), nodes, 2)
    : undefined;
  const latest = second?.template ?? first.template;
  const next = changed(random, withImage(latest, "web:3"), nodes, random.pick([0, 1, 2, 3]));
  const back = second !== undefined && random.chance(0.2);
  const change = back ? first.template : next.template;
  const all = [first.template, ...(second ? [second.template] : []), change];
  return {
    id,
    features: [
      strategy.type,
      ...(second ? ["mid-rollout"] : []),
      ...(back ? ["rollback"] : next.features),
      ...new Set(pods.map(({ state }) => `pod:${state}`)),
    ],
    nodes,
    pods,
    namespaceLabels: {},
    before: priorityClasses(all, pods),
    after: [],
    replicas,
    strategy,
    revisions: all.slice(0, -1),
    change,
  };
}

const CLASSES: Readonly<Record<string, object>> = {
  $high: { value: 1000 },
  $low: { value: -5 },
  $never: { value: 1000, preemptionPolicy: "Never" },
};

/** The classes that are named. */
function priorityClasses(
  templates: readonly TemplatePlan[],
  pods: readonly { spec: { priorityClassName?: string } }[],
): KubernetesObject[] {
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
