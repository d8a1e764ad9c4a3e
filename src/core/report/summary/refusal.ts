import { refusalReason } from "../../capacity/policy.ts";
import type { CapacityVerdict } from "../../capacity/verdict.ts";
import { stopOf, verdictSentence } from "../../capacity/words.ts";
import type { Report } from "../report.ts";
import { toAmount } from "./amount.ts";
import { shortOf } from "./short-of.ts";

/**
 * Why the pre-check refused, in one sentence with the numbers of the nearest node; `undefined` when it was not
 * the pre-check that refused.
 */
export function refusalOf({ result, reason, capacity }: Report): string | undefined {
  if (result !== "refused" || capacity === undefined || reason !== refusalReason(capacity)) return undefined;
  return numbersOf(capacity) ?? verdictSentence(capacity);
}

function numbersOf({ verdict, completes, nodes }: CapacityVerdict): string | undefined {
  const [nearest] = nodes;
  const [short] = nearest === undefined ? [] : shortOf(nearest);
  if (verdict !== "WILL_STALL" || nearest === undefined || short === undefined) return undefined;
  const show = (amount: number): string => toAmount(short.resource, amount);
  const which = nodes.length === 1 ? "the only node" : "the nearest node";
  return (
    `the rollout would stop at ${stopOf(completes)} new pods: one asks for ${show(short.requested)} of ${short.resource}, and ` +
    `${nearest.name}, ${which}, has ${show(short.free)} left (${show(short.used)} of ${show(short.allocatable)} are taken), ` +
    `so ${show(short.missing)} are missing`
  );
}
