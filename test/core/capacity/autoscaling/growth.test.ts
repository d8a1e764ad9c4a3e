import { expect, test } from "vitest";
import { growthsOf, poolRoom } from "../../../../src/core/capacity/autoscaling/growth.ts";
import { toOccupancy } from "../../../../src/core/capacity/occupancy.ts";
import type { NodeGroup, SizeLimit } from "../../../../src/core/model/autoscaling.ts";
import type { Node } from "../../../../src/core/model/room.ts";
import { groupOf, poolNode, toldGroup } from "./clusters.ts";

const growths = (groups: readonly NodeGroup[], nodes: readonly Node[]) =>
  growthsOf(
    groups,
    nodes.map((node) => toOccupancy(node, { staying: [], fresh: [], old: [], leaving: [] })),
  );

const NODES = [
  poolNode("gke-prod-web-1-aaaa", "web", "b"),
  poolNode("gke-prod-web-1-bbbb", "web", "b"),
  poolNode("gke-prod-web-2-cccc", "web", "c"),
  poolNode("gke-prod-db-3-dddd", "db", "b"),
];

test("growthsOf() counts the nodes of a pool zone by zone, and room up to the maximum of the zone", () => {
  const found = growths([groupOf("web", "b"), groupOf("web", "c"), groupOf("web", "d")], NODES);
  expect(found.map(({ size, room, models }) => [size, room, models.length])).toEqual([
    [2, 1, 2],
    [1, 2, 1],
    [0, 3, 0],
  ]);
  expect(poolRoom(found)).toEqual({ sure: 6, most: 6 });
});

test("growthsOf() counts nodes that were asked for and are not there yet", () => {
  expect(growths([groupOf("web", "b", { target: 3 })], NODES)).toMatchObject([{ size: 3, room: 0 }]);
  expect(growths([groupOf("web", "b", { target: 1 })], NODES)).toMatchObject([{ size: 2, room: 1 }]);
});

test("growthsOf() shares a maximum of the pool among its zones", () => {
  const limit: SizeLimit = { of: "pool", max: 5 };
  const found = growths([groupOf("web", "b", { limit }), groupOf("web", "c", { limit })], NODES);
  expect(found.map(({ room }) => room)).toEqual([2, 2]);
  expect(poolRoom(found)).toEqual({ sure: 2, most: 2 });
});

test("growthsOf() finds pool and nodes of a group by its name where only the autoscaler tells it", () => {
  expect(growths([toldGroup("gke-prod-web-1", "b", 2, 4)], NODES)).toMatchObject([
    { pool: "web", size: 2, room: 2 },
  ]);
  // What only begins alike is another group, and so is the same name in another zone.
  expect(growths([toldGroup("gke-prod-web", "b", 0, 4)], NODES)).toMatchObject([
    { pool: "gke-prod-web-grp", size: 0 },
  ]);
  expect(growths([toldGroup("gke-prod-web-1", "c", 1, 4)], NODES)).toMatchObject([
    { pool: "gke-prod-web-1-grp", size: 1, models: [] },
  ]);
});

test("growthsOf() takes only ready and schedulable nodes for what a new one would be like", () => {
  const notReady = { key: "node.kubernetes.io/not-ready", value: "", effect: "NoSchedule" };
  const dedicated = { key: "dedicated", value: "web", effect: "NoSchedule" };
  const nodes = [
    poolNode("a", "web", "b", { taints: [notReady] }),
    poolNode("b", "web", "b", { unschedulable: true }),
    poolNode("c", "web", "b", { taints: [dedicated] }),
  ];
  const [growth] = growths([groupOf("web", "b")], nodes);
  expect([growth?.size, growth?.models.map(({ node }) => node.name)]).toEqual([3, ["c"]]);
});

const told = (sizes: readonly (readonly [number, number])[]) =>
  poolRoom(
    growths(
      sizes.map(([target, max], index) => toldGroup(`gke-prod-web-${index}`, `z${index}`, target, max)),
      sizes.map((_, index) => poolNode(`gke-prod-web-${index}-aaaa`, "web", `z${index}`)),
    ),
  );

test("poolRoom() is sure of one zone whatever its maximum is of, and of several only as far as all readings agree", () => {
  expect(told([[2, 5]])).toEqual({ sure: 3, most: 3 });
  // Per zone 2 + 2; of the pool none is left.
  expect(
    told([
      [2, 4],
      [2, 4],
    ]),
  ).toEqual({ sure: 0, most: 4 });
  expect(
    told([
      [1, 9],
      [2, 9],
    ]),
  ).toEqual({ sure: 6, most: 15 });
  // Each has what the others leave it of a maximum of 7.
  expect(
    told([
      [2, 4],
      [3, 5],
    ]),
  ).toEqual({ sure: 2, most: 2 });
  expect(
    told([
      [2, 4],
      [1, 5],
    ]),
  ).toEqual({ sure: 2, most: 6 });
});
