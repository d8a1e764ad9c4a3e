import { PassThrough } from "node:stream";
import { exec } from "@actions/exec";
import type { Log, Verifier, VerifyResult } from "../../ports.ts";
import type { Environment } from "../environment.ts";
import { openLifeline, type Told } from "./lifeline.ts";
import { linesOf } from "./lines.ts";
import { killGroup } from "./process-group.ts";
import { SUPERVISE } from "./supervise.ts";

/** Lines of output that a result keeps. */
const KEPT_LINES = 50;

/** What the command must not see: our inputs, and the tokens that let a step act as the job. */
const WITHHELD = /^(?:INPUT_|ACTIONS_ID_TOKEN_|ACTIONS_RUNTIME_)/i;

/** What a verifier works with. `entry`: our own bundle, which is started again as the supervisor. */
export interface VerifierOptions {
  readonly entry: string;
  readonly env: Environment;
  readonly log: Log;
  /** Milliseconds between SIGTERM and SIGKILL when the command's time is over. */
  readonly graceMs?: number;
}

/**
 * Makes the verifier that runs the command through `@actions/exec`, split as that splits a command line. As it
 * can neither end a command nor keep a deadline, it starts a supervisor that does (see `superviseMain`). When the
 * signal aborts, `run` rejects with its reason, at most two seconds later and with nothing left running.
 */
export function verifier(options: VerifierOptions): Verifier {
  return { run: (command, timeoutMs, signal) => run(command, timeoutMs, signal, options) };
}

async function run(
  command: string,
  timeoutMs: number,
  signal: AbortSignal,
  { entry, env, log, graceMs = 5000 }: VerifierOptions,
): Promise<VerifyResult> {
  signal.throwIfAborted();
  const lifeline = await openLifeline();
  const supervisor = [process.execPath, entry, SUPERVISE, lifeline.path].map(quoted).join(" ");
  const output = keepOutput(log);
  signal.addEventListener("abort", lifeline.cut, { once: true });
  try {
    if (signal.aborted) lifeline.cut();
    const exitCode = await exec(`${supervisor} ${timeoutMs} ${graceMs} ${command}`, [], {
      env: environmentFor(env),
      ignoreReturnCode: true,
      listeners: output.listeners,
      silent: true,
    });
    await lifeline.close();
    signal.throwIfAborted();
    return toResult(lifeline.told, exitCode, await output.end());
  } finally {
    signal.removeEventListener("abort", lifeline.cut);
    await lifeline.close();
  }
}

/** Quotes a path for `@actions/exec`, to which a backslash means itself unless a double quote follows. */
function quoted(path: string): string {
  return `"${path.replaceAll('"', '\\"')}"`;
}

function environmentFor(env: Environment): Record<string, string> {
  const shared = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !WITHHELD.test(entry[0]),
  );
  return Object.fromEntries(shared);
}

/** Prints output as it comes and keeps its last lines. */
function keepOutput(log: Log) {
  const kept: string[] = [];
  const follow = async (stream: PassThrough) => {
    for await (const line of linesOf(stream)) {
      log.info(line);
      kept.push(line);
      if (kept.length > KEPT_LINES) kept.shift();
    }
  };
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const followed = Promise.all([follow(stdout), follow(stderr)]);
  return {
    listeners: {
      stdout: (bytes: Buffer) => void stdout.write(bytes),
      stderr: (bytes: Buffer) => void stderr.write(bytes),
    },
    async end(): Promise<readonly string[]> {
      stdout.end();
      stderr.end();
      await followed;
      return kept;
    },
  };
}

function toResult(told: readonly Told[], exitCode: number, output: readonly string[]): VerifyResult {
  const last = told.at(-1);
  switch (last?.kind) {
    case "exited":
      return { kind: exitCode === 0 ? "passed" : "failed", exitCode, output };
    case "timed-out":
      return { kind: "timed-out", exitCode: undefined, output };
    case "not-started":
      return { kind: "not-started", exitCode: undefined, output: [last.why] };
    case "started":
      killGroup(last.group);
      return abandoned(output);
    case undefined:
      return abandoned(output);
    default:
      return last satisfies never;
  }
}

/** The supervisor itself was ended from outside, so nobody knows what the command would have said. */
function abandoned(output: readonly string[]): VerifyResult {
  const why = "The process that watched over the command was ended from outside";
  return { kind: "failed", exitCode: undefined, output: [...output, why].slice(-KEPT_LINES) };
}
