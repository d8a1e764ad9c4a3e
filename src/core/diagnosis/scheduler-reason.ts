import type { ReasonId } from "../capacity/reason-id.ts";

/**
 * Texts of all scheduler and autoscaler versions by what they mean, the more specific first. CamelCase words are
 * the predicate names that versions before 1.10 printed.
 */
const TEXTS: readonly (readonly [RegExp, ReasonId])[] = [
  [/^(Too many pods|Insufficient pods$)|enough resource: (PodCount|pods),/, "too-many-pods"],
  [/^Insufficient \S|enough resource: |^PodFitsResources$/, "insufficient"],
  [/^node\(s\) had (untolerated )?taints?(\W|$)|^PodToleratesNodeTaints$/, "taint"],
  [
    /volume node affinity conflict$|PersistentVolume's node affinity$|^(No)?VolumeNodeAffinityConflict$/,
    "volume-node-affinity",
  ],
  [
    /node selector$|node affinity(\/selector)?$|^(MatchNodeSelector|pod affinity terms conflict)$/,
    "node-affinity",
  ],
  [/satisfy plugin\(s\) \[NodeAffinity\]|filtered out by the prefilter result/, "node-affinity"],
  [/requested (hostname|node name)$|^HostName$/, "node-name"],
  [/^node\(s\) were unschedulable$|^NodeUnschedulable$/, "cordoned"],
  [/^node\(s\) (were (not ready|out of disk space)|had (memory|disk|pid) pressure)$/, "node-condition"],
  [/^node\(s\) had (unavailable network|unknown conditions)$|^NodeUnder\w+Pressure$/, "node-condition"],
  [/^Node(NotReady|OutOfDisk|NetworkUnavailable|UnknownCondition)$/, "node-condition"],
  [/free ports for the requested pod ports$|^PodFitsHostPorts$/, "host-ports"],
  [/existing pods anti-affinity|^ExistingPodsAntiAffinityRulesNotMatch$/, "existing-anti-affinity"],
  [/match pod anti-affinity rules$|^PodAntiAffinityRulesNotMatch$/, "pod-anti-affinity"],
  [
    /match pod affinity(\/anti-affinity)?( rules)?$|^(MatchInterPodAffinity|PodAffinityRulesNotMatch)$/,
    "pod-affinity",
  ],
  [/topology spread constraints \(missing required label\)$/, "spread-label-missing"],
  [/topology spread constraints$|^EvenPodsSpreadNotMatch$/, "spread"],
  [/no available volume zone$|^NoVolumeZoneConflict$/, "volume-zone"],
  [
    /persistent volumes to bind$|enough free storage$|non-existent pv\(s\)$|^VolumeBindingNoMatch$/,
    "volume-bind",
  ],
  [/exceed max volume count$|^Max\w*VolumeCount$/, "volume-count"],
  [/^node\(s\) had no available disk$|^NoDiskConflict$/, "disk-conflict"],
  [/ReadWriteOncePod access mode( already in-use by another pod)?$/, "rwop"],
  [/persistentvolumeclaim|^persistentvolume ".*" not found$/i, "pvc"],
  [/^resourceclaim |^cannot allocate all claims$|device class .* does not exist$/, "dra"],
  [/Pod's required features$/, "node-features"],
  [/^CheckNodeLabelPresence$|^CheckServiceAffinity$/, "legacy"],
  [/^No preemption victims found for incoming pods?$/, "preempt-none"],
  [/^Preemption is not helpful for scheduling$/, "preempt-unhelpful"],
  [/^not eligible due to preemptionPolicy=Never\.?$/, "preempt-never"],
  [/^not eligible due to a terminating pod on the nominated node\.?$/, "preempt-waiting"],
  [/^max total nodes in cluster reached$/, "ca-max-total"],
  [/^max (node group size|limit) reached$/, "ca-max-size"],
  [/^in backoff after failed scale-up$/, "ca-backoff"],
  [/^not ready for scale-up$/, "ca-not-ready"],
  [/^max cluster .*limit reached$|^exceeded quota: /, "ca-quota"],
];

/** Names what one reason of the scheduler or the autoscaler means; `other` for texts of others' plugins. */
export function reasonIdOf(text: string): ReasonId {
  return TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? "other";
}
