/** Longest line that is printed whole; Kubernetes cuts its own event messages at 1,024. */
const LONGEST = 2_000;

/** Room that a cut leaves for its own note. */
const CUT_NOTE = 40;

const ESC = "\u001B";
const BEL = "\u0007";

/** `ESC [ … letter`: colours and cursor moves. */
const CONTROL_SEQUENCE = String.raw`(?:${ESC}\[|\x9B)[0-?]*[ -/]*[@-~]?`;

/** OSC, DCS, SOS, PM and APC up to their end. One that nothing ends loses only its introducer, so no evidence vanishes. */
const STRING_SEQUENCE = String.raw`(?:${ESC}[\]PX^_]|[\x90\x98\x9D-\x9F])(?:[^${BEL}${ESC}\x9C]*(?:${BEL}|${ESC}\\|\x9C))?`;

/** No part runs past the next escape, which keeps the search linear on hostile text. */
const ANSI = new RegExp(`${CONTROL_SEQUENCE}|${STRING_SEQUENCE}|${ESC}[ -/]*[0-~]?`, "g");

/** Everything that breaks or widens a line, Unicode's separators included. */
const BREAKS = /\r\n|[\t\n\v\f\r\u0085\u2028\u2029]/g;

/** Controls, bidi and other format characters, and letters that show as nothing. */
const INVISIBLE = /\p{Cc}|\p{Cf}|\u034F|\u115F|\u1160|\u17B4|\u17B5|\u3164|\uFFA0/gu;

/** Blanks that the runner would trim in front of a command, as one plain space each. */
const BLANKS = /[^\S ]/g;

/**
 * Makes any text safe as one line of the log, of an output, or of an annotation. It cannot start a runner command
 * (`::x::` at the start of a line, also after blanks; `##[x]` anywhere), break the line, colour it, turn its
 * direction or hide characters; broken surrogates become U+FFFD. Longer text is cut at `limit` characters, visibly.
 * Applying it twice changes nothing more.
 *
 * Source: actions/runner, src/Runner.Common/ActionCommand.cs, `TryParseV2` and `TryParse`.
 */
export function toLine(text: string, limit: number = LONGEST): string {
  return cut(defuse(visible(text)), limit);
}

/** Splits text at its line breaks and makes each line safe, as `toLine` does. */
export function toLines(text: string, limit: number = LONGEST): string[] {
  return text.split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/).map((line) => toLine(line, limit));
}

function visible(text: string): string {
  return text
    .replace(ANSI, "")
    .replace(BREAKS, " ")
    .replace(INVISIBLE, "")
    .replace(BLANKS, " ")
    .toWellFormed();
}

/** `%0A` and `%0D` are line breaks to the runner inside a command, so they are written as it escapes them. */
function defuse(line: string): string {
  return line
    .replace(/%0([AD])/gi, "%250$1")
    .replace(/##(?=\[)/g, "## ")
    .replace(/^ *:{2,}|(?<![\w:]):{2,}(?= *[a-z])/gi, (colons) => colons.replace(/:(?=:)/g, ": "));
}

function cut(line: string, limit: number): string {
  if (line.length <= limit) {
    return line;
  }
  const kept = line.slice(0, Math.max(0, limit - CUT_NOTE)).replace(/[\uD800-\uDBFF]$/, "");
  return `${kept}… (${line.length - kept.length} more characters)`;
}
