import type {
  CoreV1Event,
  V1Deployment,
  V1PodSpec,
  V1PodTemplateSpec,
  V1ReplicaSet,
} from "@kubernetes/client-node";
import { stringify } from "safe-stable-stringify";
import type { KubeEvent } from "../../core/model/event.ts";
import { instant } from "../../core/model/instant.ts";
import type { Template } from "../../core/model/pod-spec.ts";
import type { IntOrPercent, ReplicaSet, Strategy, Workload } from "../../core/model/workload.ts";
import { toAdmittedSpec } from "./decode-admission.ts";
import { toCondition, toInstant, toLabelSelector } from "./decode-fields.ts";

/*
 * Wire JSON to the core's types. The parameter types are client-node's, but the values are raw JSON: its
 * serializer never touches them, so timestamps are strings and fields it does not know survive.
 */

const REVISION = "deployment.kubernetes.io/revision";
const TEMPLATE_HASH = "pod-template-hash";
const COMBINED = "(combined from similar events): ";

/** Converts a Deployment. `template.json` keeps all that `spec.template` says, known or not. */
export function toWorkload(json: V1Deployment): Workload {
  const { metadata = {}, spec, status } = json;
  return {
    kind: "Deployment",
    namespace: metadata.namespace ?? "",
    name: metadata.name ?? "",
    uid: metadata.uid ?? "",
    resourceVersion: metadata.resourceVersion ?? "",
    deletedAt: toInstant(metadata.deletionTimestamp),
    generation: metadata.generation ?? 0,
    observedGeneration: status?.observedGeneration ?? 0,
    annotations: metadata.annotations ?? {},
    revision: toRevision(metadata.annotations),
    replicas: spec?.replicas ?? 1,
    paused: spec?.paused ?? false,
    strategy: toStrategy(spec?.strategy),
    minReadySeconds: spec?.minReadySeconds ?? 0,
    selector: toLabelSelector(spec?.selector) ?? [],
    template: toTemplate(spec?.template),
    status: toCounts(status),
    conditions: (status?.conditions ?? []).map(toCondition),
  };
}

/** Converts a ReplicaSet. Its template is compared with the Deployment's, hence without the hash label. */
export function toReplicaSet(json: V1ReplicaSet): ReplicaSet {
  const { metadata, spec, status } = json;
  return {
    name: metadata?.name ?? "",
    uid: metadata?.uid ?? "",
    revision: toRevision(metadata?.annotations),
    templateJson: toTemplateJson(withoutHash(spec?.template)),
    replicas: spec?.replicas ?? 1,
    availableReplicas: status?.availableReplicas ?? 0,
    statusReplicas: status?.replicas ?? 0,
    conditions: (status?.conditions ?? []).map(toCondition),
    createdAt: toInstant(metadata?.creationTimestamp) ?? instant(0),
  };
}

/**
 * Converts an Event of either API. The scheduler's (events.k8s.io) have null `firstTimestamp` and
 * `lastTimestamp`, and count in `series`.
 */
export function toEvent(json: CoreV1Event): KubeEvent {
  const { involvedObject: regarding, message = "" } = json;
  return {
    uid: json.metadata.uid ?? "",
    type: json.type ?? "",
    reason: json.reason ?? "",
    message: message.startsWith(COMBINED) ? message.slice(COMBINED.length) : message,
    count: json.series?.count || json.count || 1,
    ...toSeen(json),
    regarding: { kind: regarding.kind ?? "", name: regarding.name ?? "", uid: regarding.uid ?? "" },
    container: /\{(.+)\}$/.exec(regarding.fieldPath ?? "")?.[1],
  };
}

function toRevision(annotations: Readonly<Record<string, string>> | undefined): number | undefined {
  const revision = Number.parseInt(annotations?.[REVISION] ?? "", 10);
  return Number.isNaN(revision) ? undefined : revision;
}

function toSeen(json: CoreV1Event): Pick<KubeEvent, "firstSeen" | "lastSeen"> {
  const created = toInstant(json.metadata.creationTimestamp) ?? instant(0);
  const first = toInstant(json.firstTimestamp) ?? toInstant(json.eventTime);
  const last = toInstant(json.series?.lastObservedTime) ?? toInstant(json.lastTimestamp);
  return { firstSeen: first ?? last ?? created, lastSeen: last ?? first ?? created };
}

function toCounts(status: V1Deployment["status"]): Workload["status"] {
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status ?? {};
  return { replicas, updatedReplicas, availableReplicas };
}

type WireStrategy = NonNullable<V1Deployment["spec"]>["strategy"];

/** The API fills defaults in; the same are here for what was written before it did. */
function toStrategy(strategy: WireStrategy): Strategy {
  if (strategy?.type === "Recreate") return { kind: "Recreate" };
  return {
    kind: "RollingUpdate",
    maxSurge: toIntOrPercent(strategy?.rollingUpdate?.maxSurge),
    maxUnavailable: toIntOrPercent(strategy?.rollingUpdate?.maxUnavailable),
  };
}

function toIntOrPercent(value: unknown): IntOrPercent {
  if (typeof value === "number") return { kind: "int", value };
  const text = String(value ?? "25%");
  return { kind: text.endsWith("%") ? "percent" : "int", value: Number.parseInt(text, 10) };
}

function toTemplate(template: V1PodTemplateSpec | undefined): Template {
  return {
    json: toTemplateJson(template),
    labels: template?.metadata?.labels ?? {},
    spec: toAdmittedSpec(template?.spec ?? ({ containers: [] } satisfies V1PodSpec)),
  };
}

/**
 * Serialises a template. Its `creationTimestamp`, which is never set, is null where an API server before 1.34 answers
 * and absent where a newer one does: during an upgrade both may.
 */
function toTemplateJson(template: V1PodTemplateSpec | undefined): string {
  const { creationTimestamp = null, ...metadata } = template?.metadata ?? {};
  const isNull = template?.metadata !== undefined && creationTimestamp === null;
  return stringify(isNull ? { ...template, metadata } : template) ?? "";
}

function withoutHash(template: V1PodTemplateSpec | undefined): V1PodTemplateSpec | undefined {
  if (template?.metadata?.labels === undefined) return template;
  const { [TEMPLATE_HASH]: _hash, ...labels } = template.metadata.labels;
  return { ...template, metadata: { ...template.metadata, labels } };
}
