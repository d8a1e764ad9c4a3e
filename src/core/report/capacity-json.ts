import type { CapacityVerdict, Fix, NodeRoom, Verdict } from "../capacity/verdict.ts";
import type { Resources } from "../model/resources.ts";
import { formatResource } from "../quantity.ts";
import type { ReasonCode } from "../reason.ts";
import { toLine } from "../text.ts";

const LIMIT_BYTES = 32 * 1024;
const MOST_NODES = 20;
const MOST_ENTRIES = 10;
const LONGEST_TEXT = 400;
/** What the scheduler says of a mixed cluster is long, and is compared with what it says later. */
const LONGEST_MESSAGE = 4096;

/** The shape of the output `capacity`. */
export interface CapacityJson {
  readonly verdict: Verdict;
  readonly reasons: readonly { readonly reason: ReasonCode; readonly message: string }[];
  readonly nodes: readonly NodeJson[];
  readonly completes: { readonly at: number; readonly of: number };
  readonly fixes: readonly { readonly kind: Fix["kind"]; readonly text: string; readonly value: string }[];
  readonly unknown: readonly { readonly what: string; readonly why: string }[];
}

interface NodeJson {
  readonly name: string;
  readonly refusedBy: readonly string[];
  readonly requested: Readonly<Record<string, string>>;
  readonly used: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
}

/**
 * The output `capacity` as one line of JSON: at most 32 KiB and 20 nodes, the nearest to fitting first, every
 * text neutralised. Empty without a pre-check.
 */
export function toCapacityJson(verdict: CapacityVerdict | undefined): string {
  if (verdict === undefined) return "";
  const whole = capacityJson(verdict);
  return fitting({
    ...whole,
    reasons: whole.reasons.slice(0, MOST_ENTRIES),
    nodes: whole.nodes.slice(0, MOST_NODES),
    fixes: whole.fixes.slice(0, MOST_ENTRIES),
    unknown: whole.unknown.slice(0, MOST_ENTRIES),
  });
}

/** The verdict as JSON with every node that it names; resources as canonical quantities. */
export function capacityJson(verdict: CapacityVerdict): CapacityJson {
  return {
    verdict: verdict.verdict,
    reasons: verdict.reasons.map(({ reason, message }) => ({
      reason,
      message: toLine(message, LONGEST_MESSAGE),
    })),
    nodes: verdict.nodes.map(nodeJson),
    completes: { at: verdict.completes.at, of: verdict.completes.of },
    fixes: verdict.fixes.map(({ kind, text, value }) => ({ kind, text: short(text), value: short(value) })),
    unknown: verdict.unknown.map(({ what, why }) => ({ what: short(what), why: short(why) })),
  };
}

function nodeJson({ name, refusedBy, requested, used, allocatable }: NodeRoom): NodeJson {
  return {
    name: short(name),
    refusedBy: refusedBy.map(short),
    requested: quantities(requested),
    used: quantities(used),
    allocatable: quantities(allocatable),
  };
}

function quantities(resources: Resources): Record<string, string> {
  return Object.fromEntries(
    [...resources].map(([name, amount]) => [short(name), formatResource(name, amount)]),
  );
}

/** What gives way while it is too long, first to last. The last nodes are the farthest from fitting. */
const GIVE_WAY = ["nodes", "unknown", "fixes", "reasons"] as const;

function fitting(json: CapacityJson): string {
  const text = JSON.stringify(json);
  const list = GIVE_WAY.find((name) => json[name].length > 0);
  if (new TextEncoder().encode(text).length <= LIMIT_BYTES || list === undefined) return text;
  return fitting({ ...json, [list]: json[list].slice(0, -1) });
}

const short = (text: string): string => toLine(text, LONGEST_TEXT);
