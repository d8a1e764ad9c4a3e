import type { Autoscaling } from "../../core/model/autoscaling.ts";
import { type Api, corePath, read } from "./api.ts";
import { NoAnswer, Refusal } from "./failure.ts";

/** Where the autoscaler says how it fares. Source: autoscaler/cluster-autoscaler/config/autoscaling_options.go. */
const STATUS = corePath("kube-system", "configmaps", "cluster-autoscaler-status");

/** Tells whether a cluster autoscaler is at work, by whether its status is there. Throws the sign-in's `ActionError`. */
export async function readAutoscaler(api: Api, signal: AbortSignal): Promise<Autoscaling["kind"]> {
  try {
    await read(api, STATUS, signal);
    return "present";
  } catch (error) {
    if (error instanceof Refusal) {
      return error.code === 404 && error.google === undefined ? "absent" : "unknown";
    }
    if (error instanceof NoAnswer) return "unknown";
    throw error;
  }
}
