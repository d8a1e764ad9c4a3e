import type { Result } from "../../reason.ts";
import type { Inline } from "../markdown.ts";
import { code, words } from "../prose.ts";
import { REASON_PHRASES } from "../reason-phrase.ts";
import type { Report } from "../report.ts";
import { isGood, wasChanged } from "./section.ts";
import { shortImage } from "./short-image.ts";

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
export function titleOf(report: Report): Inline {
  const { workload, result, reason } = report;
  const who: Inline =
    workload === undefined
      ? [words("The rollout")]
      : [code(`${workload.kind.toLowerCase()}/${workload.name}`)];
  const why = isGood(report) || reason === "" ? [] : [words(`: ${REASON_PHRASES[reason]}`)];
  return [words(`${ICONS[result]} `), ...who, ...fateOf(report), ...(result === "superseded" ? [] : why)];
}

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
      return [words(" failed and was left as it is")];
    case "rollback-failed":
      return [words(" failed, and so did the rollback")];
    case "superseded":
      return [words(" was changed by somebody else: we stopped")];
    case "cancelled":
      return [words(wasChanged(report) ? " was left midway" : " was not touched")];
    case "error":
      return [words(report.workload === undefined ? " could not begin" : " could not be rolled out")];
    default:
      return result satisfies never;
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
    case "DEPENDS":
    case "UNKNOWN":
    case "WILL_STALL":
    case "ADMISSION_FAILS":
      return " was checked, with doubts: nothing was changed";
    default:
      return verdict satisfies never;
  }
}
