import type { PodSpec } from "../../model/pod-spec.ts";
import type { QuotaScope, ResourceQuota } from "../../model/quota.ts";
import { isExtendedResource } from "../requests.ts";
import { NO_ADMISSION } from "./written.ts";

const POD_RESOURCES = new Set([
  "count/pods",
  "pods",
  "cpu",
  "memory",
  "ephemeral-storage",
  "requests.cpu",
  "requests.memory",
  "requests.ephemeral-storage",
  "limits.cpu",
  "limits.memory",
  "limits.ephemeral-storage",
]);
const DEVICE_CLASS = "requests.deviceclass.resource.kubernetes.io/";

/**
 * Whether a quota counts a pod: it tracks some resource of pods, and all its scopes match.
 * Source: apiserver/pkg/quota/v1/generic/evaluator.go (v1.36.3), `Matches`.
 */
export function isCharged({ hard, scopes }: ResourceQuota, pod: PodSpec): boolean {
  return [...hard.keys()].some(isOfPods) && scopes.every((scope) => matches(scope, pod));
}

/**
 * Whether a quota's resource is one of pods.
 * Source: pkg/quota/v1/evaluator/core/pods.go (v1.36.3), `MatchingResources`.
 */
export function isOfPods(name: string): boolean {
  if (POD_RESOURCES.has(name) || /^(requests\.)?hugepages-/.test(name)) return true;
  if (name.startsWith(DEVICE_CLASS)) return true;
  return name.startsWith("requests.") && isExtendedResource(name.slice("requests.".length));
}

/** Source: pkg/quota/v1/evaluator/core/pods.go (v1.36.3), `podMatchesScopeFunc`. */
function matches(scope: QuotaScope, pod: PodSpec): boolean {
  const { priorityClassName, activeDeadline, crossNamespace } = pod.admission ?? NO_ADMISSION;
  switch (scope.name) {
    case "Terminating":
      return activeDeadline;
    case "NotTerminating":
      return !activeDeadline;
    case "BestEffort":
      return isBestEffort(pod);
    case "NotBestEffort":
      return !isBestEffort(pod);
    case "PriorityClass":
      return selects(scope, priorityClassName);
    case "CrossNamespacePodAffinity":
      return crossNamespace;
    default:
      return false;
  }
}

/** As a label of that value would be selected; no class is no label. */
function selects({ operator, values }: QuotaScope, className: string): boolean {
  switch (operator) {
    case "Exists":
      return className !== "";
    case "DoesNotExist":
      return className === "";
    case "In":
      return className !== "" && values.includes(className);
    case "NotIn":
      return !values.includes(className);
    default:
      return false;
  }
}

/**
 * Whether a pod asks for no CPU and memory at all. Resources of the pod's own level, where there are any, are the
 * only ones that count. Source: pkg/apis/core/v1/helper/qos/qos.go (v1.36.3), `ComputePodQOS`.
 */
function isBestEffort({ containers, podRequests, podLimits }: PodSpec): boolean {
  const ofPod = [podRequests, podLimits];
  const podLevel = ofPod.some(({ size }) => size > 0);
  const lists = podLevel ? ofPod : containers.flatMap(({ requests, limits }) => [requests, limits]);
  return lists.every((list) => ["cpu", "memory"].every((name) => (list.get(name) ?? 0n) === 0n));
}
