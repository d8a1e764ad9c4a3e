import { maskSecrets } from "./mask.ts";

/** Longest line that is printed whole; Kubernetes cuts its own event messages at 1,024. */
const LONGEST = 2_000;

/** How much more of a text is looked at than is shown: what shows as nothing is taken out of it. */
const LOOKED_AT = 16;

/** Room that a cut leaves for its own note. */
const CUT_NOTE = 40;

const ESC = "\u001B";
const BEL = "\u0007";

/** `ESC [ … letter`: colours and cursor moves. */
const CONTROL_SEQUENCE = String.raw`(?:${ESC}\[|\x9B)[0-?]*[ -/]*[@-~]?`;

/** OSC, DCS, SOS, PM and APC up to their end. One that nothing ends loses only its introducer, so no evidence vanishes. */
const STRING_SEQUENCE = String.raw`(?:${ESC}[\]PX^_]|[\x90\x98\x9D-\x9F])(?:[^${BEL}${ESC}\x90\x98-\x9F]*(?:${BEL}|${ESC}\\|\x9C))?`;

/** No part runs past the next escape or introducer, which keeps the search linear on hostile text. */
const ANSI = new RegExp(`${CONTROL_SEQUENCE}|${STRING_SEQUENCE}|${ESC}[ -/]*[0-~]?`, "g");

/** Everything that breaks or widens a line, Unicode's separators included. */
const BREAKS = /\r\n|[\t\n\v\f\r\u0085\u2028\u2029]/g;

/** Controls but breaks, bidi and other format characters, and all that shows as nothing. */
const INVISIBLE = /[^\P{Cc}\t\n\v\f\r\u0085]|\p{Cf}|\p{Default_Ignorable_Code_Point}/gu;

/** Blanks that the runner would trim in front of a command, and one that is drawn empty, as one plain space each. */
const BLANKS = /[^\S ]|\u2800/g;

/** Marks piled up on one letter, which climb over the lines around; no language needs as many. */
const TOWER = /(\p{M}{6})\p{M}+/gu;

/** Code points that stand for no character, and that XML and others refuse. */
const NO_CHARACTER = /\p{Noncharacter_Code_Point}/gu;

/**
 * Makes any text safe as one line of the log, of an output, or of an annotation. It cannot start a runner command
 * (`::x::` at the start of a line, also after blanks; `##[x]` anywhere), break the line, colour it, turn its
 * direction or hide characters; broken surrogates become U+FFFD, and what gives access becomes `***`. Longer text is
 * cut at `limit` characters, visibly; how long a text is costs nothing.
 * Applying it twice changes nothing more.
 *
 * Source: actions/runner, src/Runner.Common/ActionCommand.cs, `TryParseV2` and `TryParse`.
 */
export function toLine(text: string, limit: number = LONGEST): string {
  const near = text.slice(0, limit * LOOKED_AT);
  return cut(defuse(visible(near)), text.length - near.length, limit);
}

/** Splits text at its line breaks and makes each line safe, as `toLine` does; also a key that has many lines. */
export function toLines(text: string, limit: number = LONGEST): string[] {
  return maskSecrets(text)
    .split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/)
    .map((line) => toLine(line, limit));
}

/** Secrets are looked for when nothing is hidden between their letters, and lines are still lines. */
function visible(text: string): string {
  return maskSecrets(text.replace(ANSI, "").replace(INVISIBLE, ""))
    .replace(BREAKS, " ")
    .replace(BLANKS, " ")
    .replace(TOWER, "$1")
    .replace(NO_CHARACTER, "\uFFFD")
    .toWellFormed();
}

/** `%0A` and `%0D` are line breaks to the runner inside a command, so they are written as it escapes them. */
function defuse(line: string): string {
  return line
    .replace(/%0([AD])/gi, "%250$1")
    .replace(/##(?=\[)/g, "## ")
    .replace(/^ *:{2,}|(?<![\w:]):{2,}(?= *[a-z])/gi, (colons) => colons.replace(/:(?=:)/g, ": "));
}

function cut(line: string, unseen: number, limit: number): string {
  if (unseen === 0 && line.length <= limit) return line;
  const kept = line.slice(0, Math.max(0, limit - CUT_NOTE)).replace(/[\uD800-\uDBFF]$/, "");
  return `${kept}… (${line.length + unseen - kept.length} more characters)`;
}
