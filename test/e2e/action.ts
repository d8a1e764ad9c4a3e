import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The built action: `dist`, or the folder of a build that is tried before it becomes `dist`. */
const DIST = process.env.ACTION_DIST ?? resolve(import.meta.dirname, "../../dist");

/** What a workflow gives to the action: inputs by name, and more of the runner's environment. */
export interface Invocation {
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Content of the file that `GITHUB_EVENT_PATH` names. */
  readonly event?: unknown;
  /** `absent`: the variable is not set; `unwritable`: it names a folder. */
  readonly summaryFile?: "absent" | "unwritable";
}

/** How a run of `dist/index.js` ended, as the runner sees it. */
export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** The JSON report, `undefined` when none was written. */
  readonly report: Record<string, unknown> | undefined;
  /** From the start of the process to its end. */
  readonly seconds: number;
  /** All that the run has written to any file, the runner's own included. */
  readonly files: string;
}

/** A run that is under way. */
export interface Running {
  readonly process: ChildProcess;
  /** Resolves as soon as the log has the text; rejects if the run ends without it. */
  logged(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Starts `dist/index.js` as a runner does: inputs, files and folders by environment variables, nothing else. */
export async function startAction({ inputs, env = {}, event, summaryFile }: Invocation): Promise<Running> {
  const temp = await mkdtemp(join(tmpdir(), "gke-safe-rollout-e2e-"));
  const files = Object.fromEntries(
    await Promise.all(
      ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_STATE", "GITHUB_ENV", "GITHUB_EVENT_PATH"].map(
        async (name) => {
          const path = join(temp, name.toLowerCase());
          await writeFile(path, name === "GITHUB_EVENT_PATH" ? JSON.stringify(event ?? {}) : "");
          return [name, path] as const;
        },
      ),
    ),
  );
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(DIST, "index.js")], {
    cwd: temp,
    env: {
      PATH: process.env.PATH,
      HOME: temp,
      RUNNER_TEMP: temp,
      GITHUB_ACTIONS: "true",
      GITHUB_WORKSPACE: temp,
      ...files,
      ...(summaryFile === "unwritable" ? { GITHUB_STEP_SUMMARY: temp } : {}),
      ...Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
      ),
      ...env,
      ...(summaryFile === "absent" ? { GITHUB_STEP_SUMMARY: "" } : {}),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (log += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (log += text));
  const ended = once(child, "close").then(async ([exitCode, signal]): Promise<Ended> => {
    const outputs = parseFileCommands(await readFile(files.GITHUB_OUTPUT as string, "utf8"));
    const reportPath = outputs.report;
    const ended = {
      exitCode,
      signal,
      log,
      summary: await readFile(files.GITHUB_STEP_SUMMARY as string, "utf8"),
      outputs,
      report: reportPath ? JSON.parse(await readFile(reportPath, "utf8")) : undefined,
      seconds: (performance.now() - startedAt) / 1000,
      files: await filesBelow(temp),
    };
    await rm(temp, { recursive: true });
    await holdSecret(ended, inputs.kubeconfig);
    return ended;
  });
  const logged = (text: string) =>
    new Promise<void>((found, failed) => {
      const look = () => log.includes(text) && found();
      child.stdout.on("data", look);
      look();
      ended.then(() => failed(new Error(`the run ended without saying ${JSON.stringify(text)}:\n${log}`)));
    });
  return { process: child, logged, ended };
}

/** Runs the action to its end. */
export const runAction = async (invocation: Invocation): Promise<Ended> =>
  (await startAction(invocation)).ended;

/** Fails the test of any run that shows the token it was given, or writes it to a file. */
async function holdSecret(
  { log, files }: Pick<Ended, "log" | "files">,
  kubeconfig: string | undefined,
): Promise<void> {
  const text = kubeconfig === undefined ? "" : await readFile(kubeconfig, "utf8").catch(() => "");
  const [, token] = /"token":"([^"]+)"/.exec(text) ?? [];
  const shown = log.replace(/^::add-mask::.*$/gm, "") + files;
  if (token !== undefined && shown.includes(token)) throw new Error(`the run has shown its token:\n${shown}`);
}

async function filesBelow(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return (
    await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), "utf8")))
  ).join("\n");
}

/** Reads `name<<delimiter` blocks, as the runner does. */
function parseFileCommands(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [, name, , value] of text.matchAll(/^(.+?)<<(.+)\r?\n([\s\S]*?)\r?\n?^\2$/gm)) {
    values[name as string] = value as string;
  }
  return values;
}
