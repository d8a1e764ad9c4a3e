import type { Page } from "playwright-core";

/** The only address that a report of these tests may lead to. */
const RUN_URL = "https://github.com/shop/web/actions/runs/812";

/** Height of what is seen without scrolling, in CSS pixels. */
const FIRST_SCREEN = 640;

/** What is wrong with a report as the browser shows it, and with its tables as they are written; empty when all is well. */
export async function faultsOf(page: Page, markdown: string): Promise<readonly string[]> {
  const shown = (await page.evaluate(
    `(${look})(${JSON.stringify({ runUrl: RUN_URL, firstScreen: FIRST_SCREEN })})`,
  )) as string[];
  const charts = markdown.match(/^```mermaid$/gm)?.length ?? 0;
  const drawn = await page
    .locator(".chart svg .taskText, .chart svg .taskTextOutsideRight, .chart svg .taskTextOutsideLeft")
    .count();
  const bars = markdown.match(/^ {4}[+-]\S+ .*:(?:done|active|crit), /gm)?.length ?? 0;
  return [
    ...shown,
    ...tableFaults(markdown),
    ...((await page.locator(".chart svg").count()) === charts ? [] : ["a chart was not drawn"]),
    ...(drawn === bars ? [] : [`${drawn} bars are drawn of ${bars}`]),
  ];
}

/** A row with more or fewer cells than its header: the browser never shows that, Markdown cuts and fills. */
function tableFaults(markdown: string): string[] {
  const faults: string[] = [];
  let fence = "";
  let columns = 0;
  for (const line of markdown.split("\n")) {
    const [mark] = /^ *(`{3,}|~{3,})/.exec(line) ?? [];
    if (mark !== undefined) fence = fence === "" ? mark.trim() : line.trim() === fence ? "" : fence;
    const isRow = fence === "" && line.startsWith("|");
    const cells = isRow ? line.replace(/\\[\\|]/g, "").split("|").length - 2 : 0;
    if (isRow && columns > 0 && cells !== columns)
      faults.push(`${cells} cells of ${columns}: ${line.slice(0, 80)}`);
    columns = isRow ? columns || cells : 0;
  }
  return fence === "" ? faults : [...faults, "a fence is not closed"];
}

/* Runs in the page. */
function look({ runUrl, firstScreen }: { runUrl: string; firstScreen: number }): string[] {
  // biome-ignore lint/suspicious/noExplicitAny: the types of the DOM are not those of this project
  const { document } = globalThis as any;
  const faults: string[] = [];
  const article = document.querySelector("article");
  for (const folded of article.querySelectorAll("details")) folded.open = false;
  const next = [...article.querySelectorAll("p > strong:first-child")].find((each) =>
    /^(?:Next|What helps)/.test(each.textContent),
  );
  if (next !== undefined && next.getBoundingClientRect().bottom > firstScreen) {
    faults.push(`the next step begins at ${Math.round(next.getBoundingClientRect().top)}`);
  }
  for (const folded of article.querySelectorAll("details")) folded.open = true;

  const ours =
    "H2 H3 P CODE PRE STRONG UL OL LI BLOCKQUOTE TABLE THEAD TBODY TR TH TD DETAILS SUMMARY SUB A".split(" ");
  const inChart = (each: { closest(selector: string): unknown }): boolean => each.closest(".chart") !== null;
  for (const each of article.querySelectorAll("*")) {
    if (inChart(each)) {
      if (/^(?:a|image|script|iframe|foreignObject|object)$/i.test(each.tagName))
        faults.push(`<${each.tagName}> in a chart`);
    } else if (!ours.includes(each.tagName)) faults.push(`<${each.tagName}> is not ours`);
    else if (each.tagName === "A" && each.href !== runUrl) faults.push(`a link to ${each.href}`);
    for (const { name } of each.attributes) if (/^on/.test(name)) faults.push(`an attribute ${name}`);
  }

  const walker = document.createTreeWalker(article, 4);
  while (walker.nextNode()) {
    const { textContent: text, parentElement: parent } = walker.currentNode;
    if (inChart(parent) || parent.closest("code, pre") !== null) continue;
    if (/\|/.test(text)) faults.push(`a bar leaks: ${text.slice(0, 80)}`);
    if (/@\w|#\d|www\.|\w:\/\/|<\/?\w|&\w+;/.test(text))
      faults.push(`it may mean something: ${text.slice(0, 80)}`);
  }

  const last = article.lastElementChild;
  const isNote = last.textContent.startsWith("Shortened");
  const footer = isNote ? last.previousElementSibling : last;
  if (footer?.firstElementChild?.tagName !== "SUB")
    faults.push("the footer is inside something that did not end");

  const wide = [article, ...article.querySelectorAll("table, p, li, blockquote")].filter(
    (each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0,
  );
  for (const each of wide)
    faults.push(`<${each.tagName}> is wider than the page: ${each.textContent.slice(0, 60)}`);
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth)
    faults.push("the page scrolls sideways");
  return faults;
}
