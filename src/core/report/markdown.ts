import type { AlignType, BlockContent, ListItem, PhrasingContent, RootContent, Table } from "mdast";
import { gfmToMarkdown } from "mdast-util-gfm";
import { toMarkdown } from "mdast-util-to-markdown";
import { toLines } from "../text.ts";
import { prose } from "./prose.ts";

/** What a cell, a heading or a list item is made of. */
export type Inline = readonly PhrasingContent[];

const GFM = gfmToMarkdown({ tablePipeAlign: false });

/** Serialises nodes as GitHub-flavoured Markdown; the escaping is the library's. Ends with a line break. */
export function serialise(nodes: readonly RootContent[]): string {
  return toMarkdown(
    { type: "root", children: [...nodes] },
    { extensions: [GFM], bullet: "-", rule: "-", emphasis: "_", listItemIndent: "one" },
  );
}

/** A paragraph; text is taken as a sentence. */
export function paragraph(content: Inline | string): BlockContent {
  return { type: "paragraph", children: typeof content === "string" ? prose(content) : [...content] };
}

/** A heading; level 2 is the verdict, 3 a section. */
export function heading(depth: 2 | 3, content: Inline): RootContent {
  return { type: "heading", depth, children: [...content] };
}

/** A quote of one paragraph. */
export function quote(content: Inline): RootContent {
  return { type: "blockquote", children: [paragraph(content)] };
}

/** One that has more characters, or as many line breaks of its own, is shown by its beginning. */
const LONGEST = 8_000;

/** Lines as they came, in a fence longer than any that they hold. */
export function fenced(lines: readonly string[]): RootContent {
  return { type: "code", value: toLines(lines.map((line) => line.slice(0, LONGEST)).join("\n")).join("\n") };
}

/** A list, numbered when the order or the choice matters. */
export function list(kind: "bullets" | "numbers", items: readonly (readonly RootContent[])[]): RootContent {
  const children = items.map(
    (item): ListItem => ({ type: "listItem", spread: false, children: item as BlockContent[] }),
  );
  return { type: "list", ordered: kind === "numbers", start: 1, spread: false, children };
}

/** A table. Columns are aligned left, unless their name in `header` begins with `>`. */
export function table(header: readonly string[], rows: readonly (readonly Inline[])[]): Table {
  const align: AlignType[] = header.map((name) => (name.startsWith(">") ? "right" : "left"));
  const names = header.map((name): Inline => prose(name.replace(/^>/, "")));
  return {
    type: "table",
    align,
    children: [names, ...rows].map((cells) => ({
      type: "tableRow",
      children: cells.map((cell) => ({ type: "tableCell", children: [...cell] })),
    })),
  };
}

/** Content that is folded away under a title of our own words. */
export function details(title: string, content: readonly RootContent[]): RootContent[] {
  const text = title.replace(/[<>&]/g, "");
  return [html(`<details>\n<summary>${text}</summary>`), ...content, html("</details>")];
}

/** Small print. */
export function small(content: Inline): RootContent {
  return { type: "paragraph", children: [html("<sub>"), ...content, html("</sub>")] };
}

const html = (value: string): { type: "html"; value: string } => ({ type: "html", value });
