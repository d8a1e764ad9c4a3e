import { STARS } from "./stars.ts";

/** How keys end whose values are secrets: `DB_PASSWORD`, `clientSecret`, `"access_token"`, `X-Goog-Signature`. */
const PASSWORD = "passwords?|passwd|passphrase|pwd";
const OTHER =
  "token|secret|credentials?|signature|(?:api|access|account|private|secret|signing|encryption)[-_]?key(?:[-_]?id)?";
const KEY = String.raw`(?:(${PASSWORD})|${OTHER})\\{0,3}["']?`;

const QUOTED = new RegExp(String.raw`(${KEY}[ \t]{0,3}[=:][ \t]{0,3}\\{0,3}["'])([^"'\\\n]+)`, "gi");
const ASSIGNED = new RegExp(String.raw`(${KEY}[ \t]{0,3}=[ \t]{0,3})([^\s"'\\,;&=][^\s"'\\,;&]*)`, "gi");
const NAMED = new RegExp(String.raw`(${KEY}[ \t]{0,3}:[ \t]{0,3})([^\s"'\\,;&:=][^\s"'\\,;&]*)`, "gi");

/** Values that are none: nothing, a placeholder, the path of a file. */
const NO_VALUE = /^(?:true|false|null|nil|none|undefined|\*+|<[^>]*>?|\$[({].*|(?:\/[a-z][\w.-]*)+\/?)$/i;

/** One word, as sentences have it: `token: unexpected status`, `secret: Invalid value`. */
const WORD = /^[a-z]+[.!?)\]}]*$/i;

/** A name of Kubernetes: `secret: web-tls-7d9f`. */
const OBJECT_NAME = /^[a-z0-9.]+(?:-[a-z0-9.]+)+$/;

/** Replaces the values of keys that are called password, token, secret and the like. */
export function maskValues(text: string): string {
  return text
    .replace(QUOTED, (all: string, kept: string, _: unknown, value: string, at: number, whole: string) =>
      isQuotedValue(kept, value, startsLine(whole, at)) ? kept + STARS : all,
    )
    .replace(ASSIGNED, (all: string, kept: string, _: unknown, value: string) =>
      NO_VALUE.test(value) ? all : kept + STARS,
    )
    .replace(
      NAMED,
      (all: string, kept: string, password: unknown, value: string, at: number, whole: string) =>
        isNamedValue(kept, value, password !== undefined, isLine(whole, at, at + all.length))
          ? kept + STARS
          : all,
    );
}

/** In quotes anything is a value after `=` and after a key that is itself in quotes; else it may be a sentence. */
function isQuotedValue(kept: string, value: string, isOwnLine: boolean): boolean {
  return !NO_VALUE.test(value) && (/=|["'][ \t]*:/.test(kept) || isOwnLine || isRandom(value));
}

/** After a colon stands a value, or the rest of a sentence, or the tag of an image that is called so. */
function isNamedValue(kept: string, value: string, isPassword: boolean, isOwnLine: boolean): boolean {
  if (NO_VALUE.test(value) || value.endsWith(":")) return false;
  if (!/[ \t]$/.test(kept)) return isPassword || isRandom(value);
  return isOwnLine || (isPassword ? !WORD.test(value) : isRandom(value));
}

/** Letters and digits as nobody names anything. */
function isRandom(value: string): boolean {
  if (value.length < 8 || OBJECT_NAME.test(value)) return false;
  return (/\d/.test(value) && /[a-z]/i.test(value)) || /[a-z][A-Z].*[a-z][A-Z]/.test(value);
}

/** Whether nothing but blanks, a dash and the rest of the key's own name stands before it on its line. */
const startsLine = (text: string, at: number): boolean =>
  /(?:^|[\r\n])[ \t]{0,32}(?:- )?["']?[\w.-]{0,64}$/.test(text.slice(Math.max(0, at - 100), at));

/** Whether key and value are all of their line, as in YAML. */
const isLine = (text: string, from: number, to: number): boolean =>
  startsLine(text, from) && /^[ \t]{0,8}(?:[\r\n]|$)/.test(text.slice(to, to + 9));
