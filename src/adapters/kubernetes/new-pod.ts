import { leastRequests } from "../../core/capacity/admission/least-requests.ts";
import type { Admission } from "../../core/capacity/verdict.ts";
import type { Gap } from "../../core/model/gap.ts";
import type { Labels } from "../../core/model/labels.ts";
import type { PodSpec } from "../../core/model/pod-spec.ts";
import type { ResourceQuota } from "../../core/model/quota.ts";
import type { Resources } from "../../core/model/resources.ts";
import type { Target } from "../../core/model/workload.ts";
import type { SnapshotRequest } from "../../ports.ts";
import type { Api } from "./api.ts";
import { type AdmittedPod, type DryRun, dryRunPod, dryRunWorkload, podLabels } from "./dry-run.ts";
import type { Listed } from "./listed.ts";
import { type LocalAdmission, readLocally } from "./local-admission.ts";
import { readLimitRanges, readPodSecurity, readQuotas } from "./namespace-rules.ts";

/** The pod that a rollout would create, how it is known, and what the quotas of its namespace say. */
export interface NewPod {
  readonly pod: PodSpec;
  readonly labels: Labels;
  readonly admission: Admission;
  readonly quotas: readonly ResourceQuota[];
  readonly leastRequests: Resources;
  readonly warnings: readonly string[];
  readonly gaps: readonly Gap[];
}

/** What the pod itself is, and what is said to it. */
type Judged = Omit<NewPod, "quotas" | "leastRequests" | "warnings">;

/**
 * The new pod as the API admits it: first the workload with its new template, then a pod of what comes of that. Where
 * the pod is not admitted, or may not be asked for, local rules fill it in. Creates and changes nothing.
 */
export async function readNewPod(api: Api, request: SnapshotRequest, signal: AbortSignal): Promise<NewPod> {
  const { target, next } = request;
  const workload = await dryRunWorkload(api, target, next, signal);
  const template = workload.kind === "admitted" ? workload.result : next;
  const answer = await dryRunPod(api, target, template, signal);
  // Last, for what is counted lags behind the pods that go.
  const [quotas, limitRanges] = await Promise.all([
    readQuotas(api, target.workload.namespace, signal),
    readLimitRanges(api, target.workload.namespace, signal),
  ]);
  const judged = await judge(api, { ...request, next: template }, { answer, quotas }, signal);
  const admission =
    workload.kind === "denied"
      ? await deniedWorkload(api, request, workload.message, signal)
      : ofPods(target, judged.admission);
  return {
    ...judged,
    admission,
    quotas: quotas.items,
    leastRequests: leastRequests(judged.pod, limitRanges.items),
    warnings: workload.kind === "admitted" ? workload.warnings : [],
    gaps: [...judged.gaps, ...quotas.gaps, ...(workload.kind === "not-asked" ? [workload.gap] : [])],
  };
}

/** Nobody is denied anything where no pod is wanted. */
const ofPods = ({ workload }: Target, admission: Admission): Admission =>
  workload.replicas === 0 ? ADMITTED : admission;

/** What the API said of the pod, and what the quotas say after that. */
interface Heard {
  readonly answer: DryRun<AdmittedPod>;
  readonly quotas: Listed<ResourceQuota>;
}

async function deniedWorkload(
  api: Api,
  { target }: SnapshotRequest,
  message: string,
  signal: AbortSignal,
): Promise<Admission> {
  const current = await dryRunWorkload(api, target, target.workload.template, signal);
  return { kind: "denied", message, currentPasses: current.kind === "admitted" };
}

async function judge(
  api: Api,
  request: SnapshotRequest,
  { answer, quotas }: Heard,
  signal: AbortSignal,
): Promise<Judged> {
  const { target, next } = request;
  const labels = podLabels(target, next);
  switch (answer.kind) {
    case "admitted":
      return {
        ...answer.result,
        labels: { ...labels, ...answer.result.labels },
        admission: ADMITTED,
        gaps: [],
      };
    case "forbidden": {
      const security = await readPodSecurity(api, target.workload.namespace, signal);
      const gap = { ...answer.gap, why: `${answer.gap.why}${security}` };
      return { ...(await unasked(api, request, gap, signal)), labels };
    }
    case "not-asked":
      return { ...(await unasked(api, request, answer.gap, signal)), labels };
    case "denied":
      return { ...(await denied(api, request, { message: answer.message, quotas }, signal)), labels };
  }
  return answer satisfies never;
}

const ADMITTED: Admission = { kind: "admitted" };

/** Without a dry run the API's own rules are all that can deny it. */
async function unasked(
  api: Api,
  { target, next }: SnapshotRequest,
  gap: Gap,
  signal: AbortSignal,
): Promise<Omit<Judged, "labels">> {
  const local = await readLocally(api, { target, next }, signal);
  const { spec, refusal, gaps } = local.admit(next);
  const admission: Admission =
    refusal === ""
      ? { kind: "not-asked", why: gap.why }
      : {
          kind: "denied",
          message: refusal,
          currentPasses: local.admit(target.workload.template).refusal === "",
        };
  return { pod: spec, admission, gaps: [hidden(gap, local), ...local.gaps, ...gaps] };
}

/** What admission would change takes room at most, unless something is known to make pods easier to place. */
function hidden({ what, why }: Gap, { easesPods }: LocalAdmission): Gap {
  return easesPods ? { what, why } : { what, why, takesRoom: true };
}

/**
 * Quotas are asked last, so a pod that one refuses has passed all else; whether a quota stops the rollout is decided
 * by what it counts, where that could be read.
 */
async function denied(
  api: Api,
  { target, next }: SnapshotRequest,
  { message, quotas }: { readonly message: string; readonly quotas: Listed<ResourceQuota> },
  signal: AbortSignal,
): Promise<Omit<Judged, "labels">> {
  const counted = quotas.gaps.length === 0;
  const local = await readLocally(api, { target, next }, signal);
  const { spec: pod, gaps } = local.admit(next);
  const known = [...local.gaps, ...gaps];
  const byQuota: Omit<Judged, "labels"> = local.isAsAdmitted(next)
    ? { pod, admission: ADMITTED, gaps: known }
    : { pod, admission: { kind: "not-asked", why: UNSEEN.why }, gaps: [hidden(UNSEEN, local), ...known] };
  if (counted && isExceeded(message)) return byQuota;
  const current = await dryRunPod(api, target, target.workload.template, signal);
  const currentPasses = current.kind === "admitted" || (!isExceeded(message) && passesUntilQuota(current));
  if (counted && !currentPasses && isDemanded(message)) return byQuota;
  return { pod, admission: { kind: "denied", message, currentPasses }, gaps: known };
}

const UNSEEN: Gap = {
  what: "admission of the new pod",
  why: "a quota refuses it as of now, so what webhooks would change is not known",
};

/** From the start, for a webhook may quote whatever it likes. */
const isExceeded = (message: string): boolean => /^pods "[^"]*" is forbidden: exceeded quota: /.test(message);

/** The quota demands what the pod does not say. */
const isDemanded = (message: string): boolean => /^pods "[^"]*" is forbidden: failed quota: /.test(message);

/** Only a full quota refuses it, which is asked last. */
const passesUntilQuota = (answer: DryRun<AdmittedPod>): boolean =>
  answer.kind === "denied" && isExceeded(answer.message);
