import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { constants } from "node:os";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Environment } from "../environment.ts";
import type { Told } from "./lifeline.ts";
import { linesOf } from "./lines.ts";
import { endGroup } from "./process-group.ts";

/** First argument with which our own bundle is a supervisor instead of the action. */
export const SUPERVISE = "--supervise";

/** How long an abandoned command has between SIGTERM and SIGKILL: a cancelled step has ten seconds in all. */
const ABANDONED_GRACE_MS = 1000;

/** How long the command's output may stay open after the last process of its group. */
const FLUSH_MS = 500;

const NOT_STARTED_EXIT = 127;
const KILLED_EXIT = 137;

/**
 * Runs the user's command in a process group of its own and sees to it that nothing of the group outlives the
 * command, its deadline, or the action. `argv` is what follows `SUPERVISE`: the lifeline's path, the deadline and
 * the time between SIGTERM and SIGKILL in milliseconds, the program, its arguments. Resolves to the exit code that
 * the process is to end with: the command's, 128 + n for one that signal n ended.
 */
export async function superviseMain(argv: readonly string[], env: Environment): Promise<number> {
  const [path = "", timeoutMs, graceMs, program = "", ...args] = argv;
  const lifeline = connect(path).resume();
  // The action may be gone at any time; then nobody reads any more, and ending the group matters more.
  for (const stream of [lifeline, process.stdout, process.stderr]) stream.on("error", () => {});
  const lost = new Promise<void>((resolve) => lifeline.once("close", () => resolve()));
  const held = once(lifeline, "connect").then(
    () => true,
    () => false,
  );
  if (!(await held)) return KILLED_EXIT;
  const started = await start(program, args, env);
  if (typeof started === "string") {
    await tell(lifeline, { kind: "not-started", why: started });
    return NOT_STARTED_EXIT;
  }
  const { child, group } = started;
  lifeline.write(`${JSON.stringify({ kind: "started", group } satisfies Told)}\n`);
  const flushed = Promise.all([forward(child.stdout), forward(child.stderr)]);
  const end = await firstEnd(child, lost, Number(timeoutMs));
  await endGroup(group, end.kind === "abandoned" ? ABANDONED_GRACE_MS : Number(graceMs));
  await Promise.race([flushed, sleep(FLUSH_MS)]);
  if (end.kind === "abandoned") return KILLED_EXIT;
  await new Promise<void>((resolve) => process.stdout.write("", () => resolve()));
  await tell(lifeline, { kind: end.kind });
  return end.kind === "exited" ? end.exitCode : KILLED_EXIT;
}

type End =
  | { readonly kind: "exited"; readonly exitCode: number }
  | { readonly kind: "timed-out" }
  | { readonly kind: "abandoned" };

interface Started {
  readonly child: ChildProcess;
  readonly group: number;
}

async function start(program: string, args: readonly string[], env: Environment): Promise<Started | string> {
  try {
    const child = spawn(program, args, {
      detached: process.platform !== "win32",
      env,
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    await once(child, "spawn");
    return child.pid === undefined ? `Cannot start "${program}"` : { child, group: child.pid };
  } catch (error) {
    return `Cannot start "${program}": ${whyNot(error)}`;
  }
}

function whyNot(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case "ENOENT":
      return "there is no such program in PATH, or no such file";
    case "EACCES":
      return "it is not executable; is its file mode set (chmod +x)?";
    case "ENOEXEC":
    case "EINVAL":
      return "it cannot be run without a shell or an interpreter; name that as the program";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

function firstEnd(child: ChildProcess, lost: Promise<void>, timeoutMs: number): Promise<End> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      resolve({ kind: "exited", exitCode });
    });
    setTimeout(() => resolve({ kind: "timed-out" }), timeoutMs);
    lost.then(() => resolve({ kind: "abandoned" }));
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => resolve({ kind: "abandoned" }));
    }
  });
}

/** Passes output on line by line, so that the two streams mix at line ends only. */
async function forward(output: ChildProcess["stdout"]): Promise<void> {
  if (output === null) return;
  const lines = async function* () {
    for await (const line of linesOf(output)) yield `${line}\n`;
  };
  await pipeline(lines, process.stdout, { end: false }).catch(() => {});
}

async function tell(lifeline: Socket, told: Told): Promise<void> {
  if (lifeline.closed) return;
  await new Promise<void>((resolve) => {
    lifeline.once("close", resolve);
    lifeline.end(`${JSON.stringify(told)}\n`);
  });
}
