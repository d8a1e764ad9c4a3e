import { movedBetween } from "./core/capacity/moved.ts";
import type { Snapshot } from "./core/capacity/verdict.ts";
import type { Template } from "./core/model/pod-spec.ts";
import type { Target } from "./core/model/workload.ts";
import { plural } from "./core/plural.ts";
import type { SnapshotProgress, World } from "./ports.ts";
import type { Rollout } from "./rollout.ts";

/** The cluster, and the workload as it stood when all else was read. */
export interface Survey {
  readonly snapshot: Snapshot;
  readonly target: Target;
}

/** Reading that takes this long is told of, and again after as long once more. */
const TELL_EVERY_MS = 2_000;

/**
 * Reads the cluster for a rollout of `next`, and the workload again after it. When that moved meanwhile, what was read
 * may fit neither state: all is read once more. If it moved again, or to another template than `next` was made from,
 * the snapshot has a gap that says so.
 */
export async function survey(rollout: Rollout, target: Target, next: Template): Promise<Survey> {
  const first = await readOnce(rollout, target, next);
  if (first.moved === undefined) return first;
  const sameTemplate = first.target.workload.template.json === target.workload.template.json;
  const last = sameTemplate ? await readOnce(rollout, first.target, next) : first;
  if (last.moved === undefined) return last;
  const gap = { what: `deployment/${target.workload.name}`, why: `${last.moved} while the cluster was read` };
  return { ...last, snapshot: { ...last.snapshot, gaps: [...last.snapshot.gaps, gap] } };
}

interface Reading extends Survey {
  readonly moved: string | undefined;
}

async function readOnce({ world, signal }: Rollout, before: Target, next: Template): Promise<Reading> {
  const { cluster } = world;
  const snapshot = await cluster.snapshot({ target: before, next, onProgress: teller(world) }, signal);
  const target = await cluster.target(before.workload, signal);
  return { snapshot, target, moved: movedBetween(before, target) };
}

function teller({ clock, log }: World): (read: SnapshotProgress) => void {
  let due = clock.now() + TELL_EVERY_MS;
  return ({ nodes, pods }) => {
    if (clock.now() < due) return;
    due = clock.now() + TELL_EVERY_MS;
    log.info(
      `Reading the cluster: ${nodes} ${plural(nodes, "node")} and ${pods} ${plural(pods, "pod")} so far`,
    );
  };
}
