import type { Container, PodSpec } from "../../model/pod-spec.ts";
import { formatQuantity } from "../../quantity.ts";
import { isExtendedResource } from "../requests.ts";
import { writtenOf } from "./written.ts";

/**
 * Requests that do not go with their limit, in the API's words, as the validation of a pod lists them; empty when
 * there are none. A default limit of a LimitRange is the usual cause.
 * Source: pkg/apis/core/validation/validation.go (v1.36.3), `validateResourceRequirements`.
 */
export function invalidResources(spec: PodSpec): string {
  const apps = spec.containers.filter(({ role }) => role === "app");
  const inits = spec.containers.filter(({ role }) => role !== "app");
  const texts = [
    ...apps.flatMap((container, index) => invalidIn(spec, container, `spec.containers[${index}]`)),
    ...inits.flatMap((container, index) => invalidIn(spec, container, `spec.initContainers[${index}]`)),
  ];
  return texts.length > 1 ? `[${texts.join(", ")}]` : texts.join("");
}

function invalidIn(spec: PodSpec, container: Container, path: string): readonly string[] {
  const limits = writtenOf(spec, container, "limits");
  return [...writtenOf(spec, container, "requests")].flatMap(([name, request]) => {
    const limit = limits.get(name);
    if (limit === undefined) return [];
    const exact = name.startsWith("hugepages-") || isExtendedResource(name);
    const rule = exact ? "equal to" : "less than or equal to";
    if (exact ? request.amount === limit.amount : request.amount <= limit.amount) return [];
    const value = `Invalid value: "${formatQuantity(request)}"`;
    return [
      `${path}.resources.requests: ${value}: must be ${rule} ${name} limit of ${formatQuantity(limit)}`,
    ];
  });
}
