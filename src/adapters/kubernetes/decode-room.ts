import type { V1ContainerStatus, V1Node, V1Pod } from "@kubernetes/client-node";
import {
  type InPlace,
  placedRequests,
  type ReportedResources,
  toSchedulerIntegers,
} from "../../core/capacity/requests.ts";
import type { Node, PlacedPod } from "../../core/model/room.ts";
import { wholeUnits } from "../../core/quantity.ts";
import { toAdmittedSpec } from "./decode-admission.ts";
import { controllerOf, toInstant } from "./decode-fields.ts";
import { toPodSpec, toQuantities } from "./decode-pod-spec.ts";

const IN_PLACE_SINCE = 33;
const IN_PLACE_POD_LEVEL_SINCE = 36;
const NOT_IN_PLACE: InPlace = { containers: new Map(), pod: undefined, infeasible: false };

/** Reduces a wire Node to what it can give and whom it admits. `allocatable` counts, never `capacity`. */
export function toNode(json: V1Node): Node {
  const allocatable = toQuantities(json.status?.allocatable);
  const pods = allocatable.get("pods");
  const declaredFeatures = json.status?.declaredFeatures ?? [];
  return {
    name: json.metadata?.name ?? "",
    labels: json.metadata?.labels ?? {},
    taints: (json.spec?.taints ?? []).map(({ key, value, effect }) => ({ key, value: value ?? "", effect })),
    unschedulable: json.spec?.unschedulable === true,
    allocatable: new Map([
      ...toSchedulerIntegers(allocatable),
      ["pods", pods === undefined ? 0 : wholeUnits(pods)],
    ]),
    ...(declaredFeatures.length > 0 && { declaredFeatures }),
  };
}

/** Reduces a wire Pod to the room that it takes. `minor`: the server's, which decides whether status counts. */
export function toPlacedPod(json: V1Pod, minor: number): PlacedPod {
  const { metadata, status } = json;
  const spec = toPodSpec(json.spec ?? { containers: [] });
  const owner = controllerOf(metadata);
  const deletedAt = toInstant(metadata?.deletionTimestamp);
  const startedAt = toInstant(status?.startTime);
  const deletionCost = toDeletionCost(metadata?.annotations?.[DELETION_COST]);
  return {
    namespace: metadata?.namespace ?? "",
    name: metadata?.name ?? "",
    labels: metadata?.labels ?? {},
    ownerUid: owner?.uid,
    nodeName: spec.nodeName || undefined,
    nominatedNodeName: status?.nominatedNodeName || undefined,
    requests: placedRequests(spec, toInPlace(json, minor)),
    hostPorts: spec.containers.flatMap(({ role, hostPorts }) => (role === "init" ? [] : hostPorts)),
    priority: spec.priority,
    deletedAt,
    ...(deletedAt !== undefined && json.spec && { leaving: toAdmittedSpec(json.spec) }),
    ready: status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true,
    ...(startedAt !== undefined && { startedAt }),
    ...(deletionCost !== 0 && { deletionCost }),
    daemon: owner?.kind === "DaemonSet" || owner?.kind === "Node",
    repels: spec.podAntiAffinity,
    ...(spec.volumes.length > 0 && { volumes: spec.volumes }),
  };
}

/** Annotation by which a pod tells how much it would be missed. */
export const DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

const LEAST_COST = -(2 ** 31);

/** What is no integer of 32 bits counts as 0. Source: pkg/apis/core/helper/helpers.go (v1.36.3). */
function toDeletionCost(text: string | undefined): number {
  const cost = /^(?:0|[1-9]\d*|-\d+)$/.test(text ?? "") ? Number(text) : 0;
  return cost >= LEAST_COST && cost < -LEAST_COST ? cost : 0;
}

function toInPlace({ spec, status }: V1Pod, minor: number): InPlace {
  if (minor < IN_PLACE_SINCE || status === undefined) return NOT_IN_PLACE;
  const statuses = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
  const reported = statuses.flatMap(reportedResources);
  const pending = status.conditions?.find(({ type }) => type === "PodResizePending");
  const podLevel = minor >= IN_PLACE_POD_LEVEL_SINCE && spec?.resources !== undefined;
  return {
    containers: new Map(reported),
    pod: podLevel ? podReported(status) : undefined,
    infeasible: pending?.reason === "Infeasible",
  };
}

function reportedResources(status: V1ContainerStatus): readonly [string, ReportedResources][] {
  if (status.resources === undefined) return [];
  const requests = toQuantities(status.resources.requests);
  return [[status.name, { requests, allocated: toQuantities(status.allocatedResources) }]];
}

/** The pod's own level of resources in its status, which appeared in the API with 1.36. */
type PodLevelStatus = {
  readonly resources?: { readonly requests?: Record<string, string> };
  readonly allocatedResources?: Record<string, string>;
};

function podReported(status: PodLevelStatus): ReportedResources | undefined {
  if (status.resources === undefined) return undefined;
  const requests = toQuantities(status.resources.requests);
  return { requests, allocated: toQuantities(status.allocatedResources) };
}
