import type { Random } from "../random.ts";
import type { NodePlan, PodPlan } from "../scenario.ts";
import { EXTENDED } from "./nodes.ts";

/** G2: pods of others, in every state in which the scheduler may find them. */
export function podsOf(random: Random, nodes: readonly NodePlan[]): PodPlan[] {
  const perNode = random.pick([0, 0.5, 1, 2]);
  const quiet = random.chance(0.4);
  const onNodes = nodes.flatMap((node) =>
    Array.from({ length: Math.min(4, Math.round(perNode * random.next() * 1.6)) }, () => ({
      ...podOf(random, quiet),
      node,
    })),
  );
  const waiting = random.chance(0.15) ? [podOf(random, true)] : [];
  const strange = random.chance(0.3) ? "elsewhere" : "pending";
  return [
    ...onNodes.map(({ node, ...pod }, index) => ({
      ...pod,
      name: `p${index}`,
      spec: { ...pod.spec, nodeName: node.name },
    })),
    ...waiting.map((pod, index): PodPlan => {
      // No node has this label: it waits for ever, and takes nothing.
      const spec = { ...pod.spec, nodeSelector: { scn: "$scn", never: "here" } };
      return { ...pod, name: `w${index}`, state: strange, spec };
    }),
    ...(random.chance(0.08) ? preempting(random, random.pick(nodes)) : []),
  ];
}

/** A pod that has been promised the room of another one, which takes its time to go. */
function preempting(random: Random, { name, allocatable: { cpu = "1" } }: NodePlan): PodPlan[] {
  const most = cpu.endsWith("m") ? Number.parseInt(cpu, 10) : 1_000 * Number(cpu);
  const share = { cpu: `${Math.round(most * random.pick([0.6, 0.75, 0.9]))}m` };
  const quiet = { ...podOf(random, true), labels: { app: "batch", scn: "$scn" } };
  const container = { name: "main", image: "registry.example/other:1", resources: { requests: share } };
  const spec = { tolerations: [{ operator: "Exists" }], containers: [container] };
  return [
    {
      ...quiet,
      name: "v0",
      state: "yielding",
      spec: { ...spec, priorityClassName: "$low", nodeName: name },
    },
    {
      ...quiet,
      name: "w-first",
      state: "pending",
      spec: { ...spec, priorityClassName: "$high", nodeSelector: { "kubernetes.io/hostname": name } },
    },
  ];
}

function podOf(random: Random, quiet: boolean): Omit<PodPlan, "name"> {
  const state: PodPlan["state"] = quiet
    ? "running"
    : random.weighted([
        [8, "running"],
        [0.4, "elsewhere"],
        [1.2, "leaving"],
        [0.4, "held"],
        [0.6, "succeeded"],
        [0.6, "failed"],
      ]);
  const requests = {
    ...(random.chance(0.85) && { cpu: random.pick(["100m", "500m", "250m", "1", "800m"]) }),
    ...(random.chance(0.4) && { memory: random.pick(["256Mi", "1Gi", "300M"]) }),
  };
  const devices = random.chance(0.03) ? { [EXTENDED]: "1" } : {};
  const ports = random.chance(0.08)
    ? {
        ports: [
          {
            containerPort: 80,
            hostPort: 8000 + random.int(0, 1),
            ...(random.chance(0.3) && { hostIP: "127.0.0.1" }),
          },
        ],
      }
    : {};
  const priority = quiet
    ? undefined
    : random.weighted([
        [8, undefined],
        [1, "$low"],
        [1, "$high"],
      ]);
  return {
    namespace: random.chance(0.7) ? "$ns" : "$other",
    labels: { app: random.pick(["db", "cache", "batch"]), scn: "$scn" },
    state,
    spec: {
      ...(priority !== undefined && { priorityClassName: priority }),
      tolerations: [{ operator: "Exists" }],
      containers: [
        {
          name: "main",
          image: "registry.example/other:1",
          resources: {
            requests: { ...requests, ...devices },
            ...(Object.keys(devices).length > 0 && { limits: devices }),
          },
          ...ports,
        },
      ],
    },
  };
}
