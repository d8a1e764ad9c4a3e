/**
 * Renders Markdown as GitHub shows a job summary, charts included, as a web page in one file and as a picture of it,
 * without network: `node scripts/render.ts FILE.md…` writes `FILE.html` and `FILE.png` beside each file.
 */
import { readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import chromium from "@sparticuz/chromium";
import { micromark, type Options } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { type Browser, type Page, chromium as playwright } from "playwright-core";

/** Width of a job summary on github.com, in CSS pixels. */
const WIDTH = 1012;

/** A busy machine needs this long for a picture at the worst. */
const PATIENCE_MS = 120_000;

/** The part of what GitHub's sanitiser lets through that a report may use: no attribute but `open`. */
const ALLOWED_TAG = /^<\/?(?:details|summary|sub|sup|br|kbd|b|i|em|strong)(?: open)?>$/i;

/** Where the page and the picture of one Markdown file lie. */
export interface Rendered {
  readonly html: string;
  readonly png: string;
}

/** Renders each file into `outDir`. Throws when a file cannot be read or the browser does not start. */
export async function renderReports(files: readonly string[], outDir: string): Promise<Rendered[]> {
  const browser = await launch();
  try {
    const rendered: Rendered[] = [];
    for (const file of files) rendered.push(await render(browser, file, outDir));
    return rendered;
  } finally {
    await browser.close();
  }
}

/** The Markdown as the body of a page, with raw HTML reduced to the tags above. */
export function toHtml(markdown: string): string {
  return micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml(), sanitised],
  });
}

const sanitised: NonNullable<Options["htmlExtensions"]>[number] = {
  enter: {
    htmlFlow() {
      this.lineEndingIfNeeded();
    },
    htmlText() {},
  },
  exit: {
    htmlFlow(token) {
      this.raw(onlyAllowed(this.sliceSerialize(token)));
    },
    htmlFlowData() {},
    htmlText(token) {
      this.raw(onlyAllowed(this.sliceSerialize(token)));
    },
    htmlTextData() {},
  },
};

const onlyAllowed = (html: string): string =>
  html.replace(/<[^>]*>?/g, (tag) => (ALLOWED_TAG.test(tag) ? tag : tag.replaceAll("<", "&lt;")));

/** Starts the browser. Its own arguments put everything into one process, which hangs and dies with the first page that closes. */
export async function launch(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: ["--no-sandbox", "--no-zygote", "--disable-gpu", "--force-color-profile=srgb"],
    headless: true,
    timeout: PATIENCE_MS,
  });
}

/** Opens an empty page that looks like GitHub's, for `show`. */
export async function openPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: WIDTH + 64, height: 100 }, offline: true });
  page.setDefaultTimeout(PATIENCE_MS);
  await page.setContent(await emptyPage());
  await page.addStyleTag({ content: await emojiFont() });
  await page.addScriptTag({ path: fileURLToPath(import.meta.resolve("mermaid/dist/mermaid.min.js")) });
  return page;
}

/** Shows Markdown in place of what the page shows. Throws when a chart does not parse. */
export async function show(page: Page, title: string, markdown: string): Promise<void> {
  await page.evaluate(`(${fill})(${JSON.stringify({ title, html: toHtml(markdown) })})`);
}

/**
 * Runs in the page. As GitHub does, each block in the language `mermaid` becomes a picture, in Mermaid's strict mode.
 */
async function fill({ title, html }: { title: string; html: string }): Promise<void> {
  // biome-ignore lint/suspicious/noExplicitAny: the types of the DOM are not those of this project
  const { document, mermaid } = globalThis as any;
  document.title = title;
  document.querySelector("article").innerHTML = html;
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });
  for (const [index, code] of [...document.querySelectorAll("code.language-mermaid")].entries()) {
    const chart = document.createElement("div");
    chart.className = "chart";
    code.parentElement.replaceWith(chart);
    chart.innerHTML = (await mermaid.render(`chart-${index}`, code.textContent, chart)).svg;
  }
  await document.fonts.ready;
}

async function render(browser: Browser, file: string, outDir: string): Promise<Rendered> {
  const name = basename(file, ".md");
  const target = { html: join(outDir, `${name}.html`), png: join(outDir, `${name}.png`) };
  const page = await openPage(browser);
  await show(page, name, await readFile(file, "utf8"));
  await page.evaluate("document.querySelectorAll('script').forEach((script) => script.remove())");
  await writeFile(target.html, await page.content());
  await page.screenshot({ path: target.png, fullPage: true });
  await page.close();
  return target;
}

/** GitHub's style sheet asks for this font by its name on Windows; headless machines have no emoji at all. */
async function emojiFont(): Promise<string> {
  const file = import.meta.resolve(
    "@fontsource/noto-color-emoji/files/noto-color-emoji-emoji-400-normal.woff2",
  );
  const font = await readFile(new URL(file), "base64");
  return `@font-face { font-family: "Segoe UI Emoji"; unicode-range: U+203C-3299, U+1F000-1FAFF; src: url(data:font/woff2;base64,${font}) }`;
}

async function emptyPage(): Promise<string> {
  const css = await readFile(
    new URL(import.meta.resolve("github-markdown-css/github-markdown-light.css")),
    "utf8",
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title></title>
<style>${css}
body { margin: 32px; }
.markdown-body { box-sizing: border-box; max-width: ${WIDTH}px; padding: 24px; border: 1px solid #d1d9e0; border-radius: 6px; }
.chart { margin-bottom: 16px; }
</style>
<article class="markdown-body">
</article>
</html>
`;
}

if (import.meta.main) {
  for (const file of process.argv.slice(2)) {
    for (const { png } of await renderReports([file], dirname(file))) console.log(png);
  }
}
