import type { V1Pod, V1PodTemplateSpec } from "@kubernetes/client-node";
import type { Gap } from "../../core/model/gap.ts";
import type { PodSpec, Template } from "../../core/model/pod-spec.ts";
import type { Target } from "../../core/model/workload.ts";
import { lacksRight } from "./access-review.ts";
import { type Api, corePath, pathOf } from "./api.ts";
import { toPodSpec } from "./decode-pod-spec.ts";
import { toActionError } from "./errors.ts";
import { isWebhookSilent, NoAnswer, Refusal } from "./failure.ts";
import { gapOf } from "./gap.ts";

/** What the API said to a pod that was never created. */
export type DryRun =
  | { readonly kind: "admitted"; readonly pod: PodSpec }
  | { readonly kind: "denied"; readonly message: string }
  | { readonly kind: "not-asked"; readonly gap: Gap };

/** What is missing without it. */
const LOST = "what webhooks, policies, quota and Pod Security would change or deny is not known";

/**
 * Lets the API admit, without creating it, the pod that the controller would create from a template: defaults,
 * LimitRanges, webhooks and policies have then done their part. Throws `ActionError` when signing in fails.
 */
export async function dryRunPod(
  api: Api,
  target: Target,
  template: Template,
  signal: AbortSignal,
): Promise<DryRun> {
  const path = pathOf(corePath(target.workload.namespace, "pods"), { dryRun: "All" });
  const body = JSON.stringify(podOf(target, template));
  const headers = { "content-type": "application/json" };
  try {
    const { text } = await api.transport.send(
      { method: "POST", path, headers, body, writesNothing: true },
      signal,
    );
    const { spec } = JSON.parse(text) as V1Pod;
    return { kind: "admitted", pod: toPodSpec(spec ?? { containers: [] }) };
  } catch (error) {
    return whyNot(api, error, signal);
  }
}

async function whyNot(api: Api, error: unknown, signal: AbortSignal): Promise<DryRun> {
  if (isForbidden(error) && (await lacksRight(api, error, signal))) {
    return { kind: "not-asked", gap: gapOf("admission of the new pod", error, LOST) };
  }
  if (error instanceof Refusal && isDenial(error)) return { kind: "denied", message: error.message };
  if (error instanceof Refusal || error instanceof NoAnswer) {
    const told = toActionError(error, "ask for a dry run of the new pod", api.where);
    return {
      kind: "not-asked",
      gap: { what: "admission of the new pod", why: `${(told as Error).message}; ${LOST}` },
    };
  }
  throw error;
}

const isForbidden = (error: unknown): error is Refusal =>
  error instanceof Refusal && error.code === 403 && error.google === undefined;

/** Everything but trouble of the API itself, or of what is in front of it. */
const isDenial = (refusal: Refusal): boolean =>
  (refusal.google === undefined && refusal.code >= 400 && refusal.code < 500 && !PASSING.has(refusal.code)) ||
  isWebhookSilent(refusal);

const PASSING = new Set([401, 429]);

/** No real hash has this form, so that the pod counts to no ReplicaSet. */
export const NO_HASH = "dry-run";

/**
 * The pod as the ReplicaSet controller makes it: owned, but without `blockOwnerDeletion`, which would need one
 * more right. Source: pkg/controller/controller_utils.go (v1.36.3), `GetPodFromTemplate`.
 */
function podOf({ workload, replicaSets }: Target, template: Template): unknown {
  const { metadata, spec } = JSON.parse(template.json) as V1PodTemplateSpec;
  const owner = replicaSets.find(({ replicas }) => replicas > 0) ?? replicaSets[0];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      namespace: workload.namespace,
      generateName: `${owner?.name ?? workload.name}-`,
      labels: { ...metadata?.labels, "pod-template-hash": NO_HASH },
      annotations: metadata?.annotations,
      finalizers: metadata?.finalizers,
      ownerReferences: owner && [
        { apiVersion: "apps/v1", kind: "ReplicaSet", name: owner.name, uid: owner.uid, controller: true },
      ],
    },
    spec,
  };
}
