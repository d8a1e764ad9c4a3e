import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, it, vi } from "vitest";
import { verifier } from "../../../src/adapters/verify/verifier.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "gke-safe-rollout-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const here = (file: string) => join(import.meta.dirname, file);
const STUBBORN = `sh "${here("stubborn.sh")}"`;
const UNTIL_GONE = { timeout: 10_000, interval: 50 };

/** Runs a command and notes every line as it is printed. */
function verification(command: string, options: { timeoutMs?: number; graceMs?: number; env?: object } = {}) {
  const lines: string[] = [];
  const abort = new AbortController();
  const log = {
    info: (text: string) => void lines.push(text),
    warning: (text: string) => void lines.push(text),
    group: <T>(_title: string, work: () => Promise<T>) => work(),
  };
  const env = { ...process.env, ...options.env };
  const { run } = verifier({
    entry: here("supervisor-entry.ts"),
    env,
    log,
    ...(options.graceMs !== undefined && { graceMs: options.graceMs }),
  });
  const result = run(command, options.timeoutMs ?? 60_000, abort.signal);
  return { result, lines, abort };
}

/** Process ids that `stubborn.sh` printed. */
function pidsIn(lines: readonly string[]): number[] {
  return lines.flatMap((line) => /^(?:grand)?child (\d+)$/.exec(line)?.[1] ?? []).map(Number);
}

/** Whether a process runs; one that only waits for its parent to take note of its end does not. */
function isRunning(pid: number): boolean {
  const state = spawnSync("ps", ["-o", "stat=", "-p", `${pid}`], { encoding: "utf8" }).stdout.trim();
  return state !== "" && !state.startsWith("Z");
}

function script(text: string): string {
  const file = join(mkdtempSync(join(FOLDER, "-")), "script.mjs");
  writeFileSync(file, text);
  return `"${process.execPath}" "${file}"`;
}

describe.concurrent("verifier()", { timeout: 30_000 }, () => {
  it("passes when the command exits with 0, and keeps what it printed on both streams", async () => {
    const { result, lines } = verification(script('console.log("fine"); console.error("a word");'));
    const { output, ...rest } = await result;
    expect(rest).toEqual({ kind: "passed", exitCode: 0 });
    expect([...output].sort()).toEqual(["a word", "fine"]);
    expect([...lines].sort()).toEqual(["a word", "fine"]);
  });

  it("fails with the command's exit code", async () => {
    const { result } = verification(script('console.log("no"); process.exitCode = 7;'));
    expect(await result).toEqual({ kind: "failed", exitCode: 7, output: ["no"] });
  });

  it("fails with 128 and the signal's number when a signal ends the command", async () => {
    const { result } = verification(script('process.kill(process.pid, "SIGKILL");'));
    expect(await result).toEqual({ kind: "failed", exitCode: 137, output: [] });
  });

  it("does not start a program that is not there, and says so", async () => {
    const { result } = verification("no-such-program-anywhere --now");
    expect(await result).toEqual({
      kind: "not-started",
      exitCode: undefined,
      output: ['Cannot start "no-such-program-anywhere": there is no such program in PATH, or no such file'],
    });
  });

  it("does not start a file that is not executable, and says so", async () => {
    const { result } = verification(relative(process.cwd(), here("verifier.test.ts")));
    expect(await result).toMatchObject({
      kind: "not-started",
      output: [expect.stringContaining("is not executable")],
    });
  });

  it("splits the command at spaces, keeps quoted arguments whole, and runs no shell", async () => {
    const print = script("console.log(JSON.stringify(process.argv.slice(2)));");
    const { result } = verification(`${print} a "b c"  'd "say \\"hi\\"" $HOME && e`);
    const { output } = await result;
    expect(JSON.parse(output[0] ?? "")).toEqual(["a", "b c", "'d", 'say "hi"', "$HOME", "&&", "e"]);
  });

  it("keeps the last 50 lines and prints them all", async () => {
    const { result, lines } = verification(
      script('for (let i = 1; i <= 50_000; i++) console.log("line " + i);'),
    );
    const { output } = await result;
    expect(output).toHaveLength(50);
    expect([output[0], output[49]]).toEqual(["line 49951", "line 50000"]);
    expect(lines).toHaveLength(50_000);
  });

  it("cuts a line that never ends, and keeps letters whole that arrive in pieces", async () => {
    const { result, lines } = verification(script('process.stdout.write("\u20ac".repeat(100_000));'));
    expect((await result).kind).toBe("passed");
    expect(lines.join("")).toBe("\u20ac".repeat(100_000));
    expect(Math.max(...lines.map((line) => line.length))).toBe(4096);
  });

  it("gives the command the step's environment without inputs and tokens", async () => {
    const env = {
      "INPUT_VERIFY-COMMAND": "x",
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "secret",
      ACTIONS_RUNTIME_TOKEN: "secret",
      APP_URL: "https://web.example.com",
    };
    const names = Object.keys(env).map((name) => JSON.stringify(name));
    const { result } = verification(
      script(`console.log([${names}].filter((name) => name in process.env).join());`),
      { env },
    );
    expect((await result).output).toEqual(["APP_URL"]);
  });

  it("gives the command no input to wait for", async () => {
    const { result } = verification("cat");
    expect(await result).toEqual({ kind: "passed", exitCode: 0, output: [] });
  });

  it("ends the whole group by force when the time is over and SIGTERM is ignored", async () => {
    const { result, lines } = verification(STUBBORN, { timeoutMs: 500, graceMs: 200 });
    expect(await result).toMatchObject({ kind: "timed-out", exitCode: undefined });
    expect(pidsIn(lines)).toHaveLength(2);
    expect(pidsIn(lines).filter(isRunning)).toEqual([]);
  });

  it("ends what the command leaves behind in its group", async () => {
    const { result, lines } = verification('sh -c "sleep 300 & echo child $!"');
    expect(await result).toMatchObject({ kind: "passed" });
    expect(pidsIn(lines)).toHaveLength(1);
    expect(pidsIn(lines).filter(isRunning)).toEqual([]);
  });

  it("rejects with the signal's reason when it aborts, and leaves nothing running", async () => {
    const { result, lines, abort } = verification(STUBBORN);
    const settled = expect(result).rejects.toThrow("cancelled");
    await vi.waitFor(() => expect(pidsIn(lines)).toHaveLength(2), UNTIL_GONE);
    abort.abort(new Error("cancelled"));
    await settled;
    expect(pidsIn(lines).filter(isRunning)).toEqual([]);
  });

  it("starts nothing when the signal has aborted already", async () => {
    const { run } = verifier({ entry: "nothing-there", env: {}, log: verification("true") as never });
    await expect(run("true", 1000, AbortSignal.abort(new Error("cancelled")))).rejects.toThrow("cancelled");
  });

  it("starts nothing, and says nothing, when the signal aborts before the supervisor is there", async () => {
    const { result, lines, abort } = verification(script('console.log("started");'));
    abort.abort(new Error("cancelled"));
    await expect(result).rejects.toThrow("cancelled");
    expect(lines).toEqual([]);
  });

  it("leaves nothing running when the action itself is killed", async () => {
    const action = spawn(process.execPath, [here("action-entry.ts"), STUBBORN], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines: string[] = [];
    createInterface(action.stdout).on("line", (line) => lines.push(line));
    await vi.waitFor(() => expect(pidsIn(lines)).toHaveLength(2), UNTIL_GONE);
    action.kill("SIGKILL");
    await vi.waitFor(() => expect(pidsIn(lines).filter(isRunning)).toEqual([]), UNTIL_GONE);
  });

  it("fails, and leaves nothing running, when the supervisor itself is killed", async () => {
    const { result, lines } = verification(STUBBORN);
    await vi.waitFor(() => expect(pidsIn(lines)).toHaveLength(2), UNTIL_GONE);
    const [child = 0] = pidsIn(lines);
    const supervisor = spawnSync("ps", ["-o", "ppid=", "-p", `${child}`], { encoding: "utf8" }).stdout;
    process.kill(Number(supervisor), "SIGKILL");
    expect(await result).toMatchObject({
      kind: "failed",
      exitCode: undefined,
      output: [expect.anything(), expect.anything(), expect.stringContaining("ended from outside")],
    });
    await vi.waitFor(() => expect(pidsIn(lines).filter(isRunning)).toEqual([]), UNTIL_GONE);
  });
});
