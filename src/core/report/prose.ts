import type { PhrasingContent } from "mdast";
import { toLine } from "../text.ts";

/** Longest text in a sentence or a cell that is shown whole. */
const LONGEST = 800;

/** Letters, digits, blanks, and marks that mean nothing to Markdown, HTML or GitHub. */
const PLAIN = /^[ \p{L}\p{M}\p{N}.,;:!?()'"’“”%+/×·…–—→−-]*$/u;

/**
 * Plain letters that mean something all the same: host names, paths, `a:b`, `:emoji:`, commits, `GH-1`; and names
 * with a dash and a digit, which read better as code anyway.
 */
const TECHNICAL = /:\S|www|\p{L}\.\p{L}{2}|\p{L}\/|\/\p{L}|[0-9a-f]{7}|\p{L}[^-]*-.*\d/iu;

/** Any text as code, where neither Markdown, HTML, mentions, links nor emoji mean anything. */
export function code(text: string, limit: number = LONGEST): PhrasingContent {
  const value = toLine(text, limit).trim();
  return value === "" ? words("–") : { type: "inlineCode", value };
}

/** Words of our own, taken as they are. */
export function words(value: string): PhrasingContent {
  return { type: "text", value };
}

/** Words of our own in bold. */
export function strong(value: string): PhrasingContent {
  return { type: "strong", children: [words(value)] };
}

/**
 * Any text as a sentence: plain words stay words. What could mean something to Markdown, HTML or GitHub (links,
 * mentions, issues, commits, emoji, formulas) becomes code, as does what stands in backticks.
 */
export function prose(text: string, limit: number = LONGEST): PhrasingContent[] {
  const parts = toLine(text, limit)
    .trim()
    .split(/`([^`]+)`/);
  return joined(parts.flatMap((part, index) => (index % 2 === 1 ? [code(part)] : sentence(part))));
}

/** The sentence as prose, ended by a full stop where it has no end. */
export function fullStop(text: string): PhrasingContent[] {
  return prose(/[.!?…:]\s*$/.test(text) ? text : `${text}.`);
}

/** The sentence with a capital. Names keep their case. */
export const upper = (text: string): string =>
  text.replace(/^[a-z]+(?=[ ,])/, (word) => word.charAt(0).toUpperCase() + word.slice(1));

function sentence(part: string): PhrasingContent[] {
  return part.split(/( +)/).flatMap(word);
}

function word(token: string): PhrasingContent[] {
  const [, before = "", core = "", after = ""] = /^([("'“]*)(.*?)([.,;:!?)"'”…]*)$/su.exec(token) ?? [];
  const isPlain = PLAIN.test(core) && !TECHNICAL.test(core);
  return [words(before), isPlain ? words(core) : code(core), words(after)];
}

/**
 * Neighbouring words become one text, so that the escaping sees what stands beside what; neighbouring code is
 * kept apart, because its fences would run together.
 */
function joined(pieces: readonly PhrasingContent[]): PhrasingContent[] {
  const done: PhrasingContent[] = [];
  for (const piece of pieces) {
    const last = done.at(-1);
    if (piece.type === "text" && last?.type === "text") done.splice(-1, 1, words(last.value + piece.value));
    else if (piece.type !== "text" && last !== undefined && last.type !== "text")
      done.push(words(" "), piece);
    else if (piece.type !== "text" || piece.value !== "") done.push(piece);
  }
  return done;
}
