import type { Verdict } from "../../capacity/verdict.ts";
import { VERDICT_PHRASES } from "../../capacity/words.ts";
import type { ReasonCode, Result } from "../../reason.ts";
import type { Inline } from "../markdown.ts";
import { code, words } from "../prose.ts";
import { REASON_PHRASES } from "../reason-phrase.ts";
import type { Report } from "../report.ts";
import { objectionOf } from "./objection.ts";
import { shortImage } from "./short-image.ts";

/** As long as names of pods may be in practice. */
const LONGEST_NAME = 100;

const ICONS: Readonly<Record<Result, string>> = {
  succeeded: "✅",
  unchanged: "✅",
  checked: "✅",
  refused: "⛔",
  "rolled-back": "↩️",
  failed: "❌",
  "rollback-failed": "🚨",
  superseded: "⏭️",
  cancelled: "⏹️",
  error: "⚠️",
};

/** The verdict on one line: icon, workload, what became of it, and the cause in a few words. */
export function headlineOf(report: Report): Inline {
  const { workload, reason } = report;
  const who: Inline =
    workload === undefined
      ? [words("The rollout")]
      : [code(`${workload.kind.toLowerCase()}/${workload.name}`, LONGEST_NAME)];
  const isTold = reason === "" || reason === "Superseded";
  const why = isTold ? [] : [words(`: ${whyOf(report, reason)}`)];
  return [words(`${iconOf(report)} `), ...who, ...fateOf(report), ...why];
}

/** A refusal for a doubt is no certainty. */
function whyOf(report: Report, reason: ReasonCode): string {
  const isDoubt = report.capacity?.verdict === "DEPENDS" && objectionOf(report) !== undefined;
  return isDoubt ? VERDICT_PHRASES.DEPENDS : REASON_PHRASES[reason];
}

/** A mere check passes whatever it finds; its icon says what that is. */
function iconOf({ result, capacity }: Report): string {
  const isGood = capacity === undefined || GOOD.has(capacity.verdict);
  return result === "checked" && !isGood ? ICONS.error : ICONS[result];
}

const GOOD: ReadonlySet<Verdict> = new Set<Verdict>(["WILL_COMPLETE", "NEEDS_NODES", "NO_ROLLOUT"]);

function fateOf(report: Report): Inline {
  const { result } = report;
  switch (result) {
    case "succeeded":
      return runs(report);
    case "unchanged":
      return [words(" already has this image: nothing was changed")];
    case "checked":
      return [words(checkedFate(report))];
    case "refused":
      return [words(" was not touched")];
    case "rolled-back":
      return [words(" was rolled back")];
    case "failed":
      return [words(report.touched === "no" ? " already has this image" : " failed and was left as it is")];
    case "rollback-failed":
      return [words(" failed, and so did the rollback")];
    case "superseded":
      return [words(supersededFate(report))];
    case "cancelled":
      return [words(MIDWAY[report.touched])];
    case "error":
      return [words(errorFate(report))];
    default:
      return result satisfies never;
  }
}

/** How far a run came that broke off. */
const MIDWAY: Readonly<Record<Report["touched"], string>> = {
  no: " was not touched",
  yes: " was left midway",
  unknown: " may have been changed",
};

function errorFate({ workload, touched }: Report): string {
  if (workload === undefined) return " could not begin";
  return touched === "no" ? " could not be rolled out" : MIDWAY[touched];
}

/** By whose template stands there: a pause, or a scale to zero, takes the rollout from us and leaves our template. */
function supersededFate({ template, touched, causes }: Report): string {
  const failed = causes.length > 0;
  switch (template) {
    case "deleted":
      return failed ? " failed, and somebody else deleted it" : " was deleted by somebody else: we stopped";
    case "recreated":
      return failed
        ? " failed, and somebody else created it anew"
        : " was created anew by somebody else: we stopped";
    case "theirs":
      return failed ? " failed, and somebody else changed it" : " was changed by somebody else: we stopped";
    case "restored":
      return " failed, and its rollback was left midway";
    case "before":
    case "ours":
    case "unknown":
      return MIDWAY[touched];
    default:
      return template satisfies never;
  }
}

function runs({ images }: Report): Inline {
  const [only, ...others] = images;
  if (only === undefined || others.length > 0) return [words(" runs the new images")];
  return [words(" runs "), code(shortImage(only.wanted))];
}

function checkedFate({ capacity }: Report): string {
  const verdict = capacity?.verdict ?? "UNKNOWN";
  switch (verdict) {
    case "WILL_COMPLETE":
      return " has room for this rollout: nothing was changed";
    case "NEEDS_NODES":
      return " has room for this rollout once nodes are added: nothing was changed";
    case "NO_ROLLOUT":
      return " already has this image: nothing was changed";
    case "WILL_STALL":
      return " has no room for this rollout: nothing was changed";
    case "ADMISSION_FAILS":
      return " would be denied: nothing was changed";
    case "DEPENDS":
    case "UNKNOWN":
      return " was checked, with doubts: nothing was changed";
    default:
      return verdict satisfies never;
  }
}
