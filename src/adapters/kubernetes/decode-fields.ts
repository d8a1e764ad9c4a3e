import type { V1DeploymentCondition } from "@kubernetes/client-node";
import type { Condition, Instant } from "../../core/model.ts";
import { instant } from "../../core/model.ts";

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
