import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ownErrors } from "../../scripts/docs/own-errors.ts";
import { reasonsPage } from "../../scripts/docs/reasons-page.ts";
import { failuresShown } from "../../scripts/docs/shown.ts";
import { troubleshootingPage } from "../../scripts/docs/troubleshooting-page.ts";
import { readAction, withTables } from "../../scripts/docs.ts";
import { REASONS } from "../../src/core/reason.ts";

const README =
  "# Title\n<!-- inputs:start -->\nold\n<!-- inputs:end -->\ntext\n<!-- outputs:start --><!-- outputs:end -->\n";

const ACTION = {
  inputs: {
    image: { description: "One,\nor a|b.\n", required: true },
    context: { description: "A context." },
    timeout: { description: "How long.", default: "15m" },
  },
  outputs: { result: { description: "How it ended." } },
};

describe("withTables()", () => {
  it("puts a table between each pair of markers and leaves the rest", () => {
    expect(withTables(README, ACTION).split("\n")).toEqual([
      "# Title",
      "<!-- inputs:start -->",
      "| Input | Default | Meaning |",
      "| --- | --- | --- |",
      "| `image` | required | One,<br>or a\\|b. |",
      "| `context` | – | A context. |",
      "| `timeout` | `15m` | How long. |",
      "<!-- inputs:end -->",
      "text",
      "<!-- outputs:start -->",
      "| Output | Meaning |",
      "| --- | --- |",
      "| `result` | How it ended. |",
      "<!-- outputs:end -->",
      "",
    ]);
  });

  it("changes nothing the second time", () => {
    const once = withTables(README, ACTION);
    expect(withTables(once, ACTION)).toBe(once);
  });

  it("refuses a text without markers", () => {
    expect(() => withTables("# Title", ACTION)).toThrow("<!-- inputs:start -->");
  });

  it("takes action.yml as it is", () => {
    expect(withTables(README, readAction())).toContain("| `workload` | required | What to roll out");
  });
});

describe("the pages of reasons", () => {
  const shown = failuresShown();
  const reasons = reasonsPage(shown);
  const troubleshooting = troubleshootingPage(shown, ownErrors());
  const codes = Object.values(REASONS).flat();

  it("have a heading for every code, so that its anchor is the code", () => {
    const headings = reasons.split("\n").filter((line) => line.startsWith("### "));
    expect(headings).toEqual(codes.map((code) => `### ${code}`));
  });

  it("link to nothing but such anchors", () => {
    const anchors = new Set(codes.map((code) => `#${code.toLowerCase()}`));
    const links = [...`${reasons}${troubleshooting}`.matchAll(/\]\((?:reasons\.md)?(#[^)]*)\)/g)];
    expect(links.length).toBeGreaterThan(200);
    expect(links.filter(([, anchor]) => !anchors.has(anchor ?? ""))).toEqual([]);
  });

  it("show every failure that a recording shows", () => {
    expect(shown.filter(({ name }) => !reasons.includes(name))).toEqual([]);
    expect(shown.length).toBeGreaterThan(100);
  });

  it("say what to do about every code that a recording shows, and how long it is given", () => {
    for (const { cause, given, name } of shown) {
      expect(cause.next.length, name).toBeGreaterThan(0);
      if (cause.reason !== "ProgressDeadlineExceeded") expect(given, name).not.toBe("");
    }
  });

  it.each([
    ["CrashLoopBackOff", "ContainerCrashed"],
    ['CreateContainerConfigError: configmap "settings" not found', "ConfigMissing"],
    ["Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404", "ReadinessProbeFailed"],
    [
      "Unschedulable: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity",
      "NodeAffinityMismatch",
    ],
  ])("find %s", (text, reason) => {
    const row = troubleshooting.split("\n").find((line) => line.includes(`\`${text}`));
    expect(row).toContain(`reasons.md#${reason.toLowerCase()}`);
  });

  it("have no pod, node or address of a machine in them", () => {
    expect(`${reasons}${troubleshooting}`).not.toMatch(/10\.88\.|web-[0-9a-f]{9,10}-(?!x2x4z)[a-z0-9]{5}/);
  });
});

it("the generated pages are up to date", { timeout: 60_000 }, () => {
  const script = join(import.meta.dirname, "../../scripts/docs.ts");
  const { stderr, status } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
});
