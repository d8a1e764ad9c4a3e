import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const FOLDER = mkdtempSync(join(tmpdir(), "gke-safe-rollout-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const ENTRY = join(import.meta.dirname, "step-entry.ts");

/** A folder with the files that a runner gives to a step. */
function runner() {
  const folder = mkdtempSync(join(FOLDER, "-"));
  const files = { GITHUB_OUTPUT: join(folder, "output"), GITHUB_STEP_SUMMARY: join(folder, "summary") };
  for (const file of Object.values(files)) writeFileSync(file, "");
  return { folder, env: { ...files, RUNNER_TEMP: folder } };
}

/** Runs a step that says `text` in every way; returns what it printed, by line. */
function step(said: { text?: string; title?: string; outputs?: object }, env: Record<string, string>) {
  const { PATH = "" } = process.env;
  const done = spawnSync(process.execPath, [ENTRY, JSON.stringify(said)], {
    encoding: "utf8",
    env: { PATH, ...env },
  });
  return { lines: done.stdout.split("\n"), stderr: done.stderr, status: done.status };
}

describe("a step", () => {
  it("says lines, groups, warnings and one error annotation as the runner reads them", () => {
    const { lines } = step({ text: "100% done", title: "ImageNotFound" }, runner().env);
    expect(lines.slice(0, 5)).toEqual([
      "::group::group 100%25 done",
      "100% done",
      "::endgroup::",
      "::warning::100%25 done",
      "::error title=ImageNotFound::100%25 done",
    ]);
  });

  it("says debug lines only while the runner debugs", () => {
    const { env } = runner();
    expect(step({ text: "GET /api" }, env).lines).not.toContain("::debug::GET /api");
    expect(step({ text: "GET /api" }, { ...env, RUNNER_DEBUG: "1" }).lines).toContain("::debug::GET /api");
  });

  it("lets no text be a command, whatever it holds", () => {
    const text = "a\n::set-output name=x::y\r\n##[error]boo\u001b[31m\u202e";
    const { lines } = step({ text, title: text, outputs: { message: text } }, runner().env);
    const commands = lines.filter((line) => /^\s*::|##\[/.test(line));
    expect(commands.map((line) => /^::[a-z]+/.exec(line)?.[0])).toEqual([
      "::group",
      "::endgroup",
      "::warning",
      "::error",
    ]);
  });

  it("keeps an annotation within GitHub's limits", () => {
    const { lines } = step(
      { text: "x".repeat(900).concat("\n").repeat(9), title: "t".repeat(900) },
      runner().env,
    );
    const [, title = "", message = ""] =
      /^::error title=(.*?)::(.*)$/.exec(lines.find((line) => line.startsWith("::error")) ?? "") ?? [];
    expect(title.length).toBeLessThanOrEqual(255);
    expect(message.replaceAll("%0A", "\n")).toHaveLength(4000);
  });

  it("sets every output, each as one line", () => {
    const { env } = runner();
    step({ outputs: { result: "failed", message: "a\nb", capacity: '{"verdict":"WILL_STALL"}' } }, env);
    const written = readFileSync(env.GITHUB_OUTPUT, "utf8");
    const values = [...written.matchAll(/^(\S+)<<(ghadelimiter_\S+)\n(.*)\n\2$/gm)].map((m) => [m[1], m[3]]);
    expect(values).toEqual([
      ["result", "failed"],
      ["message", "a b"],
      ["capacity", '{"verdict":"WILL_STALL"}'],
    ]);
  });

  it("sets outputs by command where there is no file for them", () => {
    const { GITHUB_OUTPUT: _, ...env } = runner().env;
    expect(step({ outputs: { result: "failed" } }, env).lines).toContain("::set-output name=result::failed");
  });

  it("appends to the summary and writes the report under RUNNER_TEMP", () => {
    const { folder, env } = runner();
    writeFileSync(env.GITHUB_STEP_SUMMARY, "# Before\n");
    step({}, env);
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, "utf8")).toBe("# Before\n# Done\n");
    const [made = ""] = readdirSync(folder).filter((name) => name.startsWith("gke-safe-rollout-"));
    expect(JSON.parse(readFileSync(join(folder, made, "report.json"), "utf8"))).toEqual({ result: "failed" });
  });

  it("goes on and says so when nothing of it can be written", () => {
    const gone = join(runner().folder, "no", "such", "folder");
    const env = { GITHUB_OUTPUT: gone, GITHUB_STEP_SUMMARY: gone, RUNNER_TEMP: gone };
    const { lines, stderr, status } = step({ outputs: { result: "failed" } }, env);
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^::warning::Cannot write the outputs: /),
        expect.stringMatching(/^::warning::Cannot write the job summary: /),
        expect.stringMatching(/^::warning::Cannot write the report file: /),
        "report: ",
      ]),
    );
  });

  it("goes on and says so when there is no summary file at all", () => {
    const { GITHUB_STEP_SUMMARY: _, ...env } = runner().env;
    const { lines, status } = step({}, env);
    expect(status).toBe(0);
    expect(lines).toContain("No job summary is written: GITHUB_STEP_SUMMARY is not set");
  });
});
