import type {
  V1LimitRange,
  V1PodAffinityTerm,
  V1PodSpec,
  V1PriorityClass,
  V1ResourceQuota,
  V1ResourceRequirements,
  V1RuntimeClass,
} from "@kubernetes/client-node";
import type { LimitRange } from "../../core/model/limit-range.ts";
import type { PriorityClass, RuntimeClass } from "../../core/model/pod-classes.ts";
import type { PodSpec } from "../../core/model/pod-spec.ts";
import type { PodAdmission, ResourceQuota } from "../../core/model/quota.ts";
import type { Notation, WrittenQuantities } from "../../core/model/resources.ts";
import { isUnusual, parseWritten } from "../../core/quantity.ts";
import { toPodSpec, toQuantities, toToleration } from "./decode-pod-spec.ts";

type Texts = Readonly<Record<string, string>> | undefined;

/** Reduces a spec as `toPodSpec` does, and adds what admission reads of it. */
export function toAdmittedSpec(spec: V1PodSpec): PodSpec {
  return { ...toPodSpec(spec), admission: toPodAdmission(spec) };
}

/** Reduces a wire ResourceQuota to the two sides of its status, and whom it counts. */
export function toResourceQuota({ metadata, spec, status }: V1ResourceQuota): ResourceQuota {
  const named = (spec?.scopes ?? []).map((name) => ({ name, operator: "Exists", values: [] }));
  const selected = (spec?.scopeSelector?.matchExpressions ?? []).map(({ scopeName, operator, values }) => ({
    name: scopeName,
    operator,
    values: values ?? [],
  }));
  return {
    name: metadata?.name ?? "",
    hard: toWritten(status?.hard),
    used: toWritten(status?.used),
    scopes: [...named, ...selected],
  };
}

/** Reduces a wire LimitRange to its items of every type. */
export function toLimitRange(json: V1LimitRange): LimitRange {
  return {
    name: json.metadata?.name ?? "",
    items: (json.spec?.limits ?? []).map((item) => ({
      type: item.type,
      default: toWritten(item._default ?? (item as { default?: Texts }).default),
      defaultRequest: toWritten(item.defaultRequest),
      max: toWritten(item.max),
      min: toWritten(item.min),
      maxLimitRequestRatio: toWritten(item.maxLimitRequestRatio),
    })),
  };
}

/** Reduces a wire PriorityClass to what it gives a pod. */
export function toPriorityClass(json: V1PriorityClass): PriorityClass {
  return {
    name: json.metadata?.name ?? "",
    value: json.value ?? 0,
    globalDefault: json.globalDefault === true,
    preemptionPolicy: json.preemptionPolicy === "Never" ? "Never" : "PreemptLowerPriority",
  };
}

/** Reduces a wire RuntimeClass to what it adds to a pod. */
export function toRuntimeClass({ metadata, overhead, scheduling }: V1RuntimeClass): RuntimeClass {
  return {
    name: metadata?.name ?? "",
    overhead: overhead === undefined ? undefined : toQuantities(overhead.podFixed),
    nodeSelector: scheduling?.nodeSelector ?? {},
    tolerations: (scheduling?.tolerations ?? []).map(toToleration),
  };
}

function toPodAdmission(spec: V1PodSpec): PodAdmission {
  return {
    priorityClassName: spec.priorityClassName ?? "",
    runtimeClassName: spec.runtimeClassName || undefined,
    activeDeadline: (spec.activeDeadlineSeconds ?? -1) >= 0,
    crossNamespace: affinityTerms(spec).some(
      ({ namespaces = [], namespaceSelector }) => namespaces.length > 0 || namespaceSelector !== undefined,
    ),
    notations: new Map([
      ...notationsOf("", spec.resources),
      ...[...(spec.initContainers ?? []), ...(spec.containers ?? [])].flatMap(({ name, resources }) =>
        notationsOf(name, resources),
      ),
    ]),
  };
}

function affinityTerms({ affinity }: V1PodSpec): readonly V1PodAffinityTerm[] {
  return [affinity?.podAffinity, affinity?.podAntiAffinity].flatMap((rules) => [
    ...(rules?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(rules?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((each) => each.podAffinityTerm),
  ]);
}

/** Only what is not printed as usual; a request that is missing is filled from the limit, and prints like it. */
function notationsOf(
  container: string,
  resources: V1ResourceRequirements | undefined,
): readonly (readonly [string, Notation])[] {
  const requests = { ...resources?.limits, ...resources?.requests };
  const sides = { requests, limits: resources?.limits ?? {} };
  return Object.entries(sides).flatMap(([side, list]) =>
    [...toWritten(list)]
      .filter(([name, written]) => isUnusual(name, written))
      .map(([name, { amount: _, ...notation }]) => [`${container}/${side}.${name}`, notation] as const),
  );
}

function toWritten(list: Texts): WrittenQuantities {
  return new Map(Object.entries(list ?? {}).map(([name, text]) => [name, parseWritten(String(text))]));
}
