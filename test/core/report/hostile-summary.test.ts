import fc from "fast-check";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { expect, test } from "vitest";
import type { Report } from "../../../src/core/report/report.ts";
import { toSummary } from "../../../src/core/report/summary.ts";
import { hostileText } from "./hostile.ts";
import { poisoned } from "./poisoned.ts";
import { report } from "./reports.ts";

interface Tree {
  readonly type: string;
  readonly value?: string;
  readonly url?: string;
  readonly children?: readonly Tree[];
}

const parse = (markdown: string): Tree =>
  fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });

const flat = (tree: Tree): Tree[] => [tree, ...(tree.children ?? []).flatMap(flat)];

const OWN_HTML = /^(?:<\/?(?:details|sub)>|<details>\n<summary>[\w :,()-]+<\/summary>)$/;

/** What GitHub makes of plain text besides Markdown: mentions, issues, commits, addresses, emoji, formulas. */
const MEANS_SOMETHING = /@\w|#\d|\bGH-\d|[0-9a-f]{7,}|www\.|\w:\/\/|:[a-z_]+:|\$/i;

/** Writing and reading back takes some 10 ms; runs with 2,000 found nothing more. */
const RUNS = 100;

const check = (make: (text: string) => Report) => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const summary = toSummary(make(text), { eventLimit: 50 });
      const nodes = flat(parse(summary));
      const types = new Set(nodes.map(({ type }) => type));
      for (const type of [
        "link",
        "image",
        "linkReference",
        "imageReference",
        "definition",
        "footnoteReference",
      ]) {
        expect(types).not.toContain(type);
      }
      for (const { type, value = "" } of nodes) {
        if (type === "html") expect(value).toMatch(OWN_HTML);
        if (type === "text") expect(value).not.toMatch(MEANS_SOMETHING);
      }
      expect(types).not.toContain("delete");
      expect(nodes.filter(({ type }) => type === "heading").length).toBeLessThanOrEqual(8);
      expect(summary).not.toMatch(/^\s*::/m);
      expect(summary).not.toContain("##[");
    }),
    { numRuns: RUNS },
  );
};

test("toSummary() lets no markup arise when everything in a failure is hostile", { timeout: 60_000 }, () => {
  check(poisoned);
});

test("toSummary() lets no markup arise when everything in a refusal is hostile", { timeout: 60_000 }, () => {
  check((text) => ({ ...poisoned(text), result: "refused", reason: "Unschedulable", causes: [] }));
});

test("toSummary() lets no markup arise when everything in an input error is hostile", {
  timeout: 60_000,
}, () => {
  check((text) => ({ ...poisoned(text), result: "error", reason: "InvalidInput", causes: [] }));
});

/** Blocks are what text makes of itself when it is not escaped; what stands in a paragraph is judged above. */
const skeleton = ({ type, children = [] }: Tree): unknown =>
  type === "paragraph" || type === "heading" || type === "tableCell"
    ? type
    : [type, ...children.map(skeleton)];

test("toSummary() has the same blocks whatever the texts in it are", { timeout: 60_000 }, () => {
  // Lines that Kubernetes itself breaks are shown in a fence, and that is another block.
  const hostileLine = hostileText.map((text) => `${text.replace(/\n/g, " ")} x`);
  const blocksOf = (text: string): unknown => skeleton(parse(toSummary(poisoned(text), { eventLimit: 50 })));
  const expected = blocksOf("x");
  fc.assert(
    fc.property(hostileLine, (text) => {
      expect(blocksOf(text)).toEqual(expected);
    }),
    { numRuns: RUNS },
  );
});

test("toSummary() links the run when its address is an address", () => {
  const links = flat(parse(toSummary(report(), { eventLimit: 50 }))).filter(({ type }) => type === "link");
  expect(links.map(({ url }) => url)).toEqual(["https://github.com/shop/web/actions/runs/812"]);
});
