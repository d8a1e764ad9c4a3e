import { expect, test } from "vitest";
import { planOf } from "../../src/core/plan.ts";
import { aWorkload } from "./workloads.ts";

const named = (...entries: [string, string][]) => ({ kind: "named", images: new Map(entries) }) as const;

test("planOf() changes the only app container when one image is wanted, whatever init containers there are", () => {
  const { images, next, changes } = planOf(aWorkload(), { kind: "only", image: "shop/web:2" });
  expect(images).toEqual([
    { container: "web", role: "app", wanted: "shop/web:2", previous: "shop/web:1", digest: "" },
  ]);
  expect(changes).toBe(true);
  expect(next.spec.containers.map(({ image }) => image)).toEqual([
    "shop/migrate:1",
    "shop/proxy:1",
    "shop/web:2",
  ]);
});

test("planOf() changes nothing of the template but the named images", () => {
  const workload = aWorkload();
  const { next } = planOf(workload, named(["migrate", "shop/migrate:2"], ["proxy", "shop/proxy:2"]));
  const expected = JSON.parse(workload.template.json);
  expected.spec.initContainers[0].image = "shop/migrate:2";
  expected.spec.initContainers[1].image = "shop/proxy:2";
  expect(JSON.parse(next.json)).toEqual(expected);
});

test("planOf() says that nothing changes when the images are there already", () => {
  expect(planOf(aWorkload(), named(["web", "shop/web:1"]))).toMatchObject({ changes: false });
});

test("planOf() refuses one image for several containers, and shows the line to write", () => {
  const workload = aWorkload({
    podSpec: {
      containers: [
        { name: "web", image: "shop/web:1" },
        { name: "cache", image: "redis:8" },
      ],
    },
  });
  expect(() => planOf(workload, { kind: "only", image: "shop/web:2" })).toThrow(
    'Input image names one reference, but deployment/web has 2 containers (web, cache); write one line for each container to change, such as "web=shop/web:2"',
  );
});

test("planOf() names the containers that are there when one is unknown", () => {
  expect(() => planOf(aWorkload(), named(["wbe", "shop/web:2"]))).toThrow(
    'Container "wbe" is not in deployment/web; it has migrate (init), proxy (sidecar), web',
  );
});
