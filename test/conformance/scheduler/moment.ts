import type { V1Namespace, V1Node, V1Pod, V1PodDisruptionBudget } from "@kubernetes/client-node";
import { Random } from "../random.ts";
import { GPU, incomingPod, NAMESPACES, nominatedPod, placedPod, selectorOf } from "./pods.ts";

/** A cluster at one moment, and one pod to come. */
export interface Moment {
  readonly nodes: readonly V1Node[];
  readonly pods: readonly V1Pod[];
  /** Pods that are promised a node, and are not there yet. */
  readonly nominated: readonly V1Pod[];
  readonly namespaces: readonly V1Namespace[];
  readonly budgets: readonly V1PodDisruptionBudget[];
  readonly pod: V1Pod;
}

/** The moment of a seed: few nodes, with all that the filters of the scheduler look at. */
export function momentOf(seed: number): Moment {
  const random = new Random(seed);
  const count = random.int(1, 6);
  const some = <T>(most: number, make: (index: number) => T): T[] =>
    Array.from({ length: random.int(0, most) }, (_, index) => make(index));
  const pod = incomingPod(random, count);
  return {
    nodes: Array.from({ length: count }, (_, index) => nodeOf(random, `n${index}`)),
    pods: some(10, (index) => placedPod(random, index, count)),
    nominated:
      random.chance(0.2) && !hasEmptySpread(pod)
        ? some(2, (index) => nominatedPod(random, `w${index}`, count))
        : [],
    namespaces: NAMESPACES.map((name) => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name,
        labels: { tier: random.pick(["a", "b"]), "kubernetes.io/metadata.name": name },
      },
    })),
    budgets: random.chance(0.3) ? some(3, (index) => budgetOf(random, `b${index}`)) : [],
    pod,
  };
}

/**
 * To a constraint with an empty selector the scheduler counts none of the pods that are there, and yet each that it
 * adds for a promise. Ours counts none of either.
 * Source: pkg/scheduler/framework/plugins/podtopologyspread (v1.36.3), `countPodsMatchSelector`, `updateWithPod`.
 */
const hasEmptySpread = ({ spec }: V1Pod): boolean =>
  spec?.topologySpreadConstraints?.some(
    ({ labelSelector }) => labelSelector && Object.keys(labelSelector).length === 0,
  ) === true;

function nodeOf(random: Random, name: string): V1Node {
  const tainted = random.chance(0.15);
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      ...{ name, uid: name },
      labels: {
        "kubernetes.io/hostname": name,
        ...(random.chance(0.9) && { zone: random.pick(["a", "b", "c"]) }),
        ...(random.chance(0.4) && { rack: random.pick(["1", "2"]) }),
        size: random.pick(["1", "5", "x"]),
      },
    },
    spec: {
      ...(random.chance(0.08) && { unschedulable: true }),
      ...(tainted && {
        taints: [
          {
            key: random.pick(["team", "x"]),
            value: "v",
            effect: random.pick(["NoSchedule", "NoExecute", "PreferNoSchedule"]),
          },
        ],
      }),
    },
    status: {
      allocatable: {
        cpu: random.pick(["500m", "1", "2"]),
        memory: random.pick(["256Mi", "1Gi", "2Gi"]),
        "ephemeral-storage": "10Gi",
        ...(random.chance(0.95) && { pods: String(random.int(1, 5)) }),
        ...(random.chance(0.3) && { [GPU]: "1" }),
      },
    },
  };
}

function budgetOf(random: Random, name: string): V1PodDisruptionBudget {
  const selector = selectorOf(random);
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name, uid: name, namespace: random.pick(NAMESPACES) },
    spec: { ...(selector && { selector }) },
    status: {
      disruptionsAllowed: random.int(0, 2),
      ...(random.chance(0.2) && { disruptedPods: { p0: "2024-01-02T00:00:00Z" as never } }),
      ...{ currentHealthy: 3, desiredHealthy: 2, expectedPods: 3 },
    },
  };
}
