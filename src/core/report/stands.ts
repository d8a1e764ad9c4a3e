import type { Workload } from "../model/workload.ts";
import type { Result } from "../reason.ts";
import { type Facts, latestOf } from "./facts.ts";
import type { Report } from "./report.ts";

/** Whether this run wrote the template: `unknown` when the answer was lost and reading did not show the change. */
export function touchedOf({ changed, unsettled }: Facts): Report["touched"] {
  if (changed !== undefined) return "yes";
  return unsettled ? "unknown" : "no";
}

/** Whose template stands at the end, by comparing it with those that this run read and wrote. */
export function templateOf(facts: Facts): Report["template"] {
  const { before, changed, restored, seen, unsettled, overtaken } = facts;
  const latest = latestOf(facts);
  if (unsettled || before === undefined || latest === undefined) return "unknown";
  if (seen !== undefined && seen.workload === undefined) return "deleted";
  if (latest.uid !== before.workload.uid) return "recreated";
  if (overtaken) return "theirs";
  const { json } = latest.template;
  if (json === restored?.template.json) return "restored";
  if (json === changed?.template.json) return "ours";
  return changed === undefined && json === before.workload.template.json ? "before" : "theirs";
}

/** The image of a container at the end; `undefined` where the template that stands now was not read. */
export function imageNow(container: string, facts: Facts): string | undefined {
  const template = templateOf(facts);
  if (template === "unknown" || template === "deleted" || facts.overtaken) return undefined;
  return latestOf(facts)?.template.spec.containers.find(({ name }) => name === container)?.image;
}

/**
 * Says in plain sentences what stands in the cluster at the end of a run: which images, how many pods are
 * available, and what was not undone. Empty when the workload was never read.
 */
export function standsOf(facts: Facts, result: Result): readonly string[] {
  const latest = latestOf(facts);
  if (latest === undefined) return [];
  const name = `deployment/${latest.name}`;
  const pods = `${imagesOf(latest, facts)}: ${availableOf(latest)}`;
  const has = `${name} has ${pods}`;
  const had = `${name} had ${pods} when it was last read`;
  const template = templateOf(facts);
  switch (template) {
    case "deleted":
      return [`${name} is gone: somebody deleted it`];
    case "recreated":
      return [has, "Somebody deleted it and created it anew; nothing of that was undone"];
    case "unknown":
      return [
        had,
        "Our last change was sent and its answer lost, so it may yet take effect: look at the workload before the next run",
      ];
    case "before":
      return [`Nothing was changed. ${name} keeps ${pods}`];
    case "restored":
      return [has, "The template from before is back in place"];
    case "ours":
      return result === "succeeded"
        ? [has]
        : [has, "Our change is still in place; the old version was not put back"];
    case "theirs":
      return [
        facts.overtaken ? had : has,
        "The template that stands there now is somebody else's; nothing of it was undone",
      ];
    default:
      return template satisfies never;
  }
}

/** A rollout that is left midway can have more pods than are wanted. */
function availableOf({ replicas, status: { availableReplicas: available } }: Workload): string {
  return available > replicas
    ? `${available} pods available where ${replicas} ${replicas === 1 ? "is" : "are"} wanted`
    : `${available} of ${replicas} pods available`;
}

function imagesOf({ template }: Workload, { plan }: Facts): string {
  const named = new Set(plan?.images.map(({ container }) => container));
  return template.spec.containers
    .filter(({ name, role }) => (named.size === 0 ? role === "app" : named.has(name)))
    .map(({ name, image }) => `${image} (${name})`)
    .join(", ");
}
