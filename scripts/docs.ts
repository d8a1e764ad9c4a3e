import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { REASONS } from "../src/core/reason.ts";
import { REASON_PHRASES } from "../src/core/report/reason-phrase.ts";

const ROOT = join(import.meta.dirname, "..");

/** The parts of action.yml that are documented. */
interface Action {
  readonly inputs: Readonly<Record<string, { description: string; required?: boolean; default?: string }>>;
  readonly outputs: Readonly<Record<string, { description: string }>>;
}

/** Reads action.yml. */
export function readAction(): Action {
  return parse(readFileSync(join(ROOT, "action.yml"), "utf8"));
}

/** Puts the tables of inputs and outputs between their markers; throws where a pair of markers is missing. */
export function withTables(markdown: string, { inputs, outputs }: Action): string {
  const inputRows = Object.entries(inputs).map(([name, input]) => [
    code(name),
    input.required ? "required" : input.default === undefined ? "–" : code(input.default),
    cell(input.description),
  ]);
  const outputRows = Object.entries(outputs).map(([name, output]) => [code(name), cell(output.description)]);
  const inputTable = table(["Input", "Default", "Meaning"], inputRows);
  const outputTable = table(["Output", "Meaning"], outputRows);
  return between("outputs", between("inputs", markdown, inputTable), outputTable);
}

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

/** The page that lists every reason code. */
export function reasonsPage(): string {
  const areas = (Object.keys(REASONS) as (keyof typeof REASONS)[]).map((area) => {
    const rows = REASONS[area].map((reason) => [code(reason), cell(REASON_PHRASES[reason])]);
    return `## ${AREAS[area]}\n\n${table(["Reason", "Meaning"], rows)}\n`;
  });
  const head =
    "# Reasons\n\nThe output `reason` of a run is one of these codes, or empty when it went well. Codes are never renamed; the list may grow.\n";
  return [head, ...areas].join("\n");
}

function between(name: string, markdown: string, text: string): string {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const [from, to] = [markdown.indexOf(start), markdown.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The markers ${start} and ${end} are missing`);
  return `${markdown.slice(0, from + start.length)}\n${text}\n${markdown.slice(to)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map(() => "---");
  return [head, rule, ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}

function cell(text: string): string {
  return text.trim().replaceAll("|", "\\|").replace(/\n+/g, "<br>");
}

/** Every generated page by path, as it should be. */
function pages(): Readonly<Record<string, string>> {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  return { "README.md": withTables(readme, readAction()), "docs/reasons.md": reasonsPage() };
}

/** Writes the generated pages, or with `--check` says which are stale. */
function main(mode: "write" | "check"): number {
  const stale = Object.entries(pages()).filter(([path, text]) => textOf(path) !== text);
  if (mode === "write") for (const [path, text] of stale) writeFileSync(join(ROOT, path), text);
  else for (const [path] of stale) console.error(`${path} is stale; run: npm run docs`);
  return mode === "check" && stale.length > 0 ? 1 : 0;
}

const textOf = (path: string): string | undefined =>
  existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), "utf8") : undefined;

if (import.meta.main) process.exitCode = main(process.argv.includes("--check") ? "check" : "write");
