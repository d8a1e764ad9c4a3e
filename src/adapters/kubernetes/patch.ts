import type { V1Deployment } from "@kubernetes/client-node";
import type { PatchOperation } from "../../core/change.ts";
import type { WorkloadRef } from "../../core/model/workload.ts";
import type { PatchAnswer } from "../../ports.ts";
import { lacksRight } from "./access-review.ts";
import { type Api, pathOf, workloadPath } from "./api.ts";
import { toWorkload } from "./decode.ts";
import { toActionError } from "./errors.ts";
import { fromWebhook, isWebhookSilent, NoAnswer, Refusal } from "./failure.ts";
import type { Raw } from "./feed.ts";
import type { Tap } from "./tap.ts";

/** A guarded write and whose it is. */
export interface Patch {
  readonly ref: WorkloadRef;
  readonly operations: readonly PatchOperation[];
  readonly fieldManager: string;
  readonly tap?: Tap | undefined;
}

/** Sends a JSON Patch once. Throws `ActionError` where nothing was written and nothing can be without help. */
export async function patchWorkload(api: Api, patch: Patch, signal: AbortSignal): Promise<PatchAnswer> {
  patch.tap?.begin();
  try {
    const { text, warnings } = await api.transport.send(
      {
        method: "PATCH",
        path: pathOf(workloadPath(patch.ref), { fieldManager: patch.fieldManager }),
        headers: { "content-type": "application/json-patch+json" },
        body: JSON.stringify(patch.operations),
      },
      signal,
    );
    const json = JSON.parse(text) as V1Deployment & Raw;
    patch.tap?.wrote(json);
    return { kind: "written", workload: toWorkload(json), warnings };
  } catch (error) {
    const answer = await answerOf(api, error, signal);
    if (answer !== undefined) return answer;
    throw toActionError(error, `change deployment ${patch.ref.namespace}/${patch.ref.name}`, api.where);
  }
}

async function answerOf(api: Api, error: unknown, signal: AbortSignal): Promise<PatchAnswer | undefined> {
  if (error instanceof NoAnswer && error.stage === "sent")
    return { kind: "lost", why: `${error.code}: ${error.message}` };
  if (!(error instanceof Refusal)) return;
  if (isMismatch(error)) return { kind: "mismatch" };
  if (isDenied(error)) return { kind: "denied", message: error.message };
  if (error.code >= 500) return { kind: "lost", why: `${error.code} ${error.message}` };
  if (error.code === 403 && error.status.reason !== undefined && !(await lacksRight(api, error, signal))) {
    return { kind: "denied", message: error.message };
  }
  return;
}

/**
 * A `test` that failed, or a path that is not there: 422 about nothing in particular, while a validation names
 * the object and its fields. 409: the object changed under each of the server's own tries.
 * Source: apiserver/pkg/endpoints/handlers/patch.go (v0.36.3), `applyJSPatch`.
 */
function isMismatch(refusal: Refusal): boolean {
  const { code, status } = refusal;
  if (fromWebhook(refusal)) return false;
  if (code === 409) return status.reason === "Conflict";
  return code === 422 && status.details !== undefined && !status.details.kind && !status.details.causes;
}

/**
 * The change itself is refused: by validation or policy, by a webhook (which chooses its code), or for want of one.
 * Source: apiserver/pkg/admission/plugin/policy/validating/dispatcher.go (v0.36.3).
 */
const isDenied = (refusal: Refusal): boolean =>
  refusal.google === undefined &&
  (refusal.code === 400 || refusal.code === 422 || fromWebhook(refusal) || isWebhookSilent(refusal));
