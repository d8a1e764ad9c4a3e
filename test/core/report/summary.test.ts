import { expect, test } from "vitest";
import { toSummary } from "../../../src/core/report/summary.ts";
import { PRECHECKS, precheckReport } from "./prechecks.ts";
import { play, STORIES } from "./stories.ts";

for (const [name, story] of Object.entries(STORIES)) {
  test(`toSummary() writes ${name}.md when a run ended so`, async () => {
    const summary = toSummary(await play(story), { eventLimit: 50 });
    await expect(summary).toMatchFileSnapshot(`golden/${name}.md`);
  });
}

for (const [name, given] of Object.entries(PRECHECKS)) {
  test(`toSummary() writes precheck/${name}.md when the pre-check found so`, async () => {
    const summary = toSummary(precheckReport(given), { eventLimit: 50 });
    await expect(summary).toMatchFileSnapshot(`golden/precheck/${name}.md`);
  });
}
