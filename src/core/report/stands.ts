import type { Workload } from "../model.ts";
import type { Result } from "../reason.ts";
import { type Facts, latestOf } from "./facts.ts";

/**
 * Says in plain sentences what stands in the cluster at the end of a run: which images, how many pods are
 * available, and what was not undone. Empty when the workload was never read.
 */
export function standsOf(facts: Facts, result: Result): readonly string[] {
  const { before } = facts;
  if (before === undefined) return [];
  const name = `deployment/${before.workload.name}`;
  const latest = latestOf(facts) ?? before.workload;
  if (facts.seen !== undefined && facts.seen.workload === undefined)
    return [`${name} is gone: somebody deleted it`];
  if (facts.unsettled) {
    return [
      `${name} had ${imagesOf(latest, facts)} when it was last read: ${availableOf(latest)}`,
      "Our last change was sent and its answer lost, so it may yet take effect: look at the workload before the next run",
    ];
  }
  if (facts.changed === undefined) {
    return [`Nothing was changed. ${name} keeps ${imagesOf(latest, facts)}: ${availableOf(latest)}`];
  }
  return [
    `${name} has ${imagesOf(latest, facts)}: ${availableOf(latest)}`,
    ...changeOf(facts, result, latest),
  ];
}

function changeOf({ changed, restored }: Facts, result: Result, latest: Workload): string[] {
  if (result === "succeeded") return [];
  const { json } = latest.template;
  if (restored !== undefined && json === restored.template.json)
    return ["The template from before is back in place"];
  if (json === changed?.template.json)
    return ["Our change is still in place; the old version was not put back"];
  return ["The template that stands there now is somebody else's; nothing of it was undone"];
}

const availableOf = ({ replicas, status }: Workload): string =>
  `${status.availableReplicas} of ${replicas} pods available`;

function imagesOf({ template }: Workload, { plan }: Facts): string {
  const named = new Set(plan?.images.map(({ container }) => container));
  return template.spec.containers
    .filter(({ name, role }) => (named.size === 0 ? role === "app" : named.has(name)))
    .map(({ name, image }) => `${image} (${name})`)
    .join(", ");
}
