import { parseDuration } from "./parse-duration.ts";
import { ok, type Parsed, wrong } from "./parsed.ts";

/** A kind of value: how it is written and how its text becomes a `T`. */
export interface Form<T> {
  /** Completes "expected …". */
  readonly expected: string;
  readonly parse: (text: string) => Parsed<T>;
}

/** Any one line. */
export const line: Form<string> = {
  expected: "one line",
  parse: (text) => (/[\r\n]/.test(text) ? wrong("it has a line break") : ok(text)),
};

/** One of the given words, in lower case. */
export function oneOf<const W extends string>(...words: readonly W[]): Form<W> {
  return {
    expected: `one of ${words.join(", ")}`,
    parse: (text) => {
      const word = words.find((each) => each === text);
      return word === undefined ? wrong() : ok(word);
    },
  };
}

/** GitHub's booleans: those of the YAML 1.2 core schema, and nothing else. */
export const flag: Form<boolean> = {
  expected: "true or false",
  parse: (text) => {
    if (/^(?:true|True|TRUE)$/.test(text)) return ok(true);
    return /^(?:false|False|FALSE)$/.test(text) ? ok(false) : wrong();
  },
};

/** A whole number from 0 to `most`. */
export function count(most: number): Form<number> {
  return {
    expected: `a whole number from 0 to ${most}`,
    parse: (text) => (/^\d{1,9}$/.test(text) && Number(text) <= most ? ok(Number(text)) : wrong()),
  };
}

/** Longest duration of any input, in milliseconds: no job on GitHub's own runners lives a day. */
const LONGEST_MS = 24 * 60 * 60 * 1000;

/** A Go duration above zero, in milliseconds. */
export const span: Form<number> = {
  expected: "a duration with units (h, m, s, ms), above 0s and up to 24h",
  parse: (text) => {
    const parsed = spanOrZero.parse(text);
    return parsed.kind === "ok" && parsed.value === 0 ? wrong("it must be longer than 0s") : parsed;
  },
};

/** A Go duration, zero included, in milliseconds. */
export const spanOrZero: Form<number> = {
  expected: "a duration with units (h, m, s, ms), from 0s to 24h",
  parse: (text) => {
    const parsed = parseDuration(text);
    if (parsed.kind !== "ok") return parsed;
    if (parsed.value < 0) return wrong("it is negative");
    return parsed.value > LONGEST_MS ? wrong("it is longer than 24h") : parsed;
  },
};

/** The word `auto`, or the given form. */
export function autoOr<T>(form: Form<T>): Form<T | "auto"> {
  return {
    expected: `auto, or ${form.expected}`,
    parse: (text) => (text === "auto" ? ok<"auto">("auto") : form.parse(text)),
  };
}
