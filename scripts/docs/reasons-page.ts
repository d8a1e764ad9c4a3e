import type { PhrasingContent, RootContent } from "mdast";
import { CAUSES } from "../../src/core/diagnosis/causes/index.ts";
import { REASONS, type ReasonCode } from "../../src/core/reason.ts";
import { adviceOn } from "../../src/core/report/advice.ts";
import { heading, type Inline, list, paragraph, serialise, table } from "../../src/core/report/markdown.ts";
import { code, fullStop, prose, strong, upper, words } from "../../src/core/report/prose.ts";
import { REASON_PHRASES } from "../../src/core/report/reason-phrase.ts";
import type { Report } from "../../src/core/report/report.ts";
import { withoutNames } from "./names.ts";
import type { Shown } from "./shown.ts";

/** What each area of reason codes is about. */
const AREAS: Readonly<Record<keyof typeof REASONS, string>> = {
  ROOM: "Room: the new pods find no place",
  ADMISSION: "Admission: the new pods are not created",
  IMAGE: "Image: it cannot be pulled",
  START: "Start: the container does not come up",
  RUN: "Run: it comes up and does not stay, or does not get ready",
  NODE: "Node: the pod lost its place",
  ROLLOUT: "Rollout: the whole of it",
  ACCESS: "Access: the action could not do its work",
};

/** Longer than any message that tells something new at its end. */
const LONGEST = 500;

/** The page that says of every reason code what it means, how it shows, and what to do. */
export function reasonsPage(shown: readonly Shown[]): string {
  const areas = (Object.keys(REASONS) as (keyof typeof REASONS)[]).flatMap((area) => [
    second(AREAS[area]),
    table(
      ["reason", "meaning"],
      REASONS[area].map((reason) => [[linkTo(reason)], prose(REASON_PHRASES[reason])]),
    ),
    ...REASONS[area].flatMap((reason) => sectionOf(reason, shown)),
  ]);
  return serialise([...INTRODUCTION, ...areas]);
}

/** A link to what is said of a reason. Headings are the codes, which are never renamed, so no link ever breaks. */
export const linkTo = (reason: ReasonCode, page: string = ""): PhrasingContent => ({
  type: "link",
  url: `${page}#${reason.toLowerCase()}`,
  children: [{ type: "inlineCode", value: reason }],
});

const INTRODUCTION: readonly RootContent[] = [
  { type: "heading", depth: 1, children: [words("Reasons")] },
  paragraph([
    words("The output "),
    code("reason"),
    words(
      " of a run is one of these codes, or empty when it went well. Codes are never renamed; the list may grow. To find one by what Kubernetes says, see ",
    ),
    { type: "link", url: "troubleshooting.md", children: [words("troubleshooting")] },
    words("."),
  ]),
  paragraph([
    words(
      "“Given” is how much of it is needed before a rollout is called failed, in time that was watched without a break; ",
    ),
    code("readiness-patience"),
    words(" is the input of that name. “Seen in” names recordings: of a real cluster in "),
    code("test/recordings"),
    words(", or, in italics, put together from texts that Kubernetes and Google document in "),
    code("test/recordings/synthesised"),
    words(". Names, addresses and numbers in texts are examples."),
  ]),
];

const second = (text: string): RootContent => heading(2, [words(text)]);

function sectionOf(reason: ReasonCode, shown: readonly Shown[]): readonly RootContent[] {
  const own = shown.filter(({ cause }) => cause.reason === reason);
  return [
    heading(3, [words(reason)]),
    paragraph(fullStop(upper(REASON_PHRASES[reason]))),
    ...signsOf(own),
    ...adviceFor(reason, own),
    ...sourcesOf(reason),
  ];
}

/** One row for each thing that is said, with all recordings that say it. */
function signsOf(own: readonly Shown[]): readonly RootContent[] {
  const groups = Map.groupBy(own, ({ cause, given }) => `${textOf(cause.message)}\0${given}`);
  if (groups.size === 0) return [];
  const rows = [...groups.values()].map((group): Inline[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { cause, given } = first;
    return [
      [code(textOf(cause.message), LONGEST)],
      prose(textOf(cause.summary)),
      given === "" ? [] : prose(given),
      listed(group),
    ];
  });
  return [table(["Kubernetes says", "which is told as", "given", "seen in"], rows)];
}

const listed = (group: readonly Shown[]): Inline =>
  group.flatMap(({ name, isReal }, index): PhrasingContent[] => [
    ...(index === 0 ? [] : [words(", ")]),
    isReal ? words(name) : { type: "emphasis", children: [words(name)] },
  ]);

function adviceFor(reason: ReasonCode, own: readonly Shown[]): readonly RootContent[] {
  const found = own.flatMap(({ cause }) => cause.next);
  const general = adviceOn({ workload: undefined, reason, causes: [] } as unknown as Report);
  const texts = new Set((found.length > 0 ? found : general).map(({ text }) => textOf(text)));
  if (texts.size === 0) return [];
  return [
    paragraph([strong("What to do")]),
    list(
      "bullets",
      [...texts].map((text) => [paragraph(fullStop(text))]),
    ),
  ];
}

function sourcesOf(code: ReasonCode): readonly RootContent[] {
  const sources = CAUSES.filter(({ reasons }) => reasons.includes(code)).map(({ source }) => source);
  return sources.length === 0 ? [] : [paragraph([words("Source: "), ...fullStop(sources.join("; "))])];
}

const textOf = (text: string): string => withoutNames(text.trim());
