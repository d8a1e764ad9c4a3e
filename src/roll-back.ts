import { backPatch, rollbackAnnotationsOf } from "./core/change.ts";
import type { Finding } from "./core/diagnosis/finding.ts";
import { healthOf } from "./core/health.ts";
import type { Workload } from "./core/model/workload.ts";
import { ActionError } from "./core/reason.ts";
import { type Outcome, ofCauses } from "./core/report/outcome.ts";
import { follow, goalFor } from "./follow.ts";
import type { Rollout } from "./rollout.ts";
import { writeBack } from "./write.ts";

type Causes = readonly [Finding, ...Finding[]];

/**
 * Puts the template from before our change back, once, and only over our own change. Left alone: what the user
 * said to leave, and a workload whose previous template had no available pod either.
 */
export async function rollBack(rollout: Rollout, changed: Workload, causes: Causes): Promise<Outcome> {
  const { inputs, world, facts } = rollout;
  const name = `deployment/${changed.name}`;
  world.log.info(`${name} failed: ${causes[0].summary}`);
  if (inputs.onFailure === "leave")
    return ofCauses("failed", causes, `${name} was left as it is (on-failure: leave): `);
  const before = facts.before;
  if (before === undefined || !healthOf(before).wasAvailable) {
    return ofCauses(
      "failed",
      causes,
      `${name} failed and was left as it is, since the template before had no available pod either; it needs a fix forward: `,
    );
  }
  return world.log.group("Roll back", async () => {
    try {
      return await restore(rollout, changed, before.workload, causes);
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      const outcome = ofCauses(
        "rollback-failed",
        causes,
        `${name} failed, and its rollback too (${error.message}): `,
      );
      return { ...outcome, detail: error.detail };
    }
  });
}

async function restore(
  rollout: Rollout,
  changed: Workload,
  previous: Workload,
  causes: Causes,
): Promise<Outcome> {
  const { inputs, world, facts, signal } = rollout;
  const name = `deployment/${changed.name}`;
  const annotations = inputs.annotate ? rollbackAnnotationsOf(previous, causes[0].reason, rollout.run) : {};
  const patch = backPatch(changed, previous.template, annotations);
  const answer = await writeBack(world, { workload: changed, patch, wanted: previous.template }, signal);
  switch (answer.kind) {
    case "written":
      facts.restored = answer.workload;
      world.log.info(
        `Wrote back the template ${previous.revision === undefined ? "from before" : `of revision ${previous.revision}`}`,
      );
      return watchBack(rollout, answer.workload, causes);
    case "mismatch":
      facts.overtaken = true;
      return ofCauses(
        "superseded",
        causes,
        `${name} failed, and somebody else changed it since; nothing was undone: `,
      );
    case "denied":
      return ofCauses(
        "rollback-failed",
        causes,
        `${name} failed, and the API denied its rollback (${answer.message}): `,
      );
    case "unknown":
      facts.unsettled = true;
      signal.throwIfAborted();
      return ofCauses(
        "rollback-failed",
        causes,
        `${name} failed, and the answer to its rollback was lost (${answer.why}): `,
      );
  }
  return answer satisfies never;
}

/** Watches the old version come back, with the same eyes as the new one. */
async function watchBack(rollout: Rollout, restored: Workload, causes: Causes): Promise<Outcome> {
  const name = `deployment/${restored.name}`;
  const ending = await follow(goalFor(rollout, "back", restored), rollout);
  switch (ending.kind) {
    case "succeeded":
      return ofCauses("rolled-back", causes, `${name} was rolled back: `);
    case "superseded":
      return ofCauses(
        "superseded",
        causes,
        `${name} failed, and somebody else changed it during the rollback: `,
      );
    case "failed":
      return ofCauses(
        "rollback-failed",
        causes,
        `${name} failed, and its rollback too (${ending.causes[0].summary}): `,
      );
    case "error":
      return ofCauses(
        "rollback-failed",
        causes,
        `${name} failed, and its rollback was not seen to the end (${ending.message}): `,
      );
  }
  return ending satisfies never;
}
