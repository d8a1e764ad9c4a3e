import { serialise } from "../markdown.ts";
import type { Section } from "./section.ts";

const SMALLEST_SHARE = 1 / 16;

interface Part {
  readonly section: Section;
  readonly share: number;
  readonly text: string;
}

/**
 * Writes the sections one below the other in at most `limit` bytes of UTF-8. While they are too long, the least
 * worthy one is halved, and halved again, then left out; a last line names what was cut.
 */
export function within(limit: number, sections: readonly Section[]): string {
  let parts = sections.map((section) => toPart(section, 1));
  let text = joined(parts);
  while (bytesOf(text) > limit) {
    const next = shortened(parts);
    if (next === undefined) break;
    parts = next;
    text = joined(parts);
  }
  return text;
}

function toPart(section: Section, share: number): Part {
  const text = share === 0 ? "" : serialise(section.nodes(share));
  return { section, share, text };
}

function shortened(parts: readonly Part[]): Part[] | undefined {
  const candidates = parts.filter(({ section, text }) => section.worth !== "always" && text !== "");
  const [least] = candidates.toSorted(
    (one, other) => Number(one.section.worth) - Number(other.section.worth),
  );
  if (least === undefined) return undefined;
  const share = least.share <= SMALLEST_SHARE ? 0 : least.share / 2;
  return parts.map((part) => (part === least ? toPart(part.section, share) : part));
}

function joined(parts: readonly Part[]): string {
  const cut = parts.filter(({ share }) => share < 1).map(({ section }) => section.name);
  const note = cut.length === 0 ? "" : `Shortened to fit into a job summary: ${cut.join(", ")}.\n`;
  return [...parts.map(({ text }) => text), note].filter((text) => text !== "").join("\n");
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
