import { STARS } from "./stars.ts";

/** What a key is written in, and what its lines are parted by: line breaks, also as JSON writes them. */
const BASE64 = "[A-Za-z0-9+/=]";
const GAP = String.raw`(?:\s|\\{1,8}[nrt])`;

const END = /(-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)/;

/** Everything after the first line is optional, so that a key that was cut is one too, and nothing is tried twice. */
const BEGUN = new RegExp(
  "(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)" +
    String.raw`((?:${GAP}*(?:Proc-Type|DEK-Info|Version|Comment): [^\n\\]*|${GAP}*${BASE64}{16,})*` +
    `(?:${GAP}{0,8}${BASE64}{1,76}(?!${BASE64})(?=${GAP}{0,8}(?:-----END|$)))?)`,
  "g",
);

/** Full lines of a key of which neither the beginning nor the end is there. */
const FULL_LINE = `(?:${BASE64}{76}|${BASE64}{64})(?!${BASE64})`;
const MIDDLE = new RegExp(`(?<!${BASE64})${FULL_LINE}(?:${GAP}{1,4}${FULL_LINE})+`, "g");

/** Replaces the body of private keys in PEM, whole or cut at either end; certificates are public and stay. */
export function withoutPrivateKeys(text: string): string {
  const begun = text.includes("-----BEGIN ") ? text.replace(BEGUN, withoutBody) : text;
  const ended = begun.includes("-----END ") ? begun.split(END).map(withoutTail).join("") : begun;
  return ended.replace(MIDDLE, (lines) => (/[G-Zg-z+/]/.test(lines) ? STARS : lines));
}

const withoutBody = (_: string, first: string, body: string): string => (body === "" ? first : first + STARS);

/** Takes the lines of a key off the end of what stands before its last line. Odd parts are those last lines. */
function withoutTail(part: string, index: number, parts: readonly string[]): string {
  if (index % 2 === 1 || index === parts.length - 1) return part;
  const words = part.split(/(\s+|\\{1,8}[nrt])/);
  const from = words.findLastIndex(
    (word, at) => at % 2 === 0 && word !== "" && !isLine(word, words.length - at),
  );
  const isKey = words.some((word, at) => at > from && at % 2 === 0 && word !== "");
  return isKey ? words.slice(0, from + 1).join("") + STARS : part;
}

/** Only the last line of a key is short. */
const isLine = (word: string, fromEnd: number): boolean =>
  /^[A-Za-z0-9+/=]+$/.test(word) && (word.length >= 16 || (fromEnd <= 3 && /[\dA-Z+/=]/.test(word)));
