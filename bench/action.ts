import { spawn } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { startCluster } from "../test/cluster/cluster.ts";
import { startAction } from "../test/e2e/action.ts";
import { Shop } from "../test/e2e/shop.ts";

const ENTRY = resolve(import.meta.dirname, "../dist/index.js");
const STARTS = 15;

/** Prints the figures of the built action: bundle, start, memory, requests, cancellation. */
async function bench(): Promise<void> {
  const { size } = await stat(ENTRY);
  const zipped = gzipSync(await readFile(ENTRY)).byteLength;
  print("bundle", `${megabytes(size)} MB, ${megabytes(zipped)} MB gzipped`);

  const bare = await median(() => firstOutput(["-e", "console.log()"]));
  const ours = await median(() => firstOutput([ENTRY]));
  print(
    "first log line",
    `${ours.toFixed(0)} ms; bare node ${bare.toFixed(0)} ms; ratio ${(ours / bare).toFixed(1)}`,
  );

  await using cluster = await startCluster();
  const shop = await Shop.open(cluster, { replicas: 10, cpu: "16" });
  cluster.behaviour(shop.image("2"), { kind: "ready", afterMs: 2_000 });
  const rollout = await measured(shop, "2", (run) => run.ended);
  print("rollout of 10 replicas", `${rollout.seconds.toFixed(1)} s, ${rollout.requests} requests`);
  print(
    "  of these",
    Object.entries(rollout.byPath)
      .map(([path, n]) => `${n} ${path}`)
      .join("; "),
  );
  print("  peak memory", `${rollout.peakMegabytes} MB; bare node ${(await bareMemory()).toFixed(0)} MB`);

  cluster.behaviour(shop.image("3"), { kind: "never" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const run = await startAction({ inputs: shop.inputs("3") });
    await run.logged("waiting for");
    const start = performance.now();
    run.process.kill(signal);
    await run.ended;
    print(`gone after ${signal}`, `${(performance.now() - start).toFixed(0)} ms`);
  }
}

/** Runs one rollout with the debug log on, and counts what it did. */
async function measured(
  shop: Shop,
  tag: string,
  end: (run: Awaited<ReturnType<typeof startAction>>) => Promise<unknown>,
) {
  const run = await startAction({ inputs: shop.inputs(tag), env: { RUNNER_DEBUG: "1" } });
  let peakMegabytes = 0;
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${run.process.pid}/status`, "utf8").catch(() => "");
    const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0);
    peakMegabytes = Math.max(peakMegabytes, Math.round(kilobytes / 1024));
  }, 50);
  await end(run);
  clearInterval(watch);
  const { log, seconds } = await run.ended;
  const lines = [...log.matchAll(/^::debug::(GET|POST|PATCH) (\S+)/gm)].map(
    ([, method, path]) => `${method} ${kindOf(path ?? "")}`,
  );
  const byPath: Record<string, number> = {};
  for (const line of lines) byPath[line] = (byPath[line] ?? 0) + 1;
  return { seconds, requests: lines.length, byPath, peakMegabytes };
}

/** `/apis/apps/v1/namespaces/x/deployments/web` is `deployments`. */
const kindOf = (path: string): string => {
  const [bare = ""] = path.split("?");
  return (
    /(nodes|pods|deployments|replicasets|events|limitranges|resourcequotas|selfsubjectaccessreviews|version|log)(?=\/|$)/.exec(
      bare.replace(/.*\/namespaces\/[^/]+/, ""),
    )?.[0] ?? bare
  );
};

/** Milliseconds from the start of a process to its first output. */
async function firstOutput(args: readonly string[]): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const at = await new Promise<number>((done) =>
    child.stdout.once("data", () => done(performance.now() - start)),
  );
  await new Promise((done) => child.once("close", done));
  return at;
}

async function bareMemory(): Promise<number> {
  const code = "console.log(process.resourceUsage().maxRSS)";
  const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  child.stdout.on("data", (chunk) => (text += chunk));
  await new Promise((done) => child.once("close", done));
  return Number(text) / 1024;
}

async function median(measure: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let i = 0; i < STARTS; i++) values.push(await measure());
  return values.sort((a, b) => a - b)[Math.floor(STARTS / 2)] as number;
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(2);
const print = (what: string, figure: string): void => console.log(`${what.padEnd(26)} ${figure}`);

await bench();
