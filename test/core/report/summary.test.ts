import { expect, test } from "vitest";
import { toSummary } from "../../../src/core/report/summary.ts";
import { REPORTS } from "./reports.ts";

for (const [name, report] of Object.entries(REPORTS)) {
  test(`toSummary() writes ${name}.md when a run ended so`, async () => {
    await expect(toSummary(report, { eventLimit: 50 })).toMatchFileSnapshot(`golden/${name}.md`);
  });
}
