import type { LabelSelector, Labels, Requirement } from "./labels.ts";
import type { PodAdmission } from "./quota.ts";
import type { Quantities } from "./resources.ts";
import type { PodVolume } from "./storage.ts";

/** `app`: `spec.containers`; `init`: runs to its end first; `sidecar`: init container with `restartPolicy: Always`. */
export type ContainerRole = "app" | "init" | "sidecar";

/** Times of a probe in seconds, with the API's defaults filled in. */
export interface Probe {
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

/** Port that a container takes on its node. `ip` is `0.0.0.0` when absent. */
export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

/** Whether the end of the log takes the place of a termination message that a container did not leave. */
export type TerminationMessagePolicy = "File" | "FallbackToLogsOnError";

/** One container of a pod template or pod. */
export interface Container {
  readonly name: string;
  readonly role: ContainerRole;
  readonly image: string;
  readonly requests: Quantities;
  readonly limits: Quantities;
  readonly hostPorts: readonly HostPort[];
  readonly startupProbe: Probe | undefined;
  readonly livenessProbe: Probe | undefined;
  readonly readinessProbe: Probe | undefined;
  readonly terminationMessagePolicy: TerminationMessagePolicy;
}

/** Toleration, as in the API; an absent `effect` or `key` matches all. */
export interface Toleration {
  readonly key: string | undefined;
  readonly operator: string;
  readonly value: string;
  readonly effect: string | undefined;
}

/** Term of required node affinity; terms are ORed, the parts of a term ANDed. */
export interface NodeSelectorTerm {
  readonly matchExpressions: readonly Requirement[];
  readonly matchFields: readonly Requirement[];
}

/** Whether nodes that the pod could not go to anyway count for a constraint. */
export type NodeInclusionPolicy = "Honor" | "Ignore";

/** A topology spread constraint with `whenUnsatisfiable: DoNotSchedule`; the soft ones refuse no node. */
export interface TopologySpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  /** `undefined` selects nothing. */
  readonly selector: LabelSelector | undefined;
  readonly minDomains: number;
  readonly nodeAffinityPolicy: NodeInclusionPolicy;
  readonly nodeTaintsPolicy: NodeInclusionPolicy;
  readonly matchLabelKeys: readonly string[];
}

/** A required pod (anti-)affinity term; no namespaces and no `namespaceSelector`: the pod's own namespace. */
export interface PodAffinityTerm {
  readonly topologyKey: string;
  /** `undefined` selects nothing, an empty list everything. */
  readonly selector: LabelSelector | undefined;
  readonly namespaces: readonly string[];
  readonly namespaceSelector: LabelSelector | undefined;
  readonly matchLabelKeys: readonly string[];
  readonly mismatchLabelKeys: readonly string[];
}

/** What decides where a pod may run and what it takes there. */
export interface PodSpec {
  /** Init containers and sidecars in their order, then app containers. */
  readonly containers: readonly Container[];
  /** Pod-level `resources.requests` (from 1.34), empty when absent. */
  readonly podRequests: Quantities;
  /** Pod-level `resources.limits`, empty when absent. */
  readonly podLimits: Quantities;
  readonly overhead: Quantities;
  readonly nodeName: string | undefined;
  readonly nodeSelector: Labels;
  /** `undefined` when there is no required node affinity. */
  readonly nodeAffinity: readonly NodeSelectorTerm[] | undefined;
  /** Required terms. */
  readonly podAffinity: readonly PodAffinityTerm[];
  readonly podAntiAffinity: readonly PodAffinityTerm[];
  /** Those that refuse nodes. */
  readonly topologySpread: readonly TopologySpreadConstraint[];
  readonly tolerations: readonly Toleration[];
  /** Those that decide where the pod may run. */
  readonly volumes: readonly PodVolume[];
  /** Features that a node must declare (from 1.36); absent where the pod wants none. */
  readonly features?: readonly string[];
  readonly schedulerName: string;
  readonly priority: number;
  readonly preemptionPolicy: "PreemptLowerPriority" | "Never";
  readonly readinessGates: readonly string[];
  readonly schedulingGates: readonly string[];
  /** Whether a size limit of an `emptyDir` or an ephemeral-storage limit can evict the pod. */
  readonly storageLimited: boolean;
  /** Scheduling features in use that no filter judges, in the API's words (`topologySpreadConstraints`, …). */
  readonly unmodelled: readonly string[];
  /** Read where admission is judged; absent, the pod has nothing of it. */
  readonly admission?: PodAdmission;
}

/** A pod template; `json` is the exact template, serialised with sorted keys: its identity, and the way back. */
export interface Template {
  readonly json: string;
  readonly labels: Labels;
  readonly spec: PodSpec;
}
