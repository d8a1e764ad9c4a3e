import type { LabelSelector } from "../../core/model/labels.ts";

/**
 * A label selector as the API takes it in a query. Source: apimachinery/pkg/labels/selector.go (v0.36.3),
 * `Requirement.String`.
 */
export function selectorText(selector: LabelSelector): string {
  return selector
    .map(({ key, operator, values }) => {
      switch (operator) {
        case "Exists":
          return key;
        case "DoesNotExist":
          return `!${key}`;
        case "NotIn":
          return `${key} notin (${values.join(",")})`;
        default:
          return `${key} in (${values.join(",")})`;
      }
    })
    .join(",");
}
