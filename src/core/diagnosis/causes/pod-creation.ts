import { admissionReasonOf } from "../../admission-reason.ts";
import type { ReasonCode } from "../../reason.ts";
import { kubectl } from "../next-step.ts";
import { spanOf } from "../occurrences.ts";
import { refusalOf } from "../refusal.ts";
import type { Scene } from "../scene.ts";
import { again, type Cause, lasting, type Patience, type Symptom } from "../symptom.ts";

const someRoom: Patience = { ...lasting(45), forRoom: true, retriedBy: "controller" };

/** How long each is given. */
const PATIENCE = {
  QuotaExceeded: someRoom,
  PodSecurityViolation: again,
  LimitRangeViolation: again,
  ServiceAccountMissing: again,
  AdmissionWebhookUnavailable: lasting(120),
  AdmissionDenied: again,
  PodCreationFailed: someRoom,
} as const satisfies Partial<Record<ReasonCode, Patience>>;

/** New pods, or the new ReplicaSet itself, cannot be created. */
export const podCreation: Cause = {
  name: "PodCreation",
  reasons: Object.keys(PATIENCE) as ReasonCode[],
  source:
    "pkg/controller/replicaset/replica_set.go, manageReplicas; replica_set_utils.go, ReplicaFailure (v1.36.3)",
  detect(scene) {
    const message = wordsOf(scene);
    return message === undefined ? [] : [toSymptom(scene, message)];
  },
};

/** The status stands until a pod is created; the event says the same and adds nothing. */
function wordsOf({ replicaSet, workload, goal }: Scene): string | undefined {
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
  const { namespace } = scene.goal.ref;
  const { summary, next } = refusalOf(reason, message, namespace);
  const owner =
    scene.replicaSet === undefined
      ? `deployment/${scene.goal.ref.name}`
      : `replicaset/${scene.replicaSet.name}`;
  return {
    reason,
    key: reason,
    pod: undefined,
    container: undefined,
    stage: scene.replicaSet?.statusReplicas,
    summary,
    message,
    next: [...next, kubectl("See the events", namespace, "describe", owner)],
    seen: 1,
    triedForMs: triedForMs(scene),
    // No room that others leave gives the template what it lacks.
    patience: /must specify/.test(message) ? again : PATIENCE[reason],
  };
}

/** Since the condition is there: a refusal that passed before is none of this one's tries. */
function triedForMs({ events, replicaSet }: Scene): number {
  const tries = events.filter(({ reason }) => reason === "FailedCreate");
  const since = replicaSet?.conditions.find(({ type }) => type === "ReplicaFailure")?.lastTransition;
  return since === undefined ? spanOf(tries) : Math.max(0, ...tries.map(({ lastSeen }) => lastSeen - since));
}

const isKind = (reason: ReasonCode): reason is keyof typeof PATIENCE => Object.hasOwn(PATIENCE, reason);
