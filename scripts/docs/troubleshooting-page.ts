import type { RootContent } from "mdast";
import type { ReasonCode } from "../../src/core/reason.ts";
import { heading, type Inline, paragraph, serialise, table } from "../../src/core/report/markdown.ts";
import { code, words } from "../../src/core/report/prose.ts";
import { withoutNames } from "./names.ts";
import type { OwnError } from "./own-errors.ts";
import { linkTo } from "./reasons-page.ts";
import type { Shown } from "./shown.ts";
import { type Place, textsIn } from "./texts.ts";

const LONGEST = 500;

const PLACES: Readonly<Record<Place, string>> = {
  pod: "Pod status",
  event: "Events",
  replicaSet: "ReplicaSet status",
  deployment: "Deployment status",
};

/** The page that leads from an exact text to its reason. */
export function troubleshootingPage(shown: readonly Shown[], errors: readonly OwnError[]): string {
  const told = shown.flatMap(({ cause, events, at }) =>
    textsIn(events, cause, at).map(({ place, text }) => ({ place, text, reason: cause.reason })),
  );
  const sections = (Object.keys(PLACES) as Place[]).flatMap((place) =>
    section(
      PLACES[place],
      told.filter((each) => each.place === place),
    ),
  );
  return serialise([...INTRODUCTION, ...sections, ...section("Errors of the action itself", errors)]);
}

const INTRODUCTION: readonly RootContent[] = [
  { type: "heading", depth: 1, children: [words("Troubleshooting")] },
  paragraph([
    words(
      "Search this page for the text that you see, without the names of your own objects. Texts are as Kubernetes, the container runtimes, the registries and Google write them, by where they show and in alphabetical order; names, addresses and numbers in them are examples. Each leads to what it means, how long it is given, and what to do. Where a text has several reasons, the report of the run names the one.",
    ),
  ]),
];

function section(
  title: string,
  told: readonly { readonly text: string; readonly reason: ReasonCode }[],
): readonly RootContent[] {
  const byText = Map.groupBy(told, ({ text }) => withoutNames(text.trim().replace(/\s+/g, " ")));
  byText.delete("");
  const texts = [...byText].sort(([a], [b]) => order(a, b));
  const rows = texts.map(([text, all]): Inline[] => [[code(text, LONGEST)], links(all)]);
  return rows.length === 0 ? [] : [heading(2, [words(title)]), table(["text", "reason"], rows)];
}

const links = (all: readonly { readonly reason: ReasonCode }[]): Inline =>
  [...new Set(all.map(({ reason }) => reason))]
    .sort(order)
    .flatMap((reason, index) => [...(index === 0 ? [] : [words(", ")]), linkTo(reason, "reasons.md")]);

/** The same on every machine, which collation is not; letters in either case together. */
function order(a: string, b: string): number {
  const [one, other] = [a.toLowerCase(), b.toLowerCase()];
  if (one !== other) return one < other ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
