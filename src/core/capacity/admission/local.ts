import type { Gap } from "../../model/gap.ts";
import type { LimitRange } from "../../model/limit-range.ts";
import type { PriorityClass, RuntimeClass } from "../../model/pod-classes.ts";
import type { PodSpec } from "../../model/pod-spec.ts";
import { withDefaults } from "../defaults.ts";
import { type Step, withPriority, withRuntimeClass } from "./classes.ts";
import { invalidResources } from "./invalid-resources.ts";
import { limitViolations } from "./limit-violations.ts";

/** Objects that admission reads; `undefined` where they could not be read. */
export interface AdmissionRules {
  readonly limitRanges: readonly LimitRange[];
  readonly priorityClasses: readonly PriorityClass[] | undefined;
  readonly runtimeClasses: readonly RuntimeClass[] | undefined;
}

/** A pod as the API's own rules leave it. */
export interface LocallyAdmitted {
  readonly spec: PodSpec;
  /** Why it is refused, in the API's words; empty where it is not. */
  readonly refusal: string;
  readonly gaps: readonly Gap[];
}

/**
 * What the API's own admission does to a pod of this template, for when a dry run cannot tell: defaults, LimitRanges,
 * priority and runtime classes. Webhooks, policies and Pod Security are not known here. `generateName` is what the
 * pod's name begins with.
 */
export function admitLocally(
  template: PodSpec,
  rules: AdmissionRules,
  generateName: string,
): LocallyAdmitted {
  const { spec: defaulted, gaps } = withDefaults(template, rules.limitRanges);
  const steps: readonly ((spec: PodSpec) => Step)[] = [
    (spec) => (rules.priorityClasses === undefined ? { spec } : withPriority(spec, rules.priorityClasses)),
    (spec) => (rules.runtimeClasses === undefined ? { spec } : withRuntimeClass(spec, rules.runtimeClasses)),
  ];
  let spec = defaulted;
  const forbidden = `pods "${generateName}" is forbidden: `;
  for (const step of steps) {
    const taken = step(spec);
    if ("refusal" in taken) return { spec, refusal: forbidden + taken.refusal, gaps };
    spec = taken.spec;
  }
  const invalid = invalidResources(spec);
  if (invalid !== "") return { spec, refusal: `Pod "${generateName}" is invalid: ${invalid}`, gaps };
  // Each LimitRange refuses by itself, and which is asked first is not certain.
  const [violation] = rules.limitRanges
    .map((range) => limitViolations(spec, range))
    .filter((text) => text !== "");
  return { spec, refusal: violation === undefined ? "" : forbidden + violation, gaps };
}
