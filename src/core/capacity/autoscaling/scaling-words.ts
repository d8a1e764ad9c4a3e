import { plural } from "../../plural.ts";
import type { Candidate } from "./candidate.ts";
import type { Growth } from "./growth.ts";
import type { Plan } from "./plan.ts";

/** `node pool default in europe-west1-b`, or in more zones than one. */
export function nameOf(...zones: readonly [Growth, ...Growth[]]): string {
  const names = zones.flatMap(({ group: { zone } }) => zone ?? []);
  return `node pool ${zones[0].pool}${names.length === 0 ? "" : ` in ${names.join(", ")}`}`;
}

/** `2 nodes of node pool default (1 in europe-west1-b, 1 in europe-west1-c)` */
export function planText(plan: Plan): string {
  const pools = Map.groupBy(plan, ({ growth }) => growth.pool);
  return [...pools]
    .map(([pool, nodes]) => {
      const zones = [...Map.groupBy(nodes, ({ growth }) => growth.group.zone ?? "")]
        .filter(([zone]) => zone !== "")
        .map(([zone, { length }]) => `${length} in ${zone}`);
      const where = zones.length === 0 ? "" : ` (${zones.join(", ")})`;
      return `${nodes.length} ${plural(nodes.length, "node")} of node pool ${pool}${where}`;
    })
    .join(" and ");
}

/** What the autoscaler will do, in one sentence. `likely`: nodes that it adds when it sizes for all pods that wait. */
export function growthText(plan: Plan, likely: number): string {
  const more = likely > plan.length ? `, probably ${likely} at once, one place for every pod that waits` : "";
  return `the autoscaler can add ${planText(plan)}${more}; ${CAVEAT}`;
}

/** What holds for every prediction of a scale-up. Source: GKE documentation for the time. */
export const CAVEAT = "its own choice of node pool may differ, and a node takes 1 to 3 minutes to come";

/** Why a group gets no node at the moment, in the autoscaler's words. */
export function obstacleText(growth: Growth): string {
  const { obstacle, limit } = growth.group;
  const name = nameOf(growth);
  if (obstacle?.kind === "backoff") {
    return `${name}: in backoff after failed scale-up${obstacle.text === "" ? "" : ` (${obstacle.text})`}`;
  }
  if (obstacle !== undefined) return `${name}: ${obstacle.text}`;
  const sizes = limit.of === "pool" ? `${limit.max} in all zones` : `${growth.size} of ${limit.max}`;
  return `${name}: max node group size reached (${sizes})`;
}

/** Why it is not certain that these nodes come. */
export function doubtText(plan: Plan): string {
  const growths = plan.map(({ growth }) => growth);
  const doubt = growths.find(({ group }) => group.obstacle?.kind === "doubt");
  if (doubt !== undefined) return obstacleText(doubt);
  const waits = growths.find(({ awaited }) => awaited > 0);
  if (waits === undefined) return "how many it may have is not known for sure";
  const nodes = `${waits.awaited} ${plural(waits.awaited, "node")}`;
  return `${nameOf(waits)} waits for ${nodes} already, maybe for other pods`;
}

/** Said of a group that may grow, though not by as many nodes as are needed. */
export const tooFewText = ({ growth }: Candidate, room: number): string =>
  `${nameOf(growth)}: ${room === 1 ? "one more node is" : `${room} more nodes are`} all that it may get, which is not enough`;
