import type { Instant } from "../../model/instant.ts";
import type { PodSpec, Template } from "../../model/pod-spec.ts";
import type { WrittenQuantities } from "../../model/resources.ts";
import type { Target } from "../../model/workload.ts";
import { groupsOf, revisionsOf } from "../occupancy.ts";
import type { Snapshot } from "../verdict.ts";
import { chargeOf } from "./charge.ts";

/** A pod with what quotas charge for it. */
export interface ChargedPod {
  readonly spec: PodSpec;
  readonly charge: WrittenQuantities;
}

/** The pods that the rollout changes, as far as quotas count them. */
export interface Charged {
  /** Old pods by group, in the order in which groups stay: the first group is emptied last. */
  readonly old: readonly (readonly ChargedPod[])[];
  /** New pods that exist. */
  readonly fresh: readonly ChargedPod[];
  /** Pods of the namespace that are being deleted, and still charged. */
  readonly leaving: readonly ChargedPod[];
  /** An old pod that its ReplicaSet wants and that does not exist. */
  readonly missing: ChargedPod;
  /** What the names of new pods begin with. */
  readonly generateName: string;
}

/** A pod is no longer charged once its grace is over twice; the usual grace, for it is not known of each. */
const GRACE_MS = 30_000;

/** Sorts what quotas charge by what becomes of it. */
export function chargedPods(snapshot: Snapshot, target: Target, next: Template): Charged {
  const revisions = revisionsOf(target, next);
  const { workload } = target;
  const pods = target.pods.filter(({ phase }) => phase !== "Succeeded" && phase !== "Failed");
  const ofOwners = (uids: readonly string[]) =>
    pods
      .filter(({ deletedAt, ownerUid = "" }) => deletedAt === undefined && uids.includes(ownerUid))
      .map(({ spec }) => charged(spec));
  return {
    old: groupsOf(revisions).toReversed().map(ofOwners),
    fresh: revisions.fresh === undefined ? [] : ofOwners([revisions.fresh.uid]),
    leaving: [...pods, ...foreignPods(snapshot, target)].flatMap(({ deletedAt, spec }) =>
      deletedAt !== undefined && snapshot.at <= deletedAt + GRACE_MS ? [charged(spec)] : [],
    ),
    missing: charged(workload.template.spec),
    generateName: `${revisions.fresh?.name ?? workload.name}-`,
  };
}

/** Pods of others in the namespace that are being deleted. */
function foreignPods(
  { pods }: Snapshot,
  target: Target,
): readonly { readonly deletedAt: Instant | undefined; readonly spec: PodSpec }[] {
  const own = new Set(target.pods.map(({ name }) => name));
  return pods.flatMap(({ namespace, name, deletedAt, leaving: spec }) =>
    spec === undefined || namespace !== target.workload.namespace || own.has(name)
      ? []
      : [{ deletedAt, spec }],
  );
}

const charged = (spec: PodSpec): ChargedPod => ({ spec, charge: chargeOf(spec) });
