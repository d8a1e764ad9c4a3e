import { plural } from "../plural.ts";
import { formatResource } from "../quantity.ts";
import type { AtMaximum } from "./at-maximum.ts";
import type { CapacityVerdict, NodeRoom } from "./verdict.ts";

/** Node lines that the log shows; the report has the table. */
const LOG_NODES = 5;

/** The verdict in one sentence, with the numbers of the node that is nearest to fitting where pods find no room. */
export function verdictSentence(verdict: CapacityVerdict): string {
  const lead = verdictLead(verdict);
  const first = verdict.reasons[0]?.message ?? "";
  switch (verdict.verdict) {
    case "NO_ROLLOUT":
      return lead;
    case "WILL_COMPLETE":
      return first === "" ? lead : `${lead}; ${first}`;
    case "UNKNOWN":
      return `${lead}: ${verdict.unknown.map(({ what, why }) => `${what} (${why})`).join("; ")}`;
    case "WILL_STALL":
      return `${lead}: ${[first, nearest(verdict.nodes)].filter(Boolean).join(" ")}`;
    case "NEEDS_NODES":
    case "DEPENDS":
    case "ADMISSION_FAILS":
      return `${lead}: ${first}`;
  }
  return verdict.verdict satisfies never;
}

/** What the verdict says of the rollout, without why. */
export function verdictLead({ verdict, completes }: CapacityVerdict): string {
  switch (verdict) {
    case "WILL_COMPLETE":
      return `the rollout can complete: room for ${completes.of === 1 ? "the one new pod" : `all ${completes.of} new pods, one after the other`}`;
    case "NEEDS_NODES":
      return "the rollout completes once the autoscaler adds nodes";
    case "DEPENDS":
      return `the rollout may stop at ${completes.at} of ${completes.of} new pods, depending on where the scheduler puts them`;
    case "UNKNOWN":
      return "not everything could be checked";
    case "WILL_STALL":
      return `the rollout would stop at ${stopOf(completes)} new pods`;
    case "ADMISSION_FAILS":
      return "the API would deny the new pods";
    case "NO_ROLLOUT":
      return "the workload already has this image";
  }
  return verdict satisfies never;
}

/** `1 of 3`, or `1 to 2 of 3` where that differs with where the scheduler puts pods. */
const stopOf = ({ at, most, of }: CapacityVerdict["completes"]): string =>
  most > at ? `${at} to ${most} of ${of}` : `${at} of ${of}`;

/** The verdict for the log: its sentence, the nodes that refuse, and what would make it pass. */
export function verdictLines(verdict: CapacityVerdict): readonly string[] {
  const refusing = verdict.nodes.filter(({ refusedBy }) => refusedBy.length > 0);
  const more = refusing.length - LOG_NODES;
  return [
    `${verdict.verdict}: ${verdictSentence(verdict)}`,
    ...refusing
      .slice(0, LOG_NODES)
      .map(
        (node) =>
          `  ${node.name}: ${[node.refusedBy.join(", "), numbersOf(node)].filter(Boolean).join(". ")}`,
      ),
    ...(more > 0 ? [`  and ${more} more ${plural(more, "node")}`] : []),
    ...verdict.fixes.map(({ text }) => `  ${text}`),
    ...(verdict.warnings ?? []).map((text) => `  the API warns: ${text}`),
    `  read ${readOf(verdict)}`,
  ];
}

/**
 * What is to be known whatever the verdict leads to: whom a yes would evict, for how many replicas it would be no yes,
 * and what the API warned of.
 */
export function cautionsOf({
  verdict,
  reasons,
  atMaximum,
  warnings = [],
}: CapacityVerdict): readonly string[] {
  const hazards = verdict === "WILL_COMPLETE" ? reasons : [];
  return [
    ...hazards.map(({ message }) => `Pre-check: ${message}`),
    ...(atMaximum ? [`Pre-check: ${maximumText(atMaximum)}`] : []),
    ...warnings.map((text) => `The API warns of this change: ${text}`),
  ];
}

function maximumText({ scaler, replicas, lacking, most }: AtMaximum): string {
  const lead = `HorizontalPodAutoscaler ${scaler} may scale to ${replicas} replicas`;
  const pods = `${most} new ${plural(most, "pod")}`;
  switch (lacking) {
    case "nodes":
      return `${lead}, but the nodes of today have room for ${pods} at most`;
    case "quotas":
      return `${lead}, but the quotas of the namespace let ${pods} exist at most`;
    case "old pods":
      return `${lead}; if it does before the old pods are gone, the rollout may stop at ${most} of ${replicas} new pods`;
  }
  return lacking satisfies never;
}

/** Each verdict in a few words, as they end a heading. */
export const VERDICT_PHRASES: Readonly<Record<CapacityVerdict["verdict"], string>> = {
  WILL_COMPLETE: "the rollout finds room",
  NEEDS_NODES: "the rollout needs more nodes",
  DEPENDS: "whether the rollout finds room depends on the scheduler",
  UNKNOWN: "not everything could be checked",
  WILL_STALL: "the rollout finds no room",
  ADMISSION_FAILS: "the API would deny the new pods",
  NO_ROLLOUT: "nothing to roll out",
};

/** What the verdict was made from: `1 node and 12 pods`. */
export const readOf = ({ read: { nodes, pods } }: CapacityVerdict): string =>
  `${nodes} ${plural(nodes, "node")} and ${pods} ${plural(pods, "pod")}`;

const nearest = ([node]: readonly NodeRoom[]): string =>
  node === undefined || node.refusedBy.length === 0 ? "" : `Node ${node.name}: ${numbersOf(node)}`;

/** `cpu: requested 100m, used 970m, allocatable 1, missing 70m` for each resource that is short. */
function numbersOf({ requested, used, allocatable }: NodeRoom): string {
  return [...requested]
    .map(([name, wanted]) => ({ name, wanted, taken: used.get(name) ?? 0, all: allocatable.get(name) ?? 0 }))
    .filter(({ wanted, taken, all }) => wanted > all - taken)
    .map(
      ({ name, wanted, taken, all }) =>
        `${name} requested ${formatResource(name, wanted)}, used ${formatResource(name, taken)}, ` +
        `allocatable ${formatResource(name, all)}, missing ${formatResource(name, wanted - (all - taken))}`,
    )
    .join("; ");
}
