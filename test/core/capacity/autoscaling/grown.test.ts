import { expect, test } from "vitest";
import { freshNode } from "../../../../src/core/capacity/autoscaling/fresh-node.ts";
import { grown, takersOf } from "../../../../src/core/capacity/autoscaling/grown.ts";
import { type Model, modelOf } from "../../../../src/core/capacity/model.ts";
import { toOccupancy } from "../../../../src/core/capacity/occupancy.ts";
import { NO_STORAGE } from "../../../../src/core/model/storage.ts";
import { olds, placed, podSpec, scenario } from "../builders.ts";
import { poolNode } from "./clusters.ts";

const taint = (key: string) => ({ key, value: "", effect: "NoSchedule" });

test("freshNode() has another name, the daemon pods and the lasting taints of its like, and nothing else", () => {
  const taints = [
    "dedicated",
    "node.kubernetes.io/disk-pressure",
    "ToBeDeletedByClusterAutoscaler",
    "startup-taint.cluster-autoscaler.kubernetes.io/agent",
    "cloud.google.com/impending-node-termination",
    "cloud.google.com/gke-spot",
  ].map(taint);
  const daemon = placed("a", { cpu: "100m" }, { name: "agent", daemon: true });
  const like = toOccupancy(poolNode("a", "web", "b", { taints, unschedulable: true }), {
    staying: [daemon, placed("a", { cpu: "1" })],
    fresh: [placed("a", { cpu: "1" })],
    old: olds("a", 1, { cpu: "1" }),
    leaving: [],
  });
  expect(freshNode(like, "n")).toEqual(
    toOccupancy(
      {
        ...like.node,
        name: "n",
        labels: { ...like.node.labels, "kubernetes.io/hostname": "n" },
        unschedulable: false,
        taints: [taint("dedicated"), taint("cloud.google.com/gke-spot")],
      },
      { staying: [{ ...daemon, nodeName: "n" }], fresh: [], old: [], leaving: [] },
    ),
  );
});

const nodes = [poolNode("a", "web", "b"), poolNode("b", "web", "c")];

function modelWith(pod = podSpec({ cpu: "1" }), storage = NO_STORAGE): Model {
  return modelOf(
    ...scenario({ replicas: 1, nodes, pod, pods: olds("a", 1, { cpu: "1" }), snapshot: { storage } }),
  );
}

test("grown() adds nodes of different names, each with the volume drivers of its like", () => {
  const drivers = { limits: new Map([["pd.csi.storage.gke.io", 15]]), migrated: new Set<string>() };
  const model = modelWith(undefined, { ...NO_STORAGE, csiNodes: new Map([["a", drivers]]) });
  const [a, b] = model.nodes;
  const more = grown(
    model,
    [a, a, b].flatMap((like) => like ?? []),
  );
  const names = more.nodes.map(({ node }) => node.name);
  expect([names.length, new Set(names).size, names.slice(0, 2)]).toEqual([5, 5, ["a", "b"]]);
  expect([...more.storage.csiNodes.keys()]).toEqual(["a", names[2], names[3]]);
  expect(more.storage.csiNodes.get(names[2] ?? "")).toEqual(drivers);
});

test("takersOf() tells nodes that would take the pod from those that would not", () => {
  const model = modelWith(podSpec({ cpu: "1" }, { nodeSelector: { "topology.kubernetes.io/zone": "c" } }));
  expect(takersOf(model, model.nodes)).toEqual([false, true]);
});
