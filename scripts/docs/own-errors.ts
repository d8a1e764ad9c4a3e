import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ReasonCode } from "../../src/core/reason.ts";

const SOURCES = join(import.meta.dirname, "../../src");

/** `new ActionError("Reason", "text"` or a template; what is filled in is shown as an ellipsis. */
const ERROR = /new ActionError\(\s*"(\w+)",\s*(?:"((?:[^"\\\n]|\\.)+)"|`((?:[^`\\]|\\.)+)`)/g;

/** An error of the action itself: its code, and its text as the source has it. */
export interface OwnError {
  readonly reason: ReasonCode;
  readonly text: string;
}

/** Every error of the action whose text stands beside its code. */
export function ownErrors(): readonly OwnError[] {
  const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const all = files.sort().flatMap((file) =>
    [...readFileSync(join(SOURCES, file), "utf8").matchAll(ERROR)].map(([, reason, quoted, template]) => ({
      reason: reason as ReasonCode,
      text: withoutFillings(quoted ?? template ?? ""),
    })),
  );
  return all.filter(({ text }) => TELLING.test(text));
}

/** Three words in a row, by which a text can be found. */
const TELLING = /[\p{L}\d]+ [\p{L}\d]+ [\p{L}\d]+/u;

/** Fillings may hold templates themselves; those of one level are enough for what the source has. */
const withoutFillings = (text: string): string =>
  text.replace(/(?:\$\{(?:[^{}]|\{[^{}]*\})*\})+/g, "…").replace(/\\(.)/g, "$1");
