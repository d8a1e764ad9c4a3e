import { admissionReasonOf } from "../../admission-reason.ts";
import type { ReasonCode } from "../../reason.ts";
import type { NextStep } from "../finding.ts";
import { advise, kubectl } from "../next-step.ts";
import { spanOf } from "../occurrences.ts";
import type { Scene } from "../scene.ts";
import { again, type Cause, lasting, type Patience, type Symptom } from "../symptom.ts";

interface Kind {
  readonly summary: string;
  readonly patience: Patience;
  next(scene: Scene): readonly NextStep[];
}

const someRoom: Patience = { ...lasting(45), forRoom: true, retriedBy: "controller" };

const KINDS = {
  QuotaExceeded: {
    summary: "no new pod can be created: a ResourceQuota of the namespace is used up",
    patience: someRoom,
    next: ({ goal }) => [
      kubectl("See what the quota allows and what uses it", goal.ref.namespace, "describe", "resourcequota"),
      advise("Free room in the quota or raise it, or let old pods go first (maxSurge: 0, maxUnavailable: 1)"),
    ],
  },
  PodSecurityViolation: {
    summary: "no new pod can be created: the template violates the namespace's Pod Security level",
    patience: again,
    next: () => [advise("Change the securityContext fields that the message lists")],
  },
  LimitRangeViolation: {
    summary: "no new pod can be created: its requests or limits are outside a LimitRange of the namespace",
    patience: again,
    next: ({ goal }) => [
      kubectl("See what the LimitRange allows", goal.ref.namespace, "describe", "limitrange"),
    ],
  },
  ServiceAccountMissing: {
    summary: "no new pod can be created: its service account does not exist",
    patience: again,
    next: ({ goal }) => [
      kubectl("See which service accounts there are", goal.ref.namespace, "get", "serviceaccounts"),
    ],
  },
  AdmissionWebhookUnavailable: {
    summary: "no new pod can be created: an admission webhook does not answer",
    patience: lasting(120),
    next: () => [advise("Look at the service behind the webhook that the message names")],
  },
  AdmissionDenied: {
    summary: "no new pod can be created: an admission policy or webhook denies it",
    patience: again,
    next: () => [advise("Change the template as the policy demands, or talk to who owns the policy")],
  },
  PodCreationFailed: {
    summary: "the API server refuses to create new pods",
    patience: someRoom,
    next: ({ goal, replicaSet }) => [
      kubectl(
        "See the events",
        goal.ref.namespace,
        "describe",
        replicaSet === undefined ? `deployment/${goal.ref.name}` : `replicaset/${replicaSet.name}`,
      ),
    ],
  },
} as const satisfies Partial<Record<ReasonCode, Kind>>;

const DEMANDS_REQUESTS: Kind = {
  summary: "a ResourceQuota demands requests or limits that the pod template does not set",
  patience: again,
  next: () => [
    advise("Set the requests or limits that the message names on every container of the template"),
  ],
};

/** New pods, or the new ReplicaSet itself, cannot be created. */
export const podCreation: Cause = {
  name: "PodCreation",
  reasons: Object.keys(KINDS) as ReasonCode[],
  source:
    "pkg/controller/replicaset/replica_set.go, manageReplicas; replica_set_utils.go, ReplicaFailure (v1.36.3)",
  detect(scene) {
    const message = refusalOf(scene);
    return message === undefined ? [] : [toSymptom(scene, message)];
  },
};

/** The status stands until a pod is created; the event says the same and adds nothing. */
function refusalOf({ replicaSet, workload, goal }: Scene): string | undefined {
  if (replicaSet !== undefined) {
    return replicaSet.conditions.find(({ type, status }) => type === "ReplicaFailure" && status === "True")
      ?.message;
  }
  if (workload.observedGeneration < goal.generation) return undefined;
  const progressing = workload.conditions.find(({ type }) => type === "Progressing");
  return progressing?.reason === "ReplicaSetCreateError" ? progressing.message : undefined;
}

function toSymptom(scene: Scene, message: string): Symptom {
  const code = admissionReasonOf(message);
  const reason = isKind(code) ? code : "PodCreationFailed";
  const { summary, patience, next }: Kind = /must specify/.test(message) ? DEMANDS_REQUESTS : KINDS[reason];
  return {
    reason,
    key: reason,
    pod: undefined,
    container: undefined,
    stage: scene.replicaSet?.statusReplicas,
    summary,
    message,
    next: next(scene),
    seen: 1,
    triedForMs: spanOf(scene.events.filter(({ reason: name }) => name === "FailedCreate")),
    patience,
  };
}

const isKind = (reason: ReasonCode): reason is keyof typeof KINDS => Object.hasOwn(KINDS, reason);
