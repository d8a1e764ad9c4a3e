import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { controlPlaneBinary, type Minor } from "../../cluster/binary.ts";
import { type Moment, momentOf } from "./moment.ts";
import { disagreement, type Outcome, outcomeKind } from "./ours.ts";

/** How many moments to try, from which seed on, on the scheduler of which minor version. */
export interface FiltersPlan {
  readonly minor: Minor;
  readonly count: number;
  readonly seed: number;
}

/** What was compared. */
export interface FiltersTally {
  /** How often the scheduler did what. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** `seed: what differs`. */
  readonly disagreements: readonly string[];
}

/**
 * Lets the real scheduler try one pod in each of many random clusters, and compares with ours: which nodes are open,
 * the message to the byte, and whom preemption evicts where. Nothing but the scheduler runs, over a client that only
 * remembers, so it takes milliseconds each.
 */
export async function compareFilters({ minor, count, seed }: FiltersPlan): Promise<FiltersTally> {
  const binary = await controlPlaneBinary(minor);
  const child = spawn(binary, ["try-scheduling"], { stdio: ["pipe", "pipe", "inherit"] });
  const seeds = Array.from({ length: count }, (_, index) => seed + index);
  for (const each of seeds) child.stdin.write(`${JSON.stringify(asked(momentOf(each)))}\n`);
  child.stdin.end();
  const outcomes: Record<string, number> = {};
  const disagreements: string[] = [];
  let next = 0;
  for await (const line of createInterface(child.stdout)) {
    const at = seed + next;
    next += 1;
    const outcome = JSON.parse(line) as Outcome;
    const kind = outcomeKind(outcome);
    outcomes[kind] = (outcomes[kind] ?? 0) + 1;
    const differs = disagreement(momentOf(at), outcome, minor);
    if (differs !== undefined) disagreements.push(`${at}: ${differs}`);
  }
  if (next < count) throw new Error(`${binary} answered ${next} of ${count} times`);
  return { outcomes, disagreements };
}

const asked = ({ nodes, pods, namespaces, budgets, nominated, pod }: Moment) => ({
  objects: [...nodes, ...pods, ...namespaces, ...budgets],
  nominated,
  pod,
});
