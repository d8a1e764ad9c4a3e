import type { Labels } from "./model/labels.ts";
import type { Template } from "./model/pod-spec.ts";
import type { Workload } from "./model/workload.ts";
import type { ImageChange } from "./plan.ts";
import type { ReasonCode } from "./reason.ts";
import type { Run } from "./report/report.ts";

/** One operation of a JSON Patch (RFC 6902). */
export type PatchOperation =
  | { readonly op: "test" | "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

/**
 * Sets the images of exactly the planned containers, and only while the workload is the one that was read: the
 * same uid, and the template that the plan and the pre-check were made for. What somebody changed since is neither
 * rolled out unseen, nor lost in a rollback.
 */
export function forwardPatch(
  workload: Workload,
  images: readonly ImageChange[],
  annotations: Labels,
): PatchOperation[] {
  return [
    ...guards(workload),
    ...images.map(({ container, wanted }): PatchOperation => {
      return { op: "replace", path: `${pathOf(workload.template, container)}/image`, value: wanted };
    }),
    ...annotationOperations(workload, annotations),
  ];
}

/**
 * Puts a template back over our own change: `written` is the workload as our change left it, and any other
 * template that stands there now makes the patch a mismatch.
 */
export function backPatch(written: Workload, previous: Template, annotations: Labels): PatchOperation[] {
  return [
    ...guards(written),
    { op: "replace", path: "/spec/template", value: JSON.parse(previous.json) },
    ...annotationOperations(written, annotations),
  ];
}

/**
 * Fails unless the workload has this uid and this template. The template is compared in its parts: whether its
 * metadata has a null `creationTimestamp` depends on the server's version. A null value stands for an absent map.
 * Source: gopkg.in/evanphx/json-patch.v4 (v4.13.0), `Patch.test`.
 */
function guards({ uid, template }: Workload): PatchOperation[] {
  const { metadata = {}, spec } = JSON.parse(template.json);
  const { labels = null, annotations = null } = metadata ?? {};
  return [
    { op: "test", path: "/metadata/uid", value: uid },
    { op: "test", path: "/spec/template/metadata/labels", value: labels },
    { op: "test", path: "/spec/template/metadata/annotations", value: annotations },
    { op: "test", path: "/spec/template/spec", value: spec },
  ];
}

/** What is noted on the workload beside a change: what it was, and the workflow run and commit that it came from. */
export function annotationsOf(images: readonly ImageChange[], run: Run): Labels {
  const change = images.map(({ container, wanted }) => `${container}=${wanted}`).join(" ");
  return { "kubernetes.io/change-cause": `gke-safe-rollout: ${change}`, ...runAnnotations(run) };
}

/** What is noted on the workload beside a rollback. */
export function rollbackAnnotationsOf({ revision }: Workload, reason: ReasonCode, run: Run): Labels {
  const to = revision === undefined ? "the template before" : `revision ${revision}`;
  return {
    "kubernetes.io/change-cause": `gke-safe-rollout: back to ${to} after ${reason}`,
    ...runAnnotations(run),
  };
}

const runAnnotations = ({ url, sha }: Run): Labels => ({
  ...(url === "" ? {} : { "gke-safe-rollout/run": url }),
  ...(sha === "" ? {} : { "gke-safe-rollout/commit": sha }),
});

function pathOf(template: Template, container: string): string {
  const { spec } = JSON.parse(template.json);
  for (const list of ["containers", "initContainers"]) {
    const index = (spec[list] ?? []).findIndex(({ name }: { name: string }) => name === container);
    if (index >= 0) return `/spec/template/spec/${list}/${index}`;
  }
  throw new Error(`container ${container} is not in the template`);
}

function annotationOperations(workload: Workload, annotations: Labels): PatchOperation[] {
  const entries = Object.entries(annotations);
  if (entries.length === 0) return [];
  const additions = entries.map(
    ([key, value]): PatchOperation => ({ op: "add", path: `/metadata/annotations/${pointer(key)}`, value }),
  );
  if (Object.keys(workload.annotations).length > 0) return additions;
  // Creating the map would wipe what another writer has put there since: guard it with the version that was read.
  return [
    { op: "test", path: "/metadata/resourceVersion", value: workload.resourceVersion },
    { op: "add", path: "/metadata/annotations", value: {} },
    ...additions,
  ];
}

/** Escapes a key as a JSON Pointer token (RFC 6901 §3). */
const pointer = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");
