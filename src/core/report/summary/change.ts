import { heading, type Inline, table } from "../markdown.ts";
import { code, words } from "../prose.ts";
import type { ImageChange, Report } from "../report.ts";
import { type Section, wasChanged } from "./section.ts";
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
        : [heading(3, [words(wasChanged(report) ? "Change" : "What was wanted")]), rows(report, share)],
  };
}

/** Whether there is nothing to compare: no image is known, or all were there already. */
const isIdle = ({ images, result }: Report): boolean => images.length === 0 || result === "unchanged";

function rows(report: Report, share: number): ReturnType<typeof table> {
  const images = report.images
    .slice(0, Math.ceil(MOST_IMAGES * share))
    .map((image) => imageRow(image, report));
  return table(["", "before", "wanted", "now"], [...images, ...revisionRow(report), ...availableRow(report)]);
}

/** The repository stands once, at the start of the row, when both versions come from it. */
function imageRow(image: ImageChange, report: Report): Inline[] {
  const { container, role, previous, wanted } = image;
  const repository = repositoryOf(wanted);
  const isSame = repositoryOf(previous) === repository;
  const shown = (reference: string): Inline => [code(isSame ? versionOf(reference) || reference : reference)];
  const kind = role === "app" ? "" : ` (${role})`;
  const name: Inline = [words("image of "), code(container), words(kind)];
  const whole: Inline = isSame ? [...name, words(", "), code(repository)] : name;
  return [whole, shown(previous), shown(wanted), nowOf(image, report, shown)].map((cell) => [...cell]);
}

function nowOf(image: ImageChange, report: Report, shown: (reference: string) => Inline): Inline {
  if (report.result === "superseded") return [words("somebody else's")];
  return shown(!wasChanged(report) || report.rolledBack ? image.previous : image.wanted);
}

function revisionRow(report: Report): Inline[][] {
  const { revision, previousRevision } = report;
  return wasChanged(report)
    ? [[[words("revision")], shownRevision(previousRevision), shownRevision(revision), revisionNow(report)]]
    : [];
}

function revisionNow({ result, revision, previousRevision, rolledBack }: Report): Inline {
  if (result === "superseded") return [words("–")];
  if (!rolledBack) return shownRevision(revision);
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
      [words(`${available} of ${desired}`)],
    ],
  ];
}
