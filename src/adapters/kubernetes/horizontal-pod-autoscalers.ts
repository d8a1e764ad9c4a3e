import type { V2HorizontalPodAutoscaler } from "@kubernetes/client-node";
import type { HorizontalPodAutoscaler } from "../../core/model/horizontal-pod-autoscaler.ts";
import type { Api } from "./api.ts";
import { listed } from "./listed.ts";

/**
 * Reads the HorizontalPodAutoscalers of a namespace. They only tell how many more pods there may come to be, so without
 * them the answer for the pods that are wanted now is no less certain.
 */
export async function readHorizontalPodAutoscalers(
  api: Api,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly HorizontalPodAutoscaler[]> {
  const plan = {
    what: "HorizontalPodAutoscalers",
    path: `/apis/autoscaling/v2/namespaces/${encodeURIComponent(namespace)}/horizontalpodautoscalers`,
    lost: "how many more pods there may come to be is not known",
  };
  const { items } = await listed(api, plan, toHorizontalPodAutoscaler, signal);
  return items;
}

function toHorizontalPodAutoscaler({ metadata, spec }: V2HorizontalPodAutoscaler): HorizontalPodAutoscaler {
  const { apiVersion = "", kind = "", name = "" } = spec?.scaleTargetRef ?? {};
  return {
    name: metadata?.name ?? "",
    target: { group: apiVersion.slice(0, Math.max(0, apiVersion.indexOf("/"))), kind, name },
    maxReplicas: spec?.maxReplicas ?? 0,
    scalesUp: spec?.behavior?.scaleUp?.selectPolicy !== "Disabled",
  };
}
