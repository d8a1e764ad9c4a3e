import type { V1PriorityClass, V1RuntimeClass } from "@kubernetes/client-node";
import {
  type AdmissionRules,
  admitLocally,
  type LocallyAdmitted,
} from "../../core/capacity/admission/local.ts";
import { sameDemands } from "../../core/capacity/admission/same-demands.ts";
import { NO_ADMISSION } from "../../core/capacity/admission/written.ts";
import { schedulerRequests } from "../../core/capacity/requests.ts";
import type { Gap } from "../../core/model/gap.ts";
import type { PodSpec, Template } from "../../core/model/pod-spec.ts";
import { replicaSetOf } from "../../core/replica-set.ts";
import type { SnapshotRequest } from "../../ports.ts";
import type { Api } from "./api.ts";
import { toPriorityClass, toRuntimeClass } from "./decode-admission.ts";
import { type Listed, listed, readOf } from "./listed.ts";
import { readLimitRanges } from "./namespace-rules.ts";

/** The API's own rules of admission, as far as they could be read. */
export interface LocalAdmission {
  readonly admit: (template: Template) => LocallyAdmitted;
  /**
   * Whether these rules account for all that admission did to a pod of the current template that runs, and the other
   * template asks for the same: then nothing else changes pods.
   */
  readonly isAsAdmitted: (template: Template) => boolean;
  /**
   * Whether a pod that runs asks for less than its template, or has more priority than these rules give it: then a
   * webhook, or a class that may not be read, makes pods easier to place.
   */
  readonly easesPods: boolean;
  readonly gaps: readonly Gap[];
}

/** Reads what admission would read of pods of the current template and of `next`, to do its part where it may not be asked. */
export async function readLocally(
  api: Api,
  { target, next }: Pick<SnapshotRequest, "target" | "next">,
  signal: AbortSignal,
): Promise<LocalAdmission> {
  const { name, template: current } = target.workload;
  const { rules, gaps } = await readRules(api, target.workload.namespace, [current, next], signal);
  const admit = (template: Template) => admitLocally(template.spec, rules, `${name}-`);
  const uid = replicaSetOf(current.json, target.replicaSets)?.uid;
  const witness = target.pods.find(
    ({ ownerUid, deletedAt }) => ownerUid !== undefined && ownerUid === uid && deletedAt === undefined,
  );
  return {
    admit,
    isAsAdmitted: (template) =>
      witness !== undefined &&
      sameDemands(template.spec, current.spec) &&
      sameDemands(witness.spec, admit(current).spec),
    easesPods:
      witness !== undefined &&
      (asksForLess(witness.spec, current.spec) || witness.spec.priority > admit(current).spec.priority),
    gaps,
  };
}

function asksForLess(one: PodSpec, other: PodSpec): boolean {
  const requests = schedulerRequests(one);
  return [...schedulerRequests(other)].some(([name, amount]) => (requests.get(name) ?? 0) < amount);
}

async function readRules(
  api: Api,
  namespace: string,
  templates: readonly Template[],
  signal: AbortSignal,
): Promise<{ readonly rules: AdmissionRules; readonly gaps: readonly Gap[] }> {
  const asked = templates.map(({ spec }) => spec.admission ?? NO_ADMISSION);
  const [limitRanges, priorityClasses, runtimeClasses] = await Promise.all([
    readLimitRanges(api, namespace, signal),
    listed(api, PRIORITY_CLASSES, (json: V1PriorityClass) => toPriorityClass(json), signal),
    asked.every(({ runtimeClassName }) => runtimeClassName === undefined)
      ? NONE
      : listed(api, RUNTIME_CLASSES, (json: V1RuntimeClass) => toRuntimeClass(json), signal),
  ]);
  return {
    rules: {
      limitRanges: limitRanges.items,
      priorityClasses: readOf(priorityClasses),
      runtimeClasses: readOf(runtimeClasses),
    },
    gaps: [
      ...limitRanges.gaps,
      ...(asked.every(({ priorityClassName }) => priorityClassName === "") ? [] : priorityClasses.gaps),
      ...runtimeClasses.gaps,
    ],
  };
}

const PRIORITY_CLASSES = {
  what: "PriorityClasses",
  path: "/apis/scheduling.k8s.io/v1/priorityclasses",
  lost: "which pods ours could preempt is not known",
} as const;

const RUNTIME_CLASSES = {
  what: "RuntimeClasses",
  path: "/apis/node.k8s.io/v1/runtimeclasses",
  lost: "what the runtime takes beside the containers is not known",
} as const;

const NONE: Listed<never> = { items: [], gaps: [] };
