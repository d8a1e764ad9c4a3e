import { checkRights } from "./access.ts";
import { admissionReasonOf } from "./core/admission-reason.ts";
import { noRollout } from "./core/capacity/check.ts";
import { verdictSentence } from "./core/capacity/words.ts";
import { annotationsOf } from "./core/change.ts";
import { healthOf, isMovable } from "./core/health.ts";
import type { Target, Workload, WorkloadRef } from "./core/model/workload.ts";
import { type Plan, planOf } from "./core/plan.ts";
import type { ReasonCode } from "./core/reason.ts";
import { type Outcome, ofCauses, outcome } from "./core/report/outcome.ts";
import type { Goal } from "./core/rollout/rollout.ts";
import { type Ending, follow, goalFor } from "./follow.ts";
import { precheck, refusedAtOnce } from "./gate.ts";
import { rollBack } from "./roll-back.ts";
import type { Rollout } from "./rollout.ts";
import { verify } from "./verify.ts";
import { writeImages } from "./write.ts";

/**
 * The story of a run: see which rights are there, look at the workload, check whether the rollout can complete,
 * and only then change the images, watch, verify, and put the old version back if it fails. Fills in `facts` as it
 * goes; throws `ActionError` where it cannot do its work, and at the signal.
 */
export async function deploy(rollout: Rollout): Promise<Outcome> {
  const { inputs, world, facts } = rollout;
  const ref: WorkloadRef = { ...inputs.workload, namespace: inputs.namespace ?? world.cluster.namespace };
  facts.ref = ref;
  facts.endpoint = world.cluster.endpoint;
  await world.log.group("Check identity and rights", () => checkRights(rollout, ref));
  const target = await look(rollout, ref);
  const plan = planOf(target.workload, inputs.image);
  facts.plan = plan;

  const refused = refusedAtOnce(inputs, target);
  if (refused !== undefined) return refused;
  if (!plan.changes) return unchanged(rollout, target.workload);

  const refusal = await world.log.group("Pre-check", () => precheck(rollout, target, plan));
  if (refusal !== undefined) return refusal;
  if (inputs.mode === "check") return checked(rollout, target.workload);
  warnOfHealth(rollout, target);
  const changed = await world.log.group("Change the image", () => change(rollout, target, plan));
  return "result" in changed ? changed : rollOut(rollout, changed);
}

async function look({ world: { cluster, log }, facts, signal }: Rollout, ref: WorkloadRef): Promise<Target> {
  const target = await cluster.target(ref, signal);
  facts.before = target;
  const { name, namespace, revision, replicas, status } = target.workload;
  log.info(
    `Found deployment/${name} in namespace ${namespace}: revision ${revision ?? "not set yet"}, ` +
      `${status.availableReplicas} of ${replicas} pods available`,
  );
  return target;
}

/** The end of `mode: check`: a rollout that is not refused need not be one that completes. */
function checked({ facts: { capacity } }: Rollout, { name }: Workload): Outcome {
  const found =
    capacity === undefined || capacity.verdict === "WILL_COMPLETE"
      ? ": the rollout may go ahead"
      : `, and the rollout is not refused, but ${verdictSentence(capacity)}`;
  return outcome("checked", "", `deployment/${name} was only checked${found}`);
}

/** The images are there already: whether they are healthy is still ours to say, but there is nothing to undo. */
async function unchanged(rollout: Rollout, workload: Workload): Promise<Outcome> {
  const name = `deployment/${workload.name}`;
  const { facts, inputs } = rollout;
  const images = facts.plan?.images ?? [];
  if (inputs.precheck !== "off") facts.capacity = noRollout(workload);
  const pulled = images.some(({ wanted }) => isMovable(wanted))
    ? ". Its tag can move: nothing was pulled anew"
    : "";
  if (workload.replicas === 0) {
    return outcome(
      "unchanged",
      "",
      `${name} already has this image; it is scaled to zero, so nothing was verified`,
    );
  }
  const goal = goalFor(rollout, "unchanged", workload);
  const ending = await rollout.world.log.group("Watch what is there", () => follow(goal, rollout));
  switch (ending.kind) {
    case "succeeded":
      facts.warnings.push(...ending.warnings);
      return outcome("unchanged", "", `${name} already has this image and is healthy${pulled}`);
    case "failed":
      return ofCauses("failed", ending.causes, `${name} already has this image and is not healthy: `);
    case "superseded":
    case "error":
      return outcome(ending.kind, ending.reason, ending.message);
  }
  return ending satisfies never;
}

/** Says before the change what cannot be put back after it. */
function warnOfHealth({ world, facts }: Rollout, target: Target): void {
  const { warning } = healthOf(target);
  if (warning === undefined) return;
  facts.warnings.push(warning);
  world.log.warning(warning);
}

/** Writes the images. The workload as written, or the outcome of the API's denial. */
async function change(rollout: Rollout, target: Target, plan: Plan): Promise<Workload | Outcome> {
  const { inputs, world, facts, run, signal } = rollout;
  const annotations = inputs.annotate ? annotationsOf(plan.images, run) : {};
  const answer = await writeImages(world, { target, plan, annotations }, signal);
  if (answer.kind === "denied") {
    return outcome(
      "refused",
      denialReasonOf(answer.message),
      `The API denied the change, so nothing was changed: ${answer.message}`,
    );
  }
  if (answer.kind === "unknown") {
    facts.unsettled = true;
    signal.throwIfAborted();
    return outcome(
      "error",
      "ApiUnavailable",
      `The answer to the change was lost, and it was not sent again: ${answer.why}`,
    );
  }
  facts.changed = answer.workload;
  facts.warnings.push(...answer.warnings);
  for (const { container, previous, wanted } of plan.images)
    world.log.info(`${container}: ${previous} -> ${wanted}`);
  return answer.workload;
}

/** What denies the change of a workload is validation or a policy, unless its text names something else. */
function denialReasonOf(message: string): ReasonCode {
  const reason = admissionReasonOf(message);
  return reason === "PodCreationFailed" ? "AdmissionDenied" : reason;
}

async function rollOut(rollout: Rollout, changed: Workload): Promise<Outcome> {
  const name = `deployment/${changed.name}`;
  if (changed.replicas === 0 && rollout.facts.before?.workload.replicas === 0) {
    return outcome(
      "succeeded",
      "",
      `${name} has the new image; it is scaled to zero, so nothing was verified`,
    );
  }
  const ending = await watchAndVerify(rollout, goalFor(rollout, "forward", changed));
  switch (ending.kind) {
    case "succeeded":
      rollout.facts.warnings.push(...ending.warnings);
      return outcome("succeeded", "", `${name} runs the new image in all of its pods, available and stable`);
    case "failed":
      return rollBack(rollout, changed, ending.causes);
    case "superseded":
    case "error":
      return outcome(ending.kind, ending.reason, ending.message);
  }
  return ending satisfies never;
}

/** Once stable the verify command has its say, and what happened while it ran counts too. */
async function watchAndVerify(rollout: Rollout, goal: Goal): Promise<Ending> {
  const { inputs, world } = rollout;
  const ending = await world.log.group("Roll out", () => follow(goal, rollout));
  const command = inputs.verifyCommand;
  if (ending.kind !== "succeeded" || command === undefined) return ending;
  const failure = await world.log.group("Verify", () => verify(rollout, command));
  if (failure !== undefined) return { kind: "failed", causes: [failure] };
  return follow({ ...goal, stableForMs: 0, since: world.clock.now() }, rollout);
}
