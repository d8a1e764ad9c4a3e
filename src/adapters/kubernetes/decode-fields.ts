import type {
  V1DeploymentCondition,
  V1LabelSelector,
  V1ObjectMeta,
  V1OwnerReference,
} from "@kubernetes/client-node";
import type { Condition } from "../../core/model/condition.ts";
import { type Instant, instant } from "../../core/model/instant.ts";
import type { LabelSelector, Requirement } from "../../core/model/labels.ts";

/** Converts an RFC 3339 timestamp as the API writes it; anything else, null included, is `undefined`. */
export function toInstant(value: unknown): Instant | undefined {
  if (value instanceof Date) return instant(value.getTime());
  if (typeof value !== "string") return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : instant(ms);
}

/** Converts a condition of any object. */
export function toCondition(
  condition: Omit<V1DeploymentCondition, "lastUpdateTime"> & { lastUpdateTime?: Date },
): Condition {
  return {
    type: condition.type,
    status: condition.status,
    reason: condition.reason ?? "",
    message: condition.message ?? "",
    lastTransition: toInstant(condition.lastTransitionTime),
    lastUpdate: toInstant(condition.lastUpdateTime),
  };
}

/** The owner that controls an object; others only keep it from being collected. */
export const controllerOf = (metadata: V1ObjectMeta | undefined): V1OwnerReference | undefined =>
  metadata?.ownerReferences?.find(({ controller }) => controller === true);

/** Folds `matchLabels` into requirements; `undefined` (selects nothing) stays apart from empty (everything). */
export function toLabelSelector(json: V1LabelSelector | null | undefined): LabelSelector | undefined {
  if (json === undefined || json === null) return undefined;
  const labels = Object.entries(json.matchLabels ?? {});
  return [
    ...labels.map(([key, value]) => ({ key, operator: "In", values: [value] })),
    ...(json.matchExpressions ?? []).map(toRequirement),
  ];
}

/** Converts one requirement of a selector of labels, or of nodes. */
export const toRequirement = ({
  key,
  operator,
  values,
}: Pick<Requirement, "key" | "operator"> & { readonly values?: readonly string[] }): Requirement => ({
  key,
  operator,
  values: values ?? [],
});
