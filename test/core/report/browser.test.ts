import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch, openPage, show } from "../../../scripts/render.ts";
import { toSummary } from "../../../src/core/report/summary.ts";
import { crowd } from "./crowd.ts";
import { faultsOf } from "./faults.ts";
import { PIECES } from "./hostile.ts";
import { poisoned } from "./poisoned.ts";
import { PRECHECKS } from "./prechecks.ts";
import { STORIES } from "./stories.ts";

/** A busy machine starts a browser slowly. */
const PATIENCE = { timeout: 180_000 };

const GOLDEN = join(import.meta.dirname, "golden");
const GOLDENS = [...Object.keys(STORIES), ...Object.keys(PRECHECKS).map((name) => `precheck/${name}`)];

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launch();
  page = await openPage(browser);
}, PATIENCE.timeout);

afterAll(() => browser.close());

async function faults(markdown: string): Promise<readonly string[]> {
  await show(page, "report", markdown);
  return faultsOf(page, markdown);
}

describe("a report in the browser", PATIENCE, () => {
  test.each(GOLDENS)("shows no fault in %s.md", async (name) => {
    expect(await faults(await readFile(join(GOLDEN, `${name}.md`), "utf8"))).toEqual([]);
  });

  test("shows no fault when 500 pods fail in 10,000 events, within 128 KiB", async () => {
    const summary = toSummary(crowd(), { eventLimit: 1_000 });
    expect(new TextEncoder().encode(summary).length).toBeLessThanOrEqual(128 * 1024);
    expect(await faults(summary)).toEqual([]);
  });

  /** Statements of Mermaid, and what opens and ends its comments, directives and entities. */
  const OF_CHARTS = [
    'click x href "http://e.vil"',
    "section x",
    "a :crit, 2026-01-01, 1d",
    "%%{init: {}}%%",
    "#35;",
    "x; y",
  ];
  const THIRD = Math.ceil(PIECES.length / 3);
  const hostile: readonly (readonly [string, string])[] = [
    ["everything", PIECES.join(" ")],
    ["the first third, run together", PIECES.slice(0, THIRD).join("")],
    ["the second third, run together", PIECES.slice(THIRD, 2 * THIRD).join("")],
    ["the last third, run together", PIECES.slice(2 * THIRD).join("")],
    ["statements of charts", OF_CHARTS.join("\n")],
    ["one word without an end", "W".repeat(3_000)],
  ];

  /** Tables scroll by themselves, and names of 3,000 letters, which no API takes, push down what follows. */
  const OF_LENGTH = /^<TABLE> is wider|^the next step begins/;

  test.each(hostile)("shows no fault when every text is hostile: %s", async (_, text) => {
    const refused = { ...poisoned(text), result: "refused", reason: "Unschedulable", causes: [] } as const;
    for (const report of [poisoned(text), refused]) {
      const found = await faults(toSummary(report, { eventLimit: 50 }));
      expect(found.filter((fault) => !OF_LENGTH.test(fault))).toEqual([]);
    }
  });
});

describe("faultsOf()", PATIENCE, () => {
  const FOOTER = "\n\n<sub>gke-safe-rollout</sub>";

  test.each([
    ["nothing", "## Title\n\n| a | b |\n| - | - |\n| 1 | `x\\|y` |", []],
    ["a cell too many", "| a |\n| - |\n| 1 | 2 |", ["2 cells of 1: | 1 | 2 |"]],
    ["a row outside its table", "text | text", ["a bar leaks: text | text"]],
    [
      "an open fence",
      "```\ncode",
      ["the footer is inside something that did not end", "a fence is not closed"],
    ],
    ["a link", "[a](http://e.vil/)", ["a link to http://e.vil/"]],
    ["an image", "![a](x.png)", ["<IMG> is not ours"]],
    ["a mention", "ask @maria", ["it may mean something: ask @maria"]],
    ["an open fold", "<details>\n<summary>a</summary>", ["the footer is inside something that did not end"]],
    ["a chart too few", "~~~\n```mermaid\n~~~", ["a chart was not drawn"]],
  ])("finds %s", async (_, markdown, expected) => {
    expect(await faults(markdown + FOOTER)).toEqual(expected);
  });

  test("finds a next step below the first screen, and what is wider than the page", async () => {
    const low = `${"filler\n\n".repeat(30)}**Next:** late${FOOTER}`;
    expect(await faults(low)).toEqual([expect.stringContaining("the next step begins at")]);
    const wide = `| ${"W".repeat(400)} |\n| - |${FOOTER}`;
    expect(await faults(wide)).toContainEqual(expect.stringContaining("is wider than the page"));
  });

  test("is not reached where a chart does not parse", async () => {
    await expect(
      faults(`\`\`\`mermaid\ngantt\n  dateFormat mm:ss\n  click\n\`\`\`${FOOTER}`),
    ).rejects.toThrow();
  });
});
