import type { Form } from "./forms.ts";
import { ok, wrong } from "./parsed.ts";

const EXAMPLE = `bash -c "…" runs a shell`;

/**
 * A command line as `@actions/exec` splits it: at spaces, with double quotes around what belongs together.
 * Nothing else is special, so what only a shell understands is said before it surprises.
 */
export const commandLine: Form<string> = {
  expected: "a program with its arguments on one line, with double quotes around what has spaces",
  parse: (text) => {
    if (/[\r\n]/.test(text)) return wrong(`it has a line break; ${EXAMPLE}`);
    const outside = outsideQuotes(text);
    if (outside === undefined) return wrong("a double quote is not closed");
    if (/^["\s]*$/.test(text)) return wrong("it names no program");
    const shell = /(?:^|\s)(?:&&|\|\||[|;<>&]|\d?>>?)(?=\s|$)|\$[\w({]|'/.exec(outside)?.[0].trim();
    if (shell === undefined) return ok(text);
    return ok(text, [`verify-command is run without a shell, so ${shell} is passed on as it is; ${EXAMPLE}`]);
  },
};

/** What stands outside double quotes, which a backslash inside them escapes; `undefined` when one stays open. */
function outsideQuotes(text: string): string | undefined {
  const outside = text.replace(/"(?:[^"\\]|\\.)*"/gs, "");
  return outside.includes('"') ? undefined : outside;
}
