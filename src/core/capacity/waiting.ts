import type { Pod } from "../model/pod.ts";
import type { PodSpec } from "../model/pod-spec.ts";
import type { Resources } from "../model/resources.ts";
import type { PlacedPod } from "../model/room.ts";
import type { Target } from "../model/workload.ts";
import type { Revisions } from "./occupancy.ts";
import { schedulerRequests } from "./requests.ts";
import { type Incoming, toIncoming } from "./room.ts";

/** Old pods that have no node yet. Until the controller takes them away they compete with the new ones. */
export interface Waiting {
  /** Old pods that have a node. */
  readonly placed: number;
  readonly count: number;
  /** By ReplicaSet, oldest first. */
  readonly groups: readonly WaitingGroup[];
  /** The fewest new pods that each of them keeps out once it finds a node. */
  readonly takesAtLeast: number;
  /** The most. */
  readonly takesAtMost: number;
}

/** Old pods of one ReplicaSet that have no node. */
export interface WaitingGroup {
  readonly count: number;
  /** One of them; `undefined` while none was created, so that nothing is known of it. */
  readonly pod: Incoming | undefined;
}

/** Tells how many old pods wait for a node, or to be created, and what each would take. */
export function waitingOf(
  { pods, workload }: Target,
  { old }: Revisions,
  all: readonly PlacedPod[],
  pod: Incoming,
): Waiting {
  const uids = new Set(old.map(({ uid }) => uid));
  const own = all.filter(({ ownerUid = "", deletedAt }) => deletedAt === undefined && uids.has(ownerUid));
  const placed = own.filter(({ nodeName }) => nodeName !== undefined);
  const created = pods.filter(
    ({ nodeName, ownerUid = "", deletedAt }) =>
      nodeName === undefined && deletedAt === undefined && uids.has(ownerUid),
  );
  // Where no list of pods shows any of them, they are at least labelled as the workload selects.
  const labelsOf = (uid: string) =>
    own.find(({ ownerUid }) => ownerUid === uid)?.labels ?? workload.template.labels;
  const groups = old.map(({ uid, replicas }): WaitingGroup => {
    const one = created.find(({ ownerUid }) => ownerUid === uid);
    const there = placed.filter(({ ownerUid }) => ownerUid === uid).length;
    return {
      count: Math.max(0, replicas - there),
      pod: one && toIncoming(one.spec, workload.namespace, labelsOf(uid)),
    };
  });
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const sizes = [
    ...created.map(({ spec }) => schedulerRequests(spec)),
    ...placed.map(({ requests }) => requests),
  ];
  // A placed pod that is not ready may go before a waiting one, which then need not take anything.
  // Source: pkg/controller/deployment/rolling.go (v1.36.3), `cleanupUnhealthyReplicas`: the oldest ReplicaSet first.
  const first = placed.every(({ ready }) => ready);
  const known = first && created.length >= count && created.every((waiting) => takesRoomOf(waiting, pod));
  return {
    placed: placed.length,
    count,
    groups,
    takesAtLeast: known ? 1 : 0,
    takesAtMost: Math.max(1, ...sizes.map((size) => ratio(size, pod))),
  };
}

/** Adding an amount to a node costs at most this many slots. */
function ratio(size: Resources, { requests }: Incoming): number {
  const ratios = [...requests]
    .filter(([, amount]) => amount > 0)
    .map(([name, amount]) => (size.get(name) ?? 0) / amount);
  return Math.ceil(Math.max(0, ...ratios));
}

/** Whether the pod can only go where a new one could, and takes no less there. */
function takesRoomOf({ spec }: Pod, pod: Incoming): boolean {
  const own = toIncoming(spec);
  const large = [...pod.requests].every(([name, amount]) => (own.requests.get(name) ?? 0) >= amount);
  return large && demandsOf(spec) === demandsOf(pod.spec) && portsOf(own) === portsOf(pod);
}

function demandsOf({ nodeName, nodeSelector, nodeAffinity, tolerations }: PodSpec): string {
  return JSON.stringify([nodeName, Object.entries(nodeSelector).sort(), nodeAffinity, tolerations]);
}

const portsOf = ({ hostPorts }: Incoming): string => JSON.stringify(hostPorts);
