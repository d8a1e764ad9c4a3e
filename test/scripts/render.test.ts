import { expect, test } from "vitest";
import { toHtml } from "../../scripts/render.ts";

test("toHtml() lets folded parts and small print through when a report has them", () => {
  expect(toHtml("<details>\n<summary>More</summary>\n\n**a**\n\n</details>\n\n<sub>b</sub>").trim()).toBe(
    "<details>\n<summary>More</summary>\n<p><strong>a</strong></p>\n</details>\n<p><sub>b</sub></p>",
  );
});

test.each([
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<details ontoggle=alert(1)>",
  "a <iframe src=x> b",
  "<!-- <b -->",
])("toHtml() shows %j as text", (markdown) => {
  expect(toHtml(markdown)).not.toMatch(/<(?!\/?p>)/);
});
