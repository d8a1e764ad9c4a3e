import type { V1ObjectMeta } from "@kubernetes/client-node";
import type { CachedKind } from "../kubernetes/cache.ts";
import { controllerOf } from "../kubernetes/decode-fields.ts";
import type { Raw } from "../kubernetes/feed.ts";

interface RawObject {
  readonly kind?: string;
  readonly metadata: V1ObjectMeta;
  readonly involvedObject?: { readonly uid?: string };
}

/** What an object is, and the uid of what it belongs to; none for the workload itself. */
export interface Subject {
  readonly kind: CachedKind;
  readonly owner: string | undefined;
}

/** Tells what an object of a recording belongs to; `undefined` for one that belongs to nothing, and other kinds. */
export function subjectOf(object: Raw): Subject | undefined {
  const { kind, metadata, involvedObject } = object as RawObject;
  if (kind === "Deployment") return { kind, owner: undefined };
  if (kind === "Event") return ownedBy(kind, involvedObject?.uid);
  if (kind === "ReplicaSet" || kind === "Pod") return ownedBy(kind, controllerOf(metadata)?.uid);
  return undefined;
}

const ownedBy = (kind: CachedKind, owner: string | undefined): Subject | undefined =>
  owner === undefined ? undefined : { kind, owner };

/** uid of an object, empty where it has none. */
export const uidOf = (object: Raw): string => (object as RawObject).metadata.uid ?? "";

/** Version of an object. */
export const versionOf = (object: Raw): string | undefined => object.metadata.resourceVersion;
