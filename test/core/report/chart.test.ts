import fc from "fast-check";
import { expect, test } from "vitest";
import { chartOf } from "../../../src/core/report/summary/chart.ts";
import { hostileText } from "./hostile.ts";
import { moment, report } from "./reports.ts";

test("chartOf() writes a bar a moment, until the next of its kind, and of a pod until the verdict", () => {
  const moments = [
    moment(1, "rollout", "change applied"),
    moment(1.5, "web-8fcc99c46-h2mhm", "created"),
    moment(2, "web-8fcc99c46-h2mhm", "web: ErrImagePull", "bad"),
    moment(14, "rollout", "verdict: ImageNotFound", "bad"),
  ];
  expect(chartOf(moments, report())?.value.split("\n")).toEqual([
    "gantt",
    "  dateFormat mm:ss.SSS",
    "  axisFormat %M:%S",
    "  todayMarker off",
    "  tickInterval 2second",
    "  section Rollout",
    "    +1s change applied :done, 00:01.000, 13s",
    "    +14s verdict ImageNotFound :crit, 00:14.000, 70ms",
    "  section pod h2mhm",
    "    +1.5s created :done, 00:01.500, 500ms",
    "    +2s web ErrImagePull :crit, 00:02.000, 12s",
  ]);
});

test("chartOf() counts hours where there are some, and gives up after a day", () => {
  const long = [moment(0, "rollout", "change applied"), moment(5_400, "rollout", "verdict: Timeout", "bad")];
  expect(chartOf(long, report())?.value).toContain(":crit, 01:30:00.000, 27s");
  const longer = [...long, moment(90_000, "rollout", "verdict: Timeout", "bad")];
  expect(chartOf(longer, report())).toBeUndefined();
});

test("chartOf() has only lines of its own shape, whatever the cluster says", () => {
  const own =
    /^(?: {2}section (?:Rollout|a pod|pod [a-z0-9]{1,10})| {4}[+-][\d.hms]+ [\w .,()/+-]*:(?:done|active|crit), \d\d:\d\d\.\d{3}, [\d.]+m?s)$/;
  fc.assert(
    fc.property(hostileText, hostileText, (subject, text) => {
      const chart = chartOf([moment(1, `x ${subject}`, text, "bad"), moment(2, "rollout", text)], report());
      const lines = chart?.value.split("\n").slice(5) ?? [];
      expect(lines).toHaveLength(4);
      for (const line of lines) expect(line).toMatch(own);
    }),
  );
});
