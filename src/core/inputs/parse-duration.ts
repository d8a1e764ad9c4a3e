import { ok, type Parsed, wrong } from "./parsed.ts";

/** Milliseconds of Go's units. `µ` is written with either of its two code points. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  "\u00B5s": 1e-3,
  "\u03BCs": 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const TERM = String.raw`(\d+(?:\.\d*)?|\.\d+)(${Object.keys(UNITS).join("|")})`;
const WHOLE = new RegExp(`^[+-]?(?:0|(?:${TERM})+)$`);

/**
 * Reads a duration as Go's `time.ParseDuration` does (`15m`, `1h30m`, `1.5h`, `-2s`, `0`), into milliseconds.
 * What rounds to nothing, such as `1ns`, is 0 ms.
 *
 * Source: Go, src/time/format.go, `ParseDuration`. No package does the same: those tried refuse decimals and
 * milliseconds, or take days, weeks and junk between the terms.
 */
export function parseDuration(text: string): Parsed<number> {
  if (!WHOLE.test(text)) return wrong(/^[+-]?\d+$/.test(text) ? "it has no unit" : "");
  const terms = [...text.matchAll(new RegExp(TERM, "g"))];
  const ms = terms.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ""] ?? 0), 0);
  return ok(Math.round(text.startsWith("-") ? -ms : ms) + 0);
}
