import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ownErrors } from "./docs/own-errors.ts";
import { reasonsPage } from "./docs/reasons-page.ts";
import { failuresShown } from "./docs/shown.ts";
import { troubleshootingPage } from "./docs/troubleshooting-page.ts";

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
  const shown = failuresShown();
  return {
    "README.md": withTables(readme, readAction()),
    "docs/reasons.md": reasonsPage(shown),
    "docs/troubleshooting.md": troubleshootingPage(shown, ownErrors()),
  };
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
