import { maskSecrets } from "../mask.ts";

/** Longer than any message that Kubernetes keeps: conditions have at most 32,768 characters. */
const LONGEST = 40_000;

/** What would do something to a terminal, a log or a reader that shows the file; it stands inside strings only. */
const LOUD = /\p{Cf}|\p{Default_Ignorable_Code_Point}|[\x7F-\x9F\u2028\u2029]|(?<=##)\[/gu;

/** A text of the cluster as data: as it came, but well-formed, without secrets, and cut where no message is as long. */
export function verbatim(text: string): string {
  const masked = maskSecrets(text.slice(0, LONGEST)).toWellFormed();
  return text.length <= LONGEST ? masked : `${masked}… (${text.length - LONGEST} more characters)`;
}

/** Lines of a log as data. They are masked together, because a key has several. */
export const verbatimLines = (lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : maskSecrets(lines.join("\n")).split("\n");

/**
 * The value as indented JSON text that is harmless to look at and to print into a log: controls, turns of direction,
 * what shows as nothing, and the bracket of a runner command are escapes, so that reading it gives what was written.
 */
export function toJsonText(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(LOUD, (loud) =>
    loud
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
