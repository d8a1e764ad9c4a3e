import { expect, test } from "vitest";
import { annotationsOf, backPatch, forwardPatch, rollbackAnnotationsOf } from "../../src/core/change.ts";
import { planOf } from "../../src/core/plan.ts";
import { aWorkload } from "./workloads.ts";

const RUN = { url: "https://github.com/shop/web/actions/runs/7", number: "7", sha: "c0ffee", actor: "ada" };
const plan = (workload = aWorkload()) =>
  planOf(workload, {
    kind: "named",
    images: new Map([
      ["web", "shop/web:2"],
      ["proxy", "shop/proxy:2"],
    ]),
  });

test("forwardPatch() guards uid, name and image of each container, and replaces the images alone", () => {
  expect(forwardPatch(aWorkload(), plan().images, {})).toEqual([
    { op: "test", path: "/metadata/uid", value: "u-1" },
    { op: "test", path: "/spec/template/spec/containers/0/name", value: "web" },
    { op: "test", path: "/spec/template/spec/containers/0/image", value: "shop/web:1" },
    { op: "replace", path: "/spec/template/spec/containers/0/image", value: "shop/web:2" },
    { op: "test", path: "/spec/template/spec/initContainers/1/name", value: "proxy" },
    { op: "test", path: "/spec/template/spec/initContainers/1/image", value: "shop/proxy:1" },
    { op: "replace", path: "/spec/template/spec/initContainers/1/image", value: "shop/proxy:2" },
  ]);
});

test("forwardPatch() adds annotations beside the ones that are there", () => {
  expect(forwardPatch(aWorkload(), [], { "gke-safe-rollout/run": "url" })).toEqual([
    { op: "test", path: "/metadata/uid", value: "u-1" },
    { op: "add", path: "/metadata/annotations/gke-safe-rollout~1run", value: "url" },
  ]);
});

test("forwardPatch() creates the annotations of a workload that has none only while nobody else wrote to it", () => {
  expect(forwardPatch(aWorkload({ annotations: {} }), [], { "a/b": "c" })).toEqual([
    { op: "test", path: "/metadata/uid", value: "u-1" },
    { op: "test", path: "/metadata/resourceVersion", value: "77" },
    { op: "add", path: "/metadata/annotations", value: {} },
    { op: "add", path: "/metadata/annotations/a~1b", value: "c" },
  ]);
});

test("backPatch() replaces the whole template, and only over exactly our own", () => {
  const before = aWorkload();
  const ours = { ...before, template: plan().next };
  expect(backPatch(ours, before.template, {})).toEqual([
    { op: "test", path: "/metadata/uid", value: "u-1" },
    { op: "test", path: "/spec/template", value: JSON.parse(plan().next.json) },
    { op: "replace", path: "/spec/template", value: JSON.parse(before.template.json) },
  ]);
});

test("annotationsOf() notes the change, the run and the commit", () => {
  expect(annotationsOf(plan().images, RUN)).toEqual({
    "kubernetes.io/change-cause": "gke-safe-rollout: web=shop/web:2 proxy=shop/proxy:2",
    "gke-safe-rollout/run": "https://github.com/shop/web/actions/runs/7",
    "gke-safe-rollout/commit": "c0ffee",
  });
});

test("annotationsOf() leaves out what is not known outside GitHub", () => {
  expect(Object.keys(annotationsOf(plan().images, { url: "", number: "", sha: "", actor: "" }))).toEqual([
    "kubernetes.io/change-cause",
  ]);
});

test("rollbackAnnotationsOf() names the revision that comes back, and why", () => {
  expect(rollbackAnnotationsOf(aWorkload(), "ImageNotFound", RUN)).toMatchObject({
    "kubernetes.io/change-cause": "gke-safe-rollout: back to revision 4 after ImageNotFound",
  });
});
