import { expect, test } from "vitest";
import { checkCapacity } from "../../../../src/core/capacity/check.ts";
import type { Node } from "../../../../src/core/model/room.ts";
import { node, olds, podSpec, rolling, scenario } from "../builders.ts";

const pool = (name: string, labels: Node["labels"], extra: Partial<Node> = {}) =>
  node(name, { cpu: "1" }, { labels: { "kubernetes.io/hostname": name, ...labels }, ...extra });

/** A pod that wants a node of the pool `shop`, where the old one is in its way. */
const nodesFix = (nodes: readonly Node[]) =>
  checkCapacity(
    ...scenario({
      replicas: 1,
      strategy: rolling(1, 0),
      nodes,
      pods: olds("n1", 1, { cpu: "1" }),
      pod: podSpec({ cpu: "1" }, { nodeSelector: { pool: "shop" } }),
    }),
  ).fixes.find(({ kind }) => kind === "nodes");

const ours = pool("n1", { pool: "shop" });

test("fixes: more nodes are like one that takes the pod, whatever others of that size there are", () => {
  const others = ["n2", "n3"].map((name) => pool(name, { pool: "other" }));
  expect(nodesFix([ours, ...others])?.text).toBe("one more node like n1 would do");
  expect(nodesFix([...others, ours])?.text).toBe("one more node like n1 would do");
});

test("fixes: more nodes are not like one whose taint keeps the pod off", () => {
  const taints = [{ key: "dedicated", value: "batch", effect: "NoSchedule" }];
  expect(nodesFix([ours, pool("n2", { pool: "shop" }, { taints })])?.text).toBe(
    "one more node like n1 would do",
  );
});

test("fixes: more nodes are of that size where every node would do", () => {
  expect(nodesFix([ours])?.text).toBe("one more node of that size would do");
});

test("fixes: no more nodes where none that is there would do", () => {
  expect(nodesFix([pool("n1", { pool: "other" })])).toBeUndefined();
});
