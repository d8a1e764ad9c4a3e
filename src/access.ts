import type { WorkloadRef } from "./core/model/workload.ts";
import { lacking, lossText, missingOf, needsOf } from "./core/preflight.ts";
import { grantable, grantsOf, grantYaml } from "./core/rights.ts";
import type { Rollout } from "./rollout.ts";

/**
 * Says who we are to the cluster and which rights of this run are missing, before anything is touched. Throws
 * `ActionError` with `PermissionDenied` and all that is to be granted; what is only nice to have becomes warnings.
 */
export async function checkRights(
  { inputs, world: { cluster, log }, facts, signal }: Rollout,
  ref: WorkloadRef,
): Promise<void> {
  const needs = needsOf(ref, inputs);
  const answer = await cluster.review(needs, signal);
  if (answer.kind === "unknown") {
    log.info(`Whether all rights are there is not known beforehand, the requests will tell: ${answer.why}`);
    return;
  }
  const { user, allowed } = answer;
  log.info(user === undefined ? "The API server does not tell who we are to it" : `Signed in as ${user}`);
  const { required, losses } = missingOf(needs, allowed);
  for (const text of losses.map(lossText)) {
    facts.warnings.push(text);
    log.warning(text);
  }
  if (losses.length > 0) {
    log.info("To grant what is optional, apply:");
    for (const line of grantYaml(grantsOf(losses.flatMap(({ rights }) => rights).map(grantable)), user))
      log.info(line);
  }
  if (required.length > 0) throw lacking(required, user);
  log.info("Every right that this run needs is there");
}
