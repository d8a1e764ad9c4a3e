import type { NextStep } from "./finding.ts";

/** A step without a command. */
export const advise = (text: string): NextStep => ({ text, command: undefined });

/** A step with the command that does it: words are quoted, so that no name can break out of its place. */
export const run = (text: string, ...words: readonly string[]): NextStep => ({
  text,
  command: words.map(quote).join(" "),
});

/**
 * `kubectl` in a namespace. Objects are named `kind/name`, which no name can turn into an option.
 */
export const kubectl = (text: string, namespace: string, ...words: readonly string[]): NextStep =>
  run(text, "kubectl", `--namespace=${namespace}`, ...words);

/** Everything but plain words goes into single quotes, control characters out. Source: POSIX shell, 2.2.2. */
function quote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replace(/\p{Cc}/gu, "").replaceAll("'", "'\\''")}'`;
}
