import type { PriorityClass, RuntimeClass } from "../../model/pod-classes.ts";
import type { PodSpec, Toleration } from "../../model/pod-spec.ts";
import { NO_ADMISSION } from "./written.ts";

/** A pod as one step of admission leaves it, or why that step refuses it, in the API's words. */
export type Step = { readonly spec: PodSpec } | { readonly refusal: string };

/** Template features that are settled once their class is. */
const settled = (spec: PodSpec, feature: string): readonly string[] =>
  spec.unmodelled.filter((name) => name !== feature);

/**
 * Gives a pod the priority of its class, or of the default one, of which the lowest counts.
 * Source: plugin/pkg/admission/priority/admission.go (v1.36.3), `admitPod`.
 */
export function withPriority(spec: PodSpec, classes: readonly PriorityClass[]): Step {
  const { priorityClassName } = spec.admission ?? NO_ADMISSION;
  const [usual] = classes.filter(({ globalDefault }) => globalDefault).toSorted((a, b) => a.value - b.value);
  const found = priorityClassName === "" ? usual : classes.find(({ name }) => name === priorityClassName);
  if (found === undefined && priorityClassName !== "") {
    return { refusal: `no PriorityClass with name ${priorityClassName} was found` };
  }
  const { name, value, preemptionPolicy } = found ?? NO_CLASS;
  if (spec.priority !== 0 && spec.priority !== value) {
    return {
      refusal:
        `the integer value of priority (${spec.priority}) must not be provided in pod spec; ` +
        `priority admission controller computed ${value} from the given PriorityClass name`,
    };
  }
  const admission = { ...(spec.admission ?? NO_ADMISSION), priorityClassName: name };
  const unmodelled = settled(spec, "priorityClassName");
  return { spec: { ...spec, admission, priority: value, preemptionPolicy, unmodelled } };
}

const NO_CLASS = { name: "", value: 0, preemptionPolicy: "PreemptLowerPriority" } as const;

/**
 * Adds what the RuntimeClass of a pod asks for: overhead, labels of nodes, tolerations.
 * Source: plugin/pkg/admission/runtimeclass/admission.go (v1.36.3), `setOverhead`, `setScheduling`.
 */
export function withRuntimeClass(spec: PodSpec, classes: readonly RuntimeClass[]): Step {
  const { runtimeClassName: wanted } = spec.admission ?? NO_ADMISSION;
  if (wanted === undefined) return { spec };
  const found = classes.find(({ name }) => name === wanted);
  if (found === undefined)
    return { refusal: `pod rejected: RuntimeClass ${JSON.stringify(wanted)} not found` };
  const clash = Object.entries(found.nodeSelector).find(
    ([key, value]) => (spec.nodeSelector[key] ?? value) !== value,
  );
  if (clash !== undefined) {
    const [key, value] = clash;
    return {
      refusal:
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; ` +
        `pod.spec.nodeSelector[${key}] = ${spec.nodeSelector[key]}`,
    };
  }
  return {
    spec: {
      ...spec,
      overhead: found.overhead ?? spec.overhead,
      nodeSelector: { ...spec.nodeSelector, ...found.nodeSelector },
      tolerations: merged(spec.tolerations, found.tolerations),
      unmodelled: settled(spec, "runtimeClassName"),
    },
  };
}

/** Each toleration once; how long one holds does not matter here. */
function merged(first: readonly Toleration[], second: readonly Toleration[]): readonly Toleration[] {
  const isNew = (each: Toleration) =>
    !first.some(
      ({ key, operator, value, effect }) =>
        key === each.key && operator === each.operator && value === each.value && effect === each.effect,
    );
  return [...first, ...second.filter(isNew)];
}
