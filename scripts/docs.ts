import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

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

/** Writes the README's tables, or with `--check` says whether they are stale. A README that is not there is left. */
function main(isCheck: boolean): number {
  const file = join(ROOT, "README.md");
  let before: string;
  try {
    before = readFileSync(file, "utf8");
  } catch {
    return 0;
  }
  const after = withTables(before, readAction());
  if (after === before) return 0;
  if (!isCheck) writeFileSync(file, after);
  else console.error("README.md is stale; run: npm run docs");
  return isCheck ? 1 : 0;
}

if (import.meta.main) process.exitCode = main(process.argv.includes("--check"));
