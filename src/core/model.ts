/**
 * The Kubernetes objects as the core sees them: only fields that a rule reads, nothing optional that the API
 * always answers. `adapters/kubernetes/decode` makes them from wire JSON.
 */

/** Milliseconds since the Unix epoch. */
export type Instant = number & { readonly brand: "ms since epoch" };

/** Marks a number of milliseconds since the Unix epoch as an `Instant`. */
export const instant = (ms: number): Instant => ms as Instant;

/** Exact amount in nano-units (`100m` of CPU is 100_000_000n). See `quantity`. */
export type Quantity = bigint & { readonly brand: "nano-units" };

/** Resource name (`cpu`, `memory`, `nvidia.com/gpu`) to its exact amount, as written in a spec. */
export type Quantities = ReadonlyMap<string, Quantity>;

/**
 * Resource name to the integer that the scheduler computes with: `cpu` in millicores, everything else in units
 * (bytes, devices, pods), rounded up once per pod. Source: pkg/scheduler/framework/types.go (v1.36.3), `Resource`.
 */
export type Resources = ReadonlyMap<string, number>;

/** Label or annotation map. */
export type Labels = Readonly<Record<string, string>>;

/** Something that could not be read or is not modelled: a reason never to say "fits". */
export interface Gap {
  readonly what: string;
  readonly why: string;
  /** What it hides can only take room away: a rollout that stalls without it stalls all the more with it. */
  readonly takesRoom?: true;
}

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

/** One requirement of a selector. Operators: In, NotIn, Exists, DoesNotExist, and for nodes Gt, Lt. */
export interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** `metav1.LabelSelector` with `matchLabels` folded into requirements; an empty list selects everything. */
export type LabelSelector = readonly Requirement[];

/** Term of required node affinity; terms are ORed, the parts of a term ANDed. */
export interface NodeSelectorTerm {
  readonly matchExpressions: readonly Requirement[];
  readonly matchFields: readonly Requirement[];
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
  readonly tolerations: readonly Toleration[];
  readonly schedulerName: string;
  readonly priority: number;
  readonly preemptionPolicy: "PreemptLowerPriority" | "Never";
  readonly readinessGates: readonly string[];
  readonly schedulingGates: readonly string[];
  /** Whether a size limit of an `emptyDir` or an ephemeral-storage limit can evict the pod. */
  readonly storageLimited: boolean;
  /** Scheduling features in use that no filter judges, in the API's words (`topologySpreadConstraints`, …). */
  readonly unmodelled: readonly string[];
}

/** A pod template; `json` is the exact template, serialised with sorted keys: its identity, and the way back. */
export interface Template {
  readonly json: string;
  readonly labels: Labels;
  readonly spec: PodSpec;
}

/** `status.conditions[]` of any object. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransition: Instant | undefined;
  readonly lastUpdate: Instant | undefined;
}

/** An absolute number of pods, or a share of `spec.replicas` in percent. */
export type IntOrPercent =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "percent"; readonly value: number };

/** How a Deployment replaces its pods. */
export type Strategy =
  | { readonly kind: "Recreate" }
  | {
      readonly kind: "RollingUpdate";
      readonly maxSurge: IntOrPercent;
      readonly maxUnavailable: IntOrPercent;
    };

/** Which workload: kind as in the API, namespace, name. */
export interface WorkloadRef {
  readonly kind: "Deployment";
  readonly namespace: string;
  readonly name: string;
}

/** The Deployment. Counts are zero where the API leaves them out. */
export interface Workload extends WorkloadRef {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly observedGeneration: number;
  readonly annotations: Labels;
  /** `deployment.kubernetes.io/revision`, once the controller wrote it. */
  readonly revision: number | undefined;
  readonly replicas: number;
  readonly paused: boolean;
  readonly strategy: Strategy;
  readonly minReadySeconds: number;
  readonly selector: LabelSelector;
  readonly template: Template;
  readonly status: {
    readonly replicas: number;
    readonly updatedReplicas: number;
    readonly availableReplicas: number;
  };
  readonly conditions: readonly Condition[];
}

/** A ReplicaSet of the workload. `template.json` is without the `pod-template-hash` label. */
export interface ReplicaSet {
  readonly name: string;
  readonly uid: string;
  readonly revision: number | undefined;
  readonly templateJson: string;
  readonly replicas: number;
  readonly availableReplicas: number;
  readonly statusReplicas: number;
  readonly conditions: readonly Condition[];
  readonly createdAt: Instant;
}

/** `state` or `lastState` of a container. */
export type ContainerState =
  | { readonly kind: "waiting"; readonly reason: string; readonly message: string }
  | { readonly kind: "running"; readonly startedAt: Instant | undefined }
  | Terminated;

/** An instance of a container that ended. */
export interface Terminated {
  readonly kind: "terminated";
  readonly reason: string;
  readonly exitCode: number;
  readonly message: string;
  readonly finishedAt: Instant | undefined;
}

/** `status.containerStatuses[]` and `status.initContainerStatuses[]`. */
export interface ContainerStatus {
  readonly name: string;
  readonly role: ContainerRole;
  readonly image: string;
  readonly imageID: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly state: ContainerState;
  readonly lastState: Terminated | undefined;
}

/** A pod of the workload, with what happens in it. */
export interface Pod {
  readonly name: string;
  readonly uid: string;
  /** uid of the controlling ReplicaSet. */
  readonly ownerUid: string | undefined;
  readonly createdAt: Instant;
  readonly deletedAt: Instant | undefined;
  readonly phase: string;
  readonly reason: string;
  readonly message: string;
  readonly nodeName: string | undefined;
  readonly conditions: readonly Condition[];
  readonly containers: readonly ContainerStatus[];
  readonly spec: PodSpec;
}

/** The workload with what it controls. */
export interface Target {
  readonly workload: Workload;
  readonly replicaSets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
}

/** An Event, of either API: count and times come from `series` where there is one. */
export interface KubeEvent {
  readonly uid: string;
  readonly type: string;
  readonly reason: string;
  /** Without the prefix `(combined from similar events): `. */
  readonly message: string;
  readonly count: number;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  readonly regarding: { readonly kind: string; readonly name: string; readonly uid: string };
  /** Container that the event speaks of, from `fieldPath`. */
  readonly container: string | undefined;
}

/** A taint of a node. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

/** A node with what it can give. */
export interface Node {
  readonly name: string;
  readonly labels: Labels;
  readonly taints: readonly Taint[];
  readonly unschedulable: boolean;
  readonly allocatable: Resources;
}

/** A required pod (anti-)affinity term; no namespaces and no `namespaceSelector`: the pod's own namespace. */
export interface PodAffinityTerm {
  /** `undefined` selects nothing, an empty list everything. */
  readonly selector: LabelSelector | undefined;
  readonly namespaces: readonly string[];
  readonly namespaceSelector: LabelSelector | undefined;
}

/** A `LimitRange`: its items of type `Container`, which fill in what a container leaves out. */
export interface LimitRange {
  readonly name: string;
  readonly containerDefaults: readonly ContainerDefaults[];
}

/** One item of a LimitRange, as written; all four may be empty. */
export interface ContainerDefaults {
  readonly default: Quantities;
  readonly defaultRequest: Quantities;
  readonly max: Quantities;
  readonly min: Quantities;
}

/** A pod as room taken on a node: what the scheduler counts, nothing more. */
export interface PlacedPod {
  readonly namespace: string;
  readonly name: string;
  readonly ownerUid: string | undefined;
  /** `undefined` while it waits for a node. */
  readonly nodeName: string | undefined;
  readonly nominatedNodeName: string | undefined;
  readonly requests: Resources;
  readonly hostPorts: readonly HostPort[];
  readonly priority: number;
  /** `metadata.deletionTimestamp`, by when it should be gone; it takes its room until it is. */
  readonly deletedAt: Instant | undefined;
  readonly ready: boolean;
  /** Belongs to a DaemonSet or to the node itself: a new node of the kind would run one too. */
  readonly daemon: boolean;
  /** Required anti-affinity: pods that it will not share a domain with. Empty for nearly all. */
  readonly repels: readonly PodAffinityTerm[];
}
