import type { V1LimitRange, V1Namespace, V1ResourceQuota } from "@kubernetes/client-node";
import type { LimitRange } from "../../core/model/limit-range.ts";
import type { ResourceQuota } from "../../core/model/quota.ts";
import { type Api, corePath, read } from "./api.ts";
import { toLimitRange, toResourceQuota } from "./decode-admission.ts";
import { type Listed, listed } from "./listed.ts";

/** The ResourceQuotas of a namespace; without them what they would refuse is a gap. */
export function readQuotas(api: Api, namespace: string, signal: AbortSignal): Promise<Listed<ResourceQuota>> {
  const path = corePath(namespace, "resourcequotas");
  const lost = "what a quota would refuse is not known";
  return listed(
    api,
    { what: "ResourceQuotas", path, lost, takesRoom: true },
    (json: V1ResourceQuota) => toResourceQuota(json),
    signal,
  );
}

/** The LimitRanges of a namespace; without them what they fill in, and the least that they allow, is not known. */
export function readLimitRanges(
  api: Api,
  namespace: string,
  signal: AbortSignal,
): Promise<Listed<LimitRange>> {
  const path = corePath(namespace, "limitranges");
  const lost = "defaults that the namespace fills in are not known";
  return listed(
    api,
    { what: "LimitRanges", path, lost, takesRoom: true },
    (json: V1LimitRange) => toLimitRange(json),
    signal,
  );
}

const ENFORCE = "pod-security.kubernetes.io/enforce";

/**
 * What Pod Security enforces in a namespace, as the end of a sentence; nothing where it enforces nothing, or that
 * could not be read. Source: pod-security-admission/api/constants.go (v0.36.3).
 */
export async function readPodSecurity(api: Api, namespace: string, signal: AbortSignal): Promise<string> {
  try {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
    const { metadata } = await read<V1Namespace>(api, path, signal);
    const level = metadata?.labels?.[ENFORCE];
    if (level === undefined || level === "privileged") return "";
    const version = metadata?.labels?.[`${ENFORCE}-version`] ?? "latest";
    return `; namespace ${namespace} enforces Pod Security ${JSON.stringify(`${level}:${version}`)}`;
  } catch {
    signal.throwIfAborted();
    return "";
  }
}
