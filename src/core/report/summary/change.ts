import { heading, type Inline, table } from "../markdown.ts";
import { code, words } from "../prose.ts";
import type { Report, ReportedImage } from "../report.ts";
import type { Section } from "./section.ts";
import { repositoryOf, versionOf } from "./short-image.ts";

const MOST_IMAGES = 40;

/** What was, what was wanted, and what is: images, revision, available pods. */
export function change(report: Report): Section {
  return {
    name: "images",
    worth: 6,
    nodes: (share) =>
      isIdle(report)
        ? []
        : [heading(3, [words(report.touched === "yes" ? "Change" : "What was wanted")]), rows(report, share)],
  };
}

/** Whether there is nothing to compare: no image is known, or all were there already. */
const isIdle = ({ images }: Report): boolean => images.every(({ previous, wanted }) => previous === wanted);

function rows(report: Report, share: number): ReturnType<typeof table> {
  const images = report.images
    .slice(0, Math.ceil(MOST_IMAGES * share))
    .map((image) => imageRow(image, report));
  return table(["", "before", "wanted", "now"], [...images, ...revisionRow(report), ...availableRow(report)]);
}

/** The repository stands once, at the start of the row, when all versions come from it. */
function imageRow({ container, role, previous, wanted, now }: ReportedImage, { template }: Report): Inline[] {
  const repository = repositoryOf(wanted);
  const isSame = [previous, now ?? wanted].every((reference) => repositoryOf(reference) === repository);
  const shown = (reference: string): Inline => [code(isSame ? versionOf(reference) || reference : reference)];
  const kind = role === "app" ? "" : ` (${role})`;
  const name: Inline = [words("image of "), code(container), words(kind)];
  const whole: Inline = isSame ? [...name, words(", "), code(repository)] : name;
  const present: Inline = now === undefined ? [words(UNREAD[template])] : shown(now);
  return [whole, shown(previous), shown(wanted), present].map((cell) => [...cell]);
}

/** What stands for an image that is not in any template that was read. */
const UNREAD: Readonly<Record<Report["template"], string>> = {
  before: "–",
  ours: "–",
  restored: "–",
  theirs: "somebody else's",
  deleted: "deleted",
  recreated: "somebody else's",
  unknown: "not known",
};

function revisionRow(report: Report): Inline[][] {
  const { touched, revision, previousRevision } = report;
  return touched === "yes"
    ? [[[words("revision")], shownRevision(previousRevision), shownRevision(revision), revisionNow(report)]]
    : [];
}

function revisionNow({ template, revision, previousRevision }: Report): Inline {
  if (template === "ours") return shownRevision(revision);
  if (template !== "restored") return shownRevision(undefined);
  return [words(previousRevision === undefined ? "as before" : `as ${previousRevision}, under a new number`)];
}

const shownRevision = (number: number | undefined): Inline => [
  words(number === undefined ? "–" : String(number)),
];

function availableRow({ replicas }: Report): Inline[][] {
  if (replicas === undefined) return [];
  const { before, desired, available } = replicas;
  return [
    [
      [words("pods available")],
      [words(String(before))],
      [words(String(desired))],
      [words(available > desired ? String(available) : `${available} of ${desired}`)],
    ],
  ];
}
