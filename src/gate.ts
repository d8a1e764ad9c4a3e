import { checkCapacity } from "./core/capacity/check.ts";
import { refusalReason, ruling } from "./core/capacity/policy.ts";
import { cautionsOf, VERDICT_PHRASES, verdictLines, verdictSentence } from "./core/capacity/words.ts";
import type { Inputs } from "./core/inputs.ts";
import type { Target } from "./core/model/workload.ts";
import type { Plan } from "./core/plan.ts";
import { noteMoment } from "./core/report/journal.ts";
import { type Outcome, outcome } from "./core/report/outcome.ts";
import type { Rollout } from "./rollout.ts";
import { survey } from "./survey.ts";

/** Refuses what no pre-check can make good: a paused workload, and zero replicas, which verify nothing. */
export function refusedAtOnce({ mode, precheck }: Inputs, { workload }: Target): Outcome | undefined {
  const name = `deployment/${workload.name}`;
  if (workload.paused) {
    return outcome(
      "refused",
      "WorkloadPaused",
      `${name} is paused, so its controller would not roll out anything; resume it and run again: kubectl rollout resume ${name}`,
    );
  }
  const zeroIsFine = mode === "check" || precheck === "warn" || precheck === "off";
  if (workload.replicas > 0 || zeroIsFine) return undefined;
  return outcome(
    "refused",
    "NoReplicas",
    `${name} is scaled to zero, so no pod would run the new image and nothing could be verified; scale it up, or use precheck: warn`,
  );
}

/** Asks the capacity model before anything is changed. Returns the refusal, or `undefined` for go. */
export async function precheck(rollout: Rollout, found: Target, plan: Plan): Promise<Outcome | undefined> {
  const {
    inputs: { precheck: rule },
    world: { clock, log },
    facts,
  } = rollout;
  if (rule === "off") return undefined;
  const startedAt = clock.now();
  const { snapshot, target } = await survey(rollout, found, plan.next);
  const verdict = checkCapacity(snapshot, target, plan.next);
  facts.capacity = verdict;
  facts.autoscaled =
    (snapshot.autoscaling.kind !== "absent" && snapshot.autoscaling.kind !== "unknown") ||
    verdict.verdict === "NEEDS_NODES";
  for (const line of verdictLines(verdict)) log.info(line);
  for (const caution of cautionsOf(verdict)) log.warning(caution);

  const sentence = verdictSentence(verdict);
  const ruled = ruling(verdict.verdict, rule);
  facts.journal = noteMoment(facts.journal, {
    at: startedAt,
    until: clock.now(),
    section: "rollout",
    subject: "pre-check",
    text: VERDICT_PHRASES[verdict.verdict],
    tone: ruled === "refuse" ? "bad" : "normal",
  });
  switch (ruled) {
    case "go":
      return undefined;
    case "go-with-warning":
      facts.warnings.push(`Pre-check: ${sentence}`);
      log.warning(`Pre-check: ${sentence}`);
      return undefined;
    case "refuse":
      return outcome(
        "refused",
        refusalReason(verdict),
        `deployment/${target.workload.name} was not touched: ${sentence}`,
      );
  }
  return ruled satisfies never;
}
