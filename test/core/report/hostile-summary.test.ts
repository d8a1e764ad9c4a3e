import fc from "fast-check";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { expect, test } from "vitest";
import type { Report } from "../../../src/core/report/report.ts";
import { toSummary } from "../../../src/core/report/summary.ts";
import { hostileText } from "./hostile.ts";
import { at, completes, crash, event, moment, node, report } from "./reports.ts";

interface Tree {
  readonly type: string;
  readonly value?: string;
  readonly url?: string;
  readonly children?: readonly Tree[];
}

const parse = (markdown: string): Tree =>
  fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });

const flat = (tree: Tree): Tree[] => [tree, ...(tree.children ?? []).flatMap(flat)];

/** A report in which everything that can come from a cluster or a user is the same hostile text. */
const poisoned = (text: string): Report =>
  report({
    result: "failed",
    reason: "ContainerCrashed",
    message: text,
    detail: [text],
    workload: { kind: "Deployment", namespace: text, name: text },
    images: [{ container: text, role: "init", wanted: text, previous: `${text}x`, digest: text, now: text }],
    capacity: completes({
      verdict: "UNKNOWN",
      reasons: [{ reason: "Unschedulable", message: text }],
      nodes: [
        node({
          name: text,
          refusedBy: [text, text],
          requested: new Map([[text, 3]]),
          takers: [{ pod: text, requests: new Map(), ours: true }],
        }),
      ],
      fixes: [{ kind: "nodes", text, value: text }],
      unknown: [{ what: text, why: text }],
    }),
    causes: [
      crash({
        summary: text,
        message: text,
        pod: text,
        container: text,
        node: text,
        pods: [text, text],
        next: [
          { text, command: text },
          { text, command: undefined },
        ],
        log: { pod: text, container: text, previous: false, lines: [text, text], note: text },
      }),
      crash({ summary: text }),
    ],
    stands: [text, text],
    warnings: [text],
    timeline: [moment(1, text, text, "bad"), moment(2, "rollout", text)],
    events: [event({ type: text, reason: text, objects: [text, text, text], message: text })],
    endpoint: text,
    consoleUrl: `javascript:${text}`,
    run: { url: `javascript:${text}`, number: text, sha: text, actor: text },
    finishedAt: at(20),
  });

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

test("toSummary() links the run when its address is an address", () => {
  const links = flat(parse(toSummary(report(), { eventLimit: 50 }))).filter(({ type }) => type === "link");
  expect(links.map(({ url }) => url)).toEqual(["https://github.com/shop/web/actions/runs/812"]);
});
