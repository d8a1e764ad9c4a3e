import type { V1Container, V1PodSpec, V1Probe } from "@kubernetes/client-node";
import type {
  Container,
  ContainerRole,
  HostPort,
  NodeSelectorTerm,
  PodSpec,
  Probe,
  Toleration,
} from "../../core/model/pod-spec.ts";
import type { Quantities } from "../../core/model/resources.ts";
import { parseQuantity } from "../../core/quantity.ts";
import { toNeighbourhood } from "./decode-affinity.ts";
import { toRequiredFeatures } from "./decode-features.ts";
import { toRequirement } from "./decode-fields.ts";
import { unmodelledFeatures } from "./decode-unmodelled.ts";
import { toPodVolumes } from "./decode-volumes.ts";

const NOTHING: Quantities = new Map();

/**
 * Reduces a pod's or a template's wire spec to what decides where it may run and what it takes there, with the
 * API's defaults filled in where a template may lack them. Throws `RangeError` on a malformed quantity.
 */
export function toPodSpec(spec: V1PodSpec): PodSpec {
  const network = spec.hostNetwork === true ? "host" : "pod";
  const init = (spec.initContainers ?? []).map((json) => toContainer(json, initRole(json), network));
  const apps = (spec.containers ?? []).map((json) => toContainer(json, "app", network));
  const containers = [...init, ...apps];
  return {
    containers,
    podRequests: toQuantities(spec.resources?.requests),
    podLimits: toQuantities(spec.resources?.limits),
    overhead: toQuantities(spec.overhead),
    nodeName: spec.nodeName,
    nodeSelector: spec.nodeSelector ?? {},
    nodeAffinity: toNodeAffinity(spec),
    ...toNeighbourhood(spec),
    tolerations: (spec.tolerations ?? []).map(toToleration),
    volumes: toPodVolumes(spec),
    ...toRequiredFeatures(spec),
    schedulerName: spec.schedulerName ?? "default-scheduler",
    priority: spec.priority ?? 0,
    preemptionPolicy: spec.preemptionPolicy === "Never" ? "Never" : "PreemptLowerPriority",
    readinessGates: (spec.readinessGates ?? []).map((gate) => gate.conditionType),
    schedulingGates: (spec.schedulingGates ?? []).map((gate) => gate.name),
    storageLimited: limitsStorage(spec, containers),
    unmodelled: unmodelledFeatures(spec),
  };
}

/** Reads a wire resource list exactly. Throws `RangeError` on a malformed quantity. */
export function toQuantities(list: Readonly<Record<string, string>> | undefined): Quantities {
  if (list === undefined) return NOTHING;
  return new Map(Object.entries(list).map(([name, text]) => [name, parseQuantity(String(text))]));
}

function initRole(json: V1Container): ContainerRole {
  return json.restartPolicy === "Always" ? "sidecar" : "init";
}

/** Whose network the containers of a pod are on. */
type Network = "host" | "pod";

function toContainer(json: V1Container, role: ContainerRole, network: Network): Container {
  return {
    name: json.name,
    role,
    image: json.image ?? "",
    requests: toQuantities(json.resources?.requests),
    limits: toQuantities(json.resources?.limits),
    hostPorts: toHostPorts(json, network),
    startupProbe: toProbe(json.startupProbe),
    livenessProbe: toProbe(json.livenessProbe),
    readinessProbe: toProbe(json.readinessProbe),
    terminationMessagePolicy:
      json.terminationMessagePolicy === "FallbackToLogsOnError" ? "FallbackToLogsOnError" : "File",
  };
}

/**
 * On the host's network a container port is a host port even where only the pod, not the template, says so.
 * Source: pkg/apis/core/v1/defaults.go (v1.36.2), `defaultHostNetworkPorts`.
 */
function toHostPorts(json: V1Container, network: Network): readonly HostPort[] {
  return (json.ports ?? []).flatMap((port) => {
    const taken = port.hostPort || (network === "host" ? port.containerPort : 0);
    if (taken <= 0) return [];
    return [{ ip: port.hostIP || "0.0.0.0", protocol: port.protocol || "TCP", port: taken }];
  });
}

/** Source: pkg/apis/core/v1/defaults.go (v1.36.2), `SetDefaults_Probe`. */
function toProbe(probe: V1Probe | undefined): Probe | undefined {
  if (probe === undefined || probe === null) return undefined;
  return {
    initialDelaySeconds: probe.initialDelaySeconds ?? 0,
    periodSeconds: probe.periodSeconds || 10,
    failureThreshold: probe.failureThreshold || 3,
  };
}

function toNodeAffinity(spec: V1PodSpec): readonly NodeSelectorTerm[] | undefined {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required?.nodeSelectorTerms?.map((term) => ({
    matchExpressions: (term.matchExpressions ?? []).map(toRequirement),
    matchFields: (term.matchFields ?? []).map(toRequirement),
  }));
}

/** Converts a toleration. */
export function toToleration(json: NonNullable<V1PodSpec["tolerations"]>[number]): Toleration {
  return {
    key: json.key || undefined,
    operator: json.operator || "Equal",
    value: json.value ?? "",
    effect: json.effect || undefined,
  };
}

function limitsStorage(spec: V1PodSpec, containers: readonly Container[]): boolean {
  if (containers.some(({ limits }) => limits.has("ephemeral-storage"))) return true;
  return (spec.volumes ?? []).some(({ emptyDir }) => emptyDir?.sizeLimit !== undefined);
}
