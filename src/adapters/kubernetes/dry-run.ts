import type { V1Deployment, V1Pod, V1PodTemplateSpec } from "@kubernetes/client-node";
import type { Gap } from "../../core/model/gap.ts";
import type { Labels } from "../../core/model/labels.ts";
import type { PodSpec, Template } from "../../core/model/pod-spec.ts";
import type { Target } from "../../core/model/workload.ts";
import { replicaSetOf } from "../../core/replica-set.ts";
import { lacksRight } from "./access-review.ts";
import { type Api, corePath, pathOf, workloadPath } from "./api.ts";
import { toWorkload } from "./decode.ts";
import { toAdmittedSpec } from "./decode-admission.ts";
import { toActionError } from "./errors.ts";
import { fromWebhook, isWebhookSilent, NoAnswer, Refusal } from "./failure.ts";
import { gapOf } from "./gap.ts";
import type { ApiRequest } from "./transport.ts";

/** What the API said to a change that was never made. `admitted`: what would have come of it. */
export type DryRun<T> =
  | { readonly kind: "admitted"; readonly result: T; readonly warnings: readonly string[] }
  | { readonly kind: "denied"; readonly message: string }
  | { readonly kind: "forbidden"; readonly gap: Gap }
  /** It cannot tell: something that has a say could not be asked without making the change. */
  | { readonly kind: "not-asked"; readonly gap: Gap };

/** A pod as admission leaves it. */
export interface AdmittedPod {
  readonly pod: PodSpec;
  readonly labels: Labels;
}

/** What is asked, for a gap, and what is lost without an answer. */
interface Question {
  readonly what: string;
  readonly doing: string;
  readonly lost: string;
}

const OF_WORKLOAD: Question = {
  what: "dry run of the change",
  doing: "ask for a dry run of the change",
  lost: "what webhooks and policies would deny is not known",
};
const OF_POD: Question = {
  what: "admission of the new pod",
  doing: "ask for a dry run of the new pod",
  lost: "what webhooks, policies, quota and Pod Security would change or deny is not known",
};

/**
 * Lets the API admit the workload with another template, without changing it: answers with the template as webhooks
 * leave it. Says nothing about pods. Throws `ActionError` when signing in fails.
 */
export function dryRunWorkload(
  api: Api,
  { workload }: Target,
  template: Template,
  signal: AbortSignal,
): Promise<DryRun<Template>> {
  const replace = { op: "replace", path: "/spec/template", value: JSON.parse(template.json) };
  const request: ApiRequest = {
    method: "PATCH",
    path: pathOf(workloadPath(workload), { dryRun: "All" }),
    headers: { "content-type": "application/json-patch+json" },
    body: JSON.stringify([replace]),
    writesNothing: true,
  };
  return dryRun(api, request, OF_WORKLOAD, (json) => toWorkload(json as V1Deployment).template, signal);
}

/**
 * Lets the API admit, without creating it, the pod that the controller would create from a template: defaults,
 * LimitRanges, webhooks and policies have then done their part. Throws `ActionError` when signing in fails.
 */
export function dryRunPod(
  api: Api,
  target: Target,
  template: Template,
  signal: AbortSignal,
): Promise<DryRun<AdmittedPod>> {
  const request: ApiRequest = {
    method: "POST",
    path: pathOf(corePath(target.workload.namespace, "pods"), { dryRun: "All" }),
    headers: { "content-type": "application/json" },
    body: JSON.stringify(podOf(target, template)),
    writesNothing: true,
  };
  return dryRun(api, request, OF_POD, (json) => toAdmittedPod(json as V1Pod), signal);
}

const toAdmittedPod = ({ metadata, spec }: V1Pod): AdmittedPod => ({
  pod: toAdmittedSpec(spec ?? { containers: [] }),
  labels: metadata?.labels ?? {},
});

async function dryRun<T>(
  api: Api,
  request: ApiRequest,
  question: Question,
  toResult: (json: unknown) => T,
  signal: AbortSignal,
): Promise<DryRun<T>> {
  try {
    const { text, warnings } = await api.transport.send(request, signal);
    return { kind: "admitted", result: toResult(JSON.parse(text)), warnings };
  } catch (error) {
    return whyNot(api, error, question, signal);
  }
}

async function whyNot(
  api: Api,
  error: unknown,
  { what, doing, lost }: Question,
  signal: AbortSignal,
): Promise<Exclude<DryRun<never>, { kind: "admitted" }>> {
  if (isForbidden(error) && (await lacksRight(api, error, signal))) {
    return { kind: "forbidden", gap: gapOf(what, error, lost) };
  }
  if (error instanceof Refusal && isDenial(error)) return { kind: "denied", message: error.message };
  if (error instanceof Refusal || error instanceof NoAnswer) {
    const why = isSpeechless(error)
      ? error.message
      : (toActionError(error, doing, api.where) as Error).message;
    return { kind: "not-asked", gap: { what, why: `${why}; ${lost}`, takesRoom: true } };
  }
  throw error;
}

const isForbidden = (error: unknown): error is Refusal =>
  error instanceof Refusal && error.code === 403 && error.google === undefined;

/** Everything but trouble of the API itself, or of what is in front of it or has a say in it. */
const isDenial = (refusal: Refusal): boolean =>
  refusal.google === undefined &&
  !isSpeechless(refusal) &&
  (fromWebhook(refusal) || (refusal.code >= 400 && refusal.code < 500 && !PASSING.has(refusal.code)));

const PASSING = new Set([401, 404, 409, 429]);

/**
 * Whether who has a say could not be asked: a webhook that does not answer, one that does not support dry runs, a
 * quota whose use is not counted yet.
 * Source: apiserver/pkg/admission/plugin/webhook/errors/statuserror.go (v0.36.3), `NewDryRunUnsupportedErr`.
 */
const isSpeechless = (failure: Refusal | NoAnswer): boolean =>
  failure instanceof Refusal &&
  (isWebhookSilent(failure) ||
    /^admission webhook ".+" does not support dry run/.test(failure.message) ||
    /is forbidden: status unknown for quota: /.test(failure.message));

/** No real hash has this form, so that the pod counts to no ReplicaSet. */
const NO_HASH = "dry-run";

/** The labels that the controller gives to pods of a template: with the hash of its ReplicaSet, or that of none. */
export function podLabels({ workload, replicaSets }: Target, template: Template): Labels {
  const own = replicaSetOf(template.json, replicaSets);
  const hash = own?.name.startsWith(`${workload.name}-`) ? own.name.slice(workload.name.length + 1) : NO_HASH;
  return { ...template.labels, "pod-template-hash": hash };
}

/**
 * The pod as the ReplicaSet controller makes it: owned, but without `blockOwnerDeletion`, which would need one
 * more right. Source: pkg/controller/controller_utils.go (v1.36.3), `GetPodFromTemplate`.
 */
function podOf(target: Target, template: Template): unknown {
  const { workload, replicaSets } = target;
  const { metadata, spec } = JSON.parse(template.json) as V1PodTemplateSpec;
  const owner =
    replicaSetOf(template.json, replicaSets) ??
    replicaSets.find(({ replicas }) => replicas > 0) ??
    replicaSets[0];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      namespace: workload.namespace,
      generateName: `${owner?.name ?? workload.name}-`,
      labels: podLabels(target, template),
      annotations: metadata?.annotations,
      finalizers: metadata?.finalizers,
      ownerReferences: owner && [
        { apiVersion: "apps/v1", kind: "ReplicaSet", name: owner.name, uid: owner.uid, controller: true },
      ],
    },
    spec,
  };
}
