import type { V1Deployment } from "@kubernetes/client-node";
import type { WorkloadRef } from "../../core/model/workload.ts";
import { appsPath, corePath } from "./api.ts";
import type { CachedKind } from "./cache.ts";
import { toWorkload } from "./decode.ts";
import type { FeedOptions, Raw } from "./feed.ts";
import { nameStartOf } from "./generated-name.ts";
import { selectorText } from "./selector-text.ts";

/** The workload itself. */
export const workloadFeed = ({ namespace, name }: WorkloadRef): FeedOptions => ({
  kind: "Deployment",
  path: appsPath(namespace, "deployments"),
  query: { fieldSelector: `metadata.name=${name}` },
});

/** Events of the namespace: no selector finds those of a workload and of all its pods. */
export const eventFeed = ({ namespace, name }: WorkloadRef): FeedOptions => ({
  kind: "Event",
  path: corePath(namespace, "events"),
  query: {},
  keep: (event) => (event as RawEvent).involvedObject?.name?.startsWith(nameStartOf(name)) ?? false,
});

/** What the workload's selector finds; whose it really is, the cache tells by owner. */
export function ownedFeeds({ namespace }: WorkloadRef, workload: Raw): readonly FeedOptions[] {
  const query = { labelSelector: selectorText(toWorkload(workload as V1Deployment).selector) };
  return [
    { kind: "ReplicaSet", path: appsPath(namespace, "replicasets"), query },
    { kind: "Pod", path: corePath(namespace, "pods"), query },
  ];
}

/** What a feed follows, in words. */
export const FOLLOWED: Readonly<Record<CachedKind, string>> = {
  Deployment: "state",
  ReplicaSet: "ReplicaSets",
  Pod: "pods",
  Event: "events",
};

interface RawEvent extends Raw {
  readonly involvedObject?: { readonly name?: string };
}
