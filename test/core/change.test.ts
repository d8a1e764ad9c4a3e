import { expect, test } from "vitest";
import { annotationsOf, backPatch, forwardPatch, rollbackAnnotationsOf } from "../../src/core/change.ts";
import type { Workload } from "../../src/core/model/workload.ts";
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

/** The operations that let a patch through only over this very template. */
const guardsOf = ({ template }: Workload) => {
  const { metadata, spec } = JSON.parse(template.json);
  return [
    { op: "test", path: "/metadata/uid", value: "u-1" },
    { op: "test", path: "/spec/template/metadata/labels", value: metadata.labels },
    { op: "test", path: "/spec/template/metadata/annotations", value: metadata.annotations ?? null },
    { op: "test", path: "/spec/template/spec", value: spec },
  ];
};

test("forwardPatch() guards uid and template, and replaces the images alone", () => {
  expect(forwardPatch(aWorkload(), plan().images, {})).toEqual([
    ...guardsOf(aWorkload()),
    { op: "replace", path: "/spec/template/spec/containers/0/image", value: "shop/web:2" },
    { op: "replace", path: "/spec/template/spec/initContainers/1/image", value: "shop/proxy:2" },
  ]);
});

test("forwardPatch() adds annotations beside the ones that are there", () => {
  expect(forwardPatch(aWorkload(), [], { "gke-safe-rollout/run": "url" })).toEqual([
    ...guardsOf(aWorkload()),
    { op: "add", path: "/metadata/annotations/gke-safe-rollout~1run", value: "url" },
  ]);
});

test("forwardPatch() creates the annotations of a workload that has none only while nobody else wrote to it", () => {
  expect(forwardPatch(aWorkload({ annotations: {} }), [], { "a/b": "c" })).toEqual([
    ...guardsOf(aWorkload()),
    { op: "test", path: "/metadata/resourceVersion", value: "77" },
    { op: "add", path: "/metadata/annotations", value: {} },
    { op: "add", path: "/metadata/annotations/a~1b", value: "c" },
  ]);
});

test("backPatch() replaces the whole template, and only over exactly our own", () => {
  const before = aWorkload();
  const ours = { ...before, template: plan().next };
  expect(backPatch(ours, before.template, {})).toEqual([
    ...guardsOf(ours),
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
