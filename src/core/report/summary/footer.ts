import type { PhrasingContent } from "mdast";
import { verdictSentence } from "../../capacity/words.ts";
import { formatDuration } from "../../duration.ts";
import { heading, type Inline, list, paragraph, small } from "../markdown.ts";
import { code, fullStop, upper, words } from "../prose.ts";
import type { Report } from "../report.ts";
import type { Section } from "./section.ts";

const MOST_WARNINGS = 30;

const TOUCHED: Readonly<Record<Report["touched"], string>> = {
  no: "nothing was changed",
  yes: "",
  unknown: "it is not known whether the change took effect",
};

/** Everything that was noticed and did not decide the run. */
export function warnings(report: Report): Section {
  const texts = report.warnings.filter((text) => !isTold(text, report));
  return {
    name: "warnings",
    worth: 7,
    nodes: (share) => {
      const shown = texts.slice(0, Math.ceil(MOST_WARNINGS * share));
      if (shown.length === 0) return [];
      const more = texts.length - shown.length;
      const note = more > 0 ? [paragraph([words(`And ${more} more.`)])] : [];
      const items = shown.map((text) => [paragraph(fullStop(upper(text)))]);
      return [heading(3, [words("⚠️ Warnings")]), list("bullets", items), ...note];
    },
  };
}

/** The result of a mere check is no warning beside itself. */
const isTold = (text: string, { result, capacity }: Report): boolean =>
  result === "checked" && capacity !== undefined && text === `Pre-check: ${verdictSentence(capacity)}`;

/** Where, against what, how long, by which run and version. */
export function footer(report: Report): Section {
  return { name: "footer", worth: "always", nodes: () => [small(dotted(facts(report)))] };
}

function facts(report: Report): Inline[] {
  const { workload, endpoint, consoleUrl, run, mode, version } = report;
  const took = `took ${formatDuration(report.finishedAt - report.startedAt)}`;
  const all: Inline[] = [
    workload === undefined ? [] : [words("namespace "), code(workload.namespace)],
    endpoint === "" ? [] : [words("endpoint "), code(endpoint)],
    [words(mode === "check" ? `check, ${took}` : took)],
    [words(TOUCHED[report.touched])],
    link(consoleUrl, "console"),
    link(run.url, `run ${run.number}`),
    [words("gke-safe-rollout "), ...(version === "" ? [] : [code(version)])],
  ];
  return all.filter((fact) => fact.some((node) => node.type !== "text" || node.value !== ""));
}

const dotted = (all: readonly Inline[]): Inline =>
  all.flatMap((fact, index) => (index === 0 ? fact : [words(" · "), ...fact]));

/** Only addresses without anything that could mean more than an address. */
function link(url: string, text: string): PhrasingContent[] {
  if (!/^https?:\/\/[\w.-]+(?::\d+)?(?:\/[\w.~%?=&/-]*)?$/.test(url)) return [];
  return [{ type: "link", url, children: [words(text.trim())] }];
}
