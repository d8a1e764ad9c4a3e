import type { V1Affinity, V1PodAffinityTerm, V1TopologySpreadConstraint } from "@kubernetes/client-node";
import type { Random } from "../random.ts";
import type { PodPlan, TemplatePlan } from "../scenario.ts";
import { HOSTNAME, ZONE } from "./nodes.ts";

/** The pods of the workload, whichever template they have. */
const OURS = { matchLabels: { app: "web", scn: "$scn" } };
const DISK = "disk";

/** G5: spread constraints and affinities between pods, in a template. Tells which. */
export function constrained(
  random: Random,
  template: TemplatePlan,
): { readonly template: TemplatePlan; readonly features: readonly string[] } {
  const kind = random.weighted([
    [5, "spread"],
    [3, "anti-affinity"],
    [2, "affinity"],
    [1, "both"],
  ]);
  const spread = kind === "spread" || kind === "both" ? spreadOf(random) : undefined;
  const affinity: V1Affinity = {
    ...template.spec.affinity,
    ...(kind === "anti-affinity" && { podAntiAffinity: required(antiAffinityOf(random)) }),
    ...((kind === "affinity" || kind === "both") && { podAffinity: required(affinityOf(random)) }),
    ...(kind === "both" && random.chance(0.5) && { podAntiAffinity: required(antiAffinityOf(random)) }),
  };
  return {
    template: {
      labels: { ...template.labels, scn: "$scn", version: random.pick(["v1", "v2"]) },
      spec: { ...template.spec, affinity, ...(spread && { topologySpreadConstraints: spread }) },
    },
    features: [kind],
  };
}

/** Some pods of others repel ours, or want to be with what is there, by every kind of term. */
export function repelling(random: Random, pods: readonly PodPlan[]): PodPlan[] {
  return pods.map((pod) => {
    if (!random.chance(0.15) || pod.state === "pending") return pod;
    const affinity = { ...pod.spec.affinity, podAntiAffinity: required([symmetricTermOf(random, pod)]) };
    return { ...pod, spec: { ...pod.spec, affinity } };
  });
}

const required = (terms: V1PodAffinityTerm[]) => ({ requiredDuringSchedulingIgnoredDuringExecution: terms });

function spreadOf(random: Random): V1TopologySpreadConstraint[] {
  const keys = random.weighted([
    [3, [ZONE]],
    [2, [HOSTNAME]],
    [1, [DISK]],
    [3, [ZONE, HOSTNAME]],
  ]);
  return keys
    .map((topologyKey): V1TopologySpreadConstraint => {
      const selector = random.weighted<V1TopologySpreadConstraint["labelSelector"]>([
        [8, OURS],
        [1, {}],
        [0.7, undefined],
        [1, { matchLabels: { version: "v1" } }],
        [0.7, { matchExpressions: [{ key: "app", operator: "In", values: ["web", "db"] }] }],
      ]);
      return {
        topologyKey,
        maxSkew: random.weighted([
          [5, 1],
          [3, 2],
          [1, 3],
        ]),
        whenUnsatisfiable: random.chance(0.9) ? "DoNotSchedule" : "ScheduleAnyway",
        ...(selector && { labelSelector: selector }),
        ...(selector && random.chance(0.35) && { matchLabelKeys: ["pod-template-hash"] }),
        ...(random.chance(0.2) && { nodeAffinityPolicy: random.pick(["Honor", "Ignore"]) }),
        ...(random.chance(0.3) && { nodeTaintsPolicy: random.pick(["Honor", "Ignore"]) }),
      };
    })
    .map((constraint) =>
      constraint.whenUnsatisfiable === "DoNotSchedule" && random.chance(0.25)
        ? { ...constraint, minDomains: random.int(1, 4) }
        : constraint,
    );
}

function antiAffinityOf(random: Random): V1PodAffinityTerm[] {
  const self: V1PodAffinityTerm = {
    topologyKey: random.pick([HOSTNAME, HOSTNAME, ZONE]),
    labelSelector: OURS,
  };
  const others: V1PodAffinityTerm = {
    topologyKey: random.pick([HOSTNAME, HOSTNAME, ZONE]),
    labelSelector: { matchLabels: { app: random.pick(["db", "cache"]), scn: "$scn" } },
    ...scopeOf(random),
  };
  const keyed = random.chance(0.2) ? { ...self, matchLabelKeys: ["pod-template-hash"] } : self;
  return random.pick([[keyed], [keyed], [others], [keyed, others]]);
}

function affinityOf(random: Random): V1PodAffinityTerm[] {
  const topologyKey = random.pick([ZONE, ZONE, HOSTNAME, DISK]);
  const others = {
    topologyKey,
    labelSelector: { matchLabels: { app: random.pick(["db", "cache"]), scn: "$scn" } },
  };
  return random.weighted<V1PodAffinityTerm[]>([
    [3, [{ topologyKey, labelSelector: OURS }]],
    [3, [{ ...others, ...scopeOf(random) }]],
    [1, [{ topologyKey, labelSelector: OURS, matchLabelKeys: ["pod-template-hash"] }]],
    [1, [{ topologyKey, labelSelector: OURS }, others]],
  ]);
}

/** Which namespaces a term looks at. Labels of the scenario keep it from looking at those of others. */
const scopeOf = (random: Random): Partial<V1PodAffinityTerm> =>
  random.weighted<Partial<V1PodAffinityTerm>>([
    [4, {}],
    [1, { namespaces: ["$other"] }],
    [1, { namespaceSelector: {} }],
    [1, { namespaceSelector: { matchLabels: { team: "$other" } } }],
  ]);

function symmetricTermOf(random: Random, { namespace }: PodPlan): V1PodAffinityTerm {
  const scope = random.weighted<Partial<V1PodAffinityTerm>>([
    [2, namespace === "$ns" ? {} : { namespaces: ["$ns"] }],
    [1, { namespaceSelector: {} }],
    [1, { namespaceSelector: { matchLabels: { team: "$ns" } } }],
    [0.5, { namespaceSelector: { matchLabels: { team: "nobody" } } }],
  ]);
  const labelSelector = random.pick([
    OURS,
    { matchLabels: { app: "web", scn: "$scn", version: "v2" } },
    {
      matchExpressions: [
        { key: "scn", operator: "In", values: ["$scn"] },
        { key: "version", operator: "Exists" },
      ],
    },
  ]);
  return { topologyKey: random.pick([HOSTNAME, ZONE, DISK]), labelSelector, ...scope };
}
