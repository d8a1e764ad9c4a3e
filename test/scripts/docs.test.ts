import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readAction, withTables } from "../../scripts/docs.ts";

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

it("the generated pages are up to date", () => {
  const script = join(import.meta.dirname, "../../scripts/docs.ts");
  const { stderr, status } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
});
