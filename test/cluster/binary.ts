import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const source = import.meta.dirname;

/** Minor versions of Kubernetes 1.x that can be started. */
export type Minor = 34 | 36;

/** What a program is built from. */
interface Sources {
  /** Name of the module file without `.mod`; the checksums are beside it. */
  readonly module: string;
  /** What `go build` is given. */
  readonly targets: readonly string[];
  /** Patterns of the files that are compiled. */
  readonly files: readonly string[];
}

/** The parts of Kubernetes, and the one that puts its scheduler to the test. */
const OF_EVERY_MINOR = ["main.go", "try_scheduling.go"];

/** The newest minor comes with supervisor and kwok; of the older ones only the parts of Kubernetes are needed. */
const sourcesOf: Readonly<Record<Minor, Sources>> = {
  36: { module: "go", targets: ["."], files: ["*.go"] },
  34: { module: "v1.34", targets: OF_EVERY_MINOR, files: OF_EVERY_MINOR },
};

/**
 * Path of the program that holds the control plane of a minor, built from the Go sources beside this file when it
 * is not cached yet: minutes the first time, during which standard error tells how far it got. The cache lies in
 * `$XDG_CACHE_HOME/gke-safe-rollout` (else `~/.cache`), outside the checkout, so that a fresh clone starts at once.
 *
 * @throws Error when Go is missing or too old, or when the build fails
 */
export async function controlPlaneBinary(minor: Minor): Promise<string> {
  const binary = binaryPath(minor);
  if (existsSync(binary)) return binary;
  await mkdir(dirname(binary), { recursive: true });
  await using _lock = await acquire(`${binary}.lock`);
  if (!existsSync(binary)) await build(binary, sourcesOf[minor]);
  return binary;
}

/** Where that program lies once it is built. */
export function binaryPath(minor: Minor): string {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "gke-safe-rollout");
  return join(cache, `control-plane-1.${minor}-${hashOf(sourcesOf[minor])}`);
}

function hashOf({ module, files }: Sources): string {
  const hash = createHash("sha256").update(process.platform).update(process.arch);
  for (const file of globSync([`${module}.mod`, `${module}.sum`, ...files], { cwd: source }).sort()) {
    hash.update(file).update(readFileSync(join(source, file)));
  }
  return hash.digest("hex").slice(0, 16);
}

async function build(binary: string, { module, targets }: Sources): Promise<void> {
  const goMod = await readFile(join(source, `${module}.mod`), "utf8");
  await requireGo(/^go (\S+)$/m.exec(goMod)?.[1] ?? "");
  const kubernetes = /k8s\.io\/kubernetes v(\d+)\.(\d+)\.\d+/.exec(goMod) ?? [];
  const stamp = {
    gitVersion: kubernetes[0]?.split(" ")[1],
    gitMajor: kubernetes[1],
    gitMinor: kubernetes[2],
  };
  const flags = Object.entries(stamp).map(
    ([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`,
  );
  const modfile = `-modfile=${module}.mod`;
  const unfinished = `${binary}.${process.pid}`;
  await using progress = showProgress(`building the control plane ${stamp.gitVersion} for tests (once)`);
  progress.phase = "fetching Go modules";
  const { stdout } = await run("go", ["list", modfile, "-deps", ...targets], {
    cwd: source,
    maxBuffer: 1 << 24,
  });
  const total = stdout.trim().split("\n").length;
  progress.phase = "compiling";
  const compiler = spawn(
    "go",
    [
      "build",
      modfile,
      "-v",
      "-trimpath",
      "-buildvcs=false",
      "-ldflags",
      `-s -w ${flags.join(" ")}`,
      "-o",
      unfinished,
      ...targets,
    ],
    { cwd: source, stdio: ["ignore", "ignore", "pipe"] },
  );
  const ended = new Promise<number | null>((resolve, reject) => {
    compiler.once("error", reject);
    compiler.once("close", resolve);
  });
  const lastLines: string[] = [];
  let done = 0;
  for await (const line of createInterface(compiler.stderr)) {
    done += 1;
    progress.phase = `compiling, ${done} of ${total} packages`;
    lastLines.push(line);
    if (lastLines.length > 30) lastLines.shift();
  }
  if ((await ended) !== 0) {
    await rm(unfinished, { force: true });
    throw new Error(`Cannot build the control plane:\n${lastLines.join("\n")}`);
  }
  await rename(unfinished, binary);
}

async function requireGo(wanted: string): Promise<void> {
  const install = `install Go ${wanted} or newer: https://go.dev/dl/`;
  const { stdout } = await run("go", ["env", "GOVERSION"], { cwd: source }).catch((cause: unknown) => {
    throw new Error(`The local control plane is built with Go, and \`go\` does not run here; ${install}`, {
      cause,
    });
  });
  const found = stdout.trim().replace(/^go/, "");
  if (found.localeCompare(wanted, "en", { numeric: true }) < 0) {
    throw new Error(`The local control plane needs Go ${wanted}, found ${found}; ${install}`);
  }
}

function showProgress(title: string): AsyncDisposable & { phase: string } {
  const start = performance.now();
  const print = (text: string) =>
    process.stderr.write(`${title}: ${Math.round((performance.now() - start) / 1000)} s, ${text}\n`);
  const timer = setInterval(() => print(progress.phase), 10_000);
  const progress = {
    phase: "starting",
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      print("ended");
    },
  };
  print("this takes some minutes");
  return progress;
}

/** Waits until no living process holds the lock; the lock of a dead one is taken over. */
async function acquire(path: string): Promise<AsyncDisposable> {
  let told = false;
  for (;;) {
    const file = await open(path, "wx").catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    if (file) {
      await file.writeFile(String(process.pid));
      await file.close();
      return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
    }
    const holder = Number(await readFile(path, "utf8").catch(() => ""));
    if (holder > 0 && !isAlive(holder)) await rm(path, { force: true });
    else if (!told) {
      process.stderr.write("waiting for another process that builds the control plane for tests\n");
      told = true;
    }
    await delay(200);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
