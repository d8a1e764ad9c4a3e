import { expect, test } from "vitest";
import { withNodePools } from "../../../../src/core/capacity/autoscaling/with-node-pools.ts";
import { type GkeScaling, NO_AUTOSCALING, type NodePool } from "../../../../src/core/model/autoscaling.ts";
import { groupOf, nodeConfig, present, toldGroup } from "./clusters.ts";

const pool: NodePool = {
  name: "web",
  limit: { of: "group", max: 5 },
  groups: [
    { name: "gke-prod-web-1-grp", zone: "b" },
    { name: "gke-prod-web-2-grp", zone: "c" },
  ],
  obstacle: undefined,
  taints: [],
  config: undefined,
};

const gke = (...pools: NodePool[]): GkeScaling => ({
  autopilot: false,
  createsPools: false,
  clusterLimits: new Map(),
  pools,
});

const web = (name: string, zone: string, target?: number) =>
  groupOf("web", zone, { name, target, limit: { of: "group", max: 5 } });

test("withNodePools() leaves a status as it is where the Container API was not asked", () => {
  const status = present([toldGroup("gke-prod-web-1", "b", 2, 5)]);
  expect(withNodePools(status, undefined)).toBe(status);
});

test("withNodePools() takes limits from the API, target and back-off from the status", () => {
  const backoff = { kind: "backoff", text: "QUOTA_EXCEEDED" } as const;
  const told = { ...toldGroup("gke-prod-web-1", "b", 2, 4), obstacle: backoff };
  // A namesake in another zone is another group.
  const namesake = toldGroup("gke-prod-web-2", "b", 9, 9);
  expect(withNodePools(present([told, namesake]), gke(pool)).groups).toEqual([
    { ...web("gke-prod-web-1-grp", "b", 2), obstacle: backoff },
    web("gke-prod-web-2-grp", "c"),
    namesake,
  ]);
});

test("withNodePools() drops groups of pools that scale no more", () => {
  const status = present([toldGroup("gke-prod-web-1", "b", 2, 5)]);
  expect(withNodePools(status, gke({ ...pool, limit: undefined }))).toMatchObject({
    kind: "absent",
    groups: [],
  });
});

test.each(["absent", "unknown"] as const)(
  "withNodePools() knows an autoscaler from its pools where its status is %s",
  (kind) => {
    const status = { ...NO_AUTOSCALING, kind, gaps: [{ what: "cluster autoscaler", why: "403" }] };
    expect(withNodePools(status, gke(pool))).toMatchObject({
      kind: "present",
      gaps: [],
      groups: [{ pool: "web" }, {}],
    });
    expect(withNodePools(status, gke()).kind).toBe("absent");
  },
);

test("withNodePools() keeps the doubt that a status left which cannot be understood", () => {
  const gaps = [{ what: "cluster autoscaler", why: "?" }];
  expect(withNodePools(present([], { gaps }), gke(pool)).gaps).toEqual(gaps);
});

test("withNodePools() has the pool's own obstacle come first", () => {
  const obstacle = { kind: "doubt", text: "a blue-green upgrade is on" } as const;
  const [first] = withNodePools(present([]), gke({ ...pool, obstacle })).groups;
  expect(first?.obstacle).toEqual(obstacle);
});

test("withNodePools() tells of each group how the nodes of its pool are made, which the status does not", () => {
  const config = nodeConfig();
  const since = toldGroup("gke-prod-new-1", "b", 0, 5);
  const { groups } = withNodePools(present([since]), gke({ ...pool, config }));
  expect(groups.map((group) => group.config)).toEqual([config, config, undefined]);
});

test("withNodePools() sees that pools may be created, and Autopilot, whatever the status says", () => {
  expect(withNodePools(NO_AUTOSCALING, { ...gke(), createsPools: true })).toMatchObject({
    kind: "present",
    createsPools: true,
  });
  expect(withNodePools(present([toldGroup("x", "b", 1, 2)]), { ...gke(), autopilot: true })).toMatchObject({
    kind: "autopilot",
    groups: [],
  });
});
