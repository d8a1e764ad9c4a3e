import type { Resources } from "../model/resources.ts";
import { shortages } from "./filters/node-resources-fit.ts";
import { filterRankOf } from "./reason-id.ts";
import type { Incoming } from "./room.ts";
import type { JudgedNode } from "./stuck.ts";
import type { NodeRoom, Taker } from "./verdict.ts";

/** As many nodes explain a verdict; beyond that they only repeat it. */
const LISTED_NODES = 20;
const LISTED_TAKERS = 5;

/**
 * The nodes as the report shows them, the nearest to fitting first: those that take the most new pods, then those
 * that got furthest through the filters and lack the least.
 */
export function nodeRooms(
  nodes: readonly JudgedNode[],
  pod: Incoming,
  ours: ReadonlySet<string>,
): readonly NodeRoom[] {
  const ranked = nodes.map((node) => ({ node, fits: node.fits, ...distanceOf(node, pod) }));
  ranked.sort((a, b) => b.fits - a.fits || b.filter - a.filter || a.lack - b.lack);
  return ranked.slice(0, LISTED_NODES).map(({ node, fits }) => ({
    name: node.room.node.name,
    refusedBy: node.refusals.map(({ text }) => text).filter((text) => text !== ""),
    requested: new Map([...pod.requests, ["pods", 1]]),
    used: usedOf(node, pod),
    allocatable: node.room.node.allocatable,
    fits,
    takers: takersOf(node, pod, ours),
  }));
}

/** `lack`: the scarcest resource's shortage, as a share of what the node can give. */
function distanceOf({ room, refusals }: JudgedNode, pod: Incoming): { filter: number; lack: number } {
  const filter = Math.max(-1, ...refusals.map(({ id }) => filterRankOf(id)));
  const lacks = [...shortages(pod, room)].map(
    ([name, amount]) => amount / Math.max(1, room.node.allocatable.get(name) ?? 0),
  );
  return { filter, lack: Math.max(0, ...lacks) };
}

/** Only what the new pod asks for, and the number of pods: other resources explain nothing. */
function usedOf({ room }: JudgedNode, pod: Incoming): Resources {
  const asked = [...pod.requests.keys()].map((name): [string, number] => [name, room.used.get(name) ?? 0]);
  return new Map([...asked, ["pods", room.pods]]);
}

function takersOf(node: JudgedNode, pod: Incoming, ours: ReadonlySet<string>): readonly Taker[] {
  const scarce = scarcest(node, pod);
  const amount = (requests: Resources): number => requests.get(scarce) ?? 0;
  return [...node.pods]
    .filter(({ requests, name }) => name !== "" && amount(requests) > 0)
    .sort((left, right) => amount(right.requests) - amount(left.requests))
    .slice(0, LISTED_TAKERS)
    .map(({ namespace, name, requests, ownerUid }) => ({
      pod: `${namespace}/${name}`,
      requests,
      ours: ownerUid !== undefined && ours.has(ownerUid),
    }));
}

/** The resource of which the node lacks the most, else the one of which it has the least left. */
function scarcest({ room }: JudgedNode, pod: Incoming): string {
  const share = (name: string): number =>
    ((room.used.get(name) ?? 0) + (pod.requests.get(name) ?? 0)) /
    Math.max(1, room.node.allocatable.get(name) ?? 0);
  const names = [...pod.requests.keys()].filter((name) => (pod.requests.get(name) ?? 0) > 0);
  return names.sort((left, right) => share(right) - share(left))[0] ?? "cpu";
}
