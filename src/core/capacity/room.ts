import type { Labels } from "../model/labels.ts";
import type { HostPort, PodSpec } from "../model/pod-spec.ts";
import type { Resources } from "../model/resources.ts";
import type { Node, PlacedPod } from "../model/room.ts";
import { createdTerms } from "./filters/pod-term.ts";
import { schedulerRequests } from "./requests.ts";

/** The pod that is to be placed, with what the scheduler computes of it once. */
export interface Incoming {
  readonly namespace: string;
  readonly labels: Labels;
  readonly spec: PodSpec;
  readonly requests: Resources;
  readonly hostPorts: readonly HostPort[];
}

/** A node with what is on it, as a filter sees it. */
export interface Room {
  readonly node: Node;
  readonly used: Resources;
  readonly pods: number;
  readonly hostPorts: readonly HostPort[];
}

/** What a pod takes of a room. */
export type Occupant = Pick<PlacedPod, "requests" | "hostPorts">;

/** Prepares a pod for the filters. Ports of init containers are free again before the pod runs. */
export function toIncoming(spec: PodSpec, namespace = "", labels: Labels = {}): Incoming {
  const running = spec.containers.filter(({ role }) => role !== "init");
  return {
    namespace,
    labels,
    spec,
    requests: schedulerRequests(spec),
    hostPorts: running.flatMap(({ hostPorts }) => hostPorts),
  };
}

/** The pod once it is on some node: what the others that come after it find there. */
export function asPlaced(
  { spec, namespace, labels, requests, hostPorts }: Incoming,
  minor: number,
): PlacedPod {
  return {
    namespace,
    name: "",
    labels,
    ownerUid: undefined,
    nodeName: "",
    nominatedNodeName: undefined,
    requests,
    hostPorts,
    priority: spec.priority,
    deletedAt: undefined,
    ready: false,
    daemon: false,
    repels: createdTerms(spec.podAntiAffinity, labels, minor),
    ...(spec.volumes.length > 0 && { volumes: spec.volumes }),
  };
}

/** A node without any pod. */
export function emptyRoom(node: Node): Room {
  return { node, used: new Map(), pods: 0, hostPorts: [] };
}

/** The room once these pods are there too. */
export function occupied(room: Room, pods: readonly Occupant[]): Room {
  if (pods.length === 0) return room;
  const used = new Map(room.used);
  const hostPorts = [...room.hostPorts];
  for (const pod of pods) {
    for (const [name, amount] of pod.requests) used.set(name, (used.get(name) ?? 0) + amount);
    hostPorts.push(...pod.hostPorts);
  }
  return { node: room.node, used, pods: room.pods + pods.length, hostPorts };
}
