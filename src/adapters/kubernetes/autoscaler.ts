import { type Autoscaling, NO_AUTOSCALING } from "../../core/model/autoscaling.ts";
import type { Gap } from "../../core/model/gap.ts";
import { type Instant, instant } from "../../core/model/instant.ts";
import { type Api, corePath, read } from "./api.ts";
import { type AutoscalerStatus, toAutoscalerStatus } from "./decode-autoscaler.ts";
import { NoAnswer, Refusal } from "./failure.ts";
import { gapOf } from "./gap.ts";

/** Where the autoscaler says how it fares. Source: autoscaler/cluster-autoscaler/config/autoscaling_options.go. */
const STATUS = corePath("kube-system", "configmaps", "cluster-autoscaler-status");

/** A living autoscaler writes every 10 s, and is restarted after 10 min without; clocks differ. */
const STALE_AFTER_MS = 15 * 60_000;

const WHAT = "cluster autoscaler";
const NO_LIMITS = "whether and how many nodes it may add is not known";

/** Reads what a cluster autoscaler says of itself. Throws the sign-in's `ActionError`. */
export async function readAutoscaler(api: Api, signal: AbortSignal): Promise<Autoscaling> {
  try {
    const { data } = await read<{ readonly data?: { readonly status?: unknown } }>(api, STATUS, signal);
    return told(toAutoscalerStatus(data?.status), instant(Date.now()));
  } catch (error) {
    if (error instanceof Refusal) {
      if (error.code === 404 && error.google === undefined) return NO_AUTOSCALING;
      return unread(gapOf(WHAT, error, NO_LIMITS));
    }
    if (error instanceof NoAnswer) return unread({ what: WHAT, why: `${error.message}; ${NO_LIMITS}` });
    throw error;
  }
}

const unread = (gap: Gap): Autoscaling => ({ ...NO_AUTOSCALING, kind: "unknown", gaps: [gap] });

function told(status: AutoscalerStatus | undefined, now: Instant): Autoscaling {
  if (status === undefined) return present([], `its status cannot be understood; ${NO_LIMITS}`);
  const { at, fit, groups } = status;
  if (at !== undefined && now - at > STALE_AFTER_MS) {
    const minutes = Math.floor((now - at) / 60_000);
    return present([], `its status is ${minutes} minutes old, so it may be gone; ${NO_LIMITS}`);
  }
  return fit ? present(groups) : present(groups, "it is starting, or finds the cluster unfit to be scaled");
}

const present = (groups: AutoscalerStatus["groups"], doubt?: string): Autoscaling => ({
  ...NO_AUTOSCALING,
  kind: "present",
  groups,
  gaps: doubt === undefined ? [] : [{ what: WHAT, why: doubt }],
});
