import { refusalReason } from "../../capacity/policy.ts";
import type { CapacityVerdict } from "../../capacity/verdict.ts";
import { verdictLead } from "../../capacity/words.ts";
import type { ReasonCode } from "../../reason.ts";
import type { Report } from "../report.ts";
import { toAmount } from "./amount.ts";
import { roomOf, shortOf } from "./short-of.ts";

/** What the pre-check found, as far as it is the message of a report. */
export interface Objection {
  /** `undefined` where nothing stands in the way. */
  readonly reason: ReasonCode | undefined;
  /** One sentence, with the numbers of the nearest node where these are why. */
  readonly sentence: string;
  /** Kubernetes' own words; empty where it has none. */
  readonly message: string;
  /** What else stands in the way. */
  readonly further: CapacityVerdict["reasons"];
}

/** Why the pre-check refused, or what a mere check found; `undefined` where it was not asked, or the report is about something else. */
export function objectionOf({ result, reason, capacity }: Report): Objection | undefined {
  if (capacity === undefined) return undefined;
  const isRefused = result === "refused" && reason === refusalReason(capacity);
  return isRefused || result === "checked" ? objection(capacity) : undefined;
}

const PASSES: ReadonlySet<CapacityVerdict["verdict"]> = new Set(["WILL_COMPLETE", "NO_ROLLOUT"]);

function objection(verdict: CapacityVerdict): Objection {
  const [first, ...further] = verdict.reasons;
  const lead = verdictLead(verdict);
  if (PASSES.has(verdict.verdict)) return { reason: undefined, sentence: lead, message: "", further: [] };
  // What the autoscaler does comes before what it does it for.
  if (verdict.verdict === "NEEDS_NODES") {
    const [why, ...others] = further;
    const sentence = `${lead}: ${first?.message ?? ""}`;
    return { reason: undefined, sentence, message: why?.message ?? "", further: others };
  }
  const why = whyOf(verdict);
  const sentence = why === undefined ? lead : `${lead}: ${why}`;
  return { reason: refusalReason(verdict), sentence, message: first?.message ?? "", further };
}

function whyOf(verdict: CapacityVerdict): string | undefined {
  if (verdict.verdict === "UNKNOWN") return unknownOf(verdict);
  return verdict.verdict === "WILL_STALL" ? numbersOf(verdict) : undefined;
}

const LISTED = 3;

function unknownOf({ unknown }: CapacityVerdict): string {
  const names = unknown.slice(0, LISTED).map(({ what }) => what);
  const more = unknown.length - names.length;
  return `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function numbersOf({ reasons, nodes, read }: CapacityVerdict): string | undefined {
  const [nearest] = nodes;
  if (nearest === undefined) return undefined;
  const which = read.nodes === 1 ? "the only node" : "the nearest node";
  if (reasons[0]?.reason === "TooManyPods") {
    const { used, allocatable } = roomOf(nearest, "pods");
    return `${nearest.name}, ${which}, has ${used} of the ${allocatable} pods that it may have`;
  }
  const [short] = shortOf(nearest);
  if (reasons[0]?.reason !== "InsufficientResources" || short === undefined) return undefined;
  const show = (amount: number): string => toAmount(short.resource, amount);
  return (
    `one asks for ${show(short.requested)} of ${short.resource}, and ` +
    `${nearest.name}, ${which}, has ${show(short.free)} left (${show(short.used)} of ${show(short.allocatable)} are taken), ` +
    `so ${show(short.missing)} are missing`
  );
}
