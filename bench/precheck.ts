import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { connect } from "../src/adapters/kubernetes/cluster.ts";
import { checkCapacity } from "../src/core/capacity/check.ts";
import { parseInputs } from "../src/core/inputs.ts";
import { planOf } from "../src/core/plan.ts";
import { parseQuantity } from "../src/core/quantity.ts";
import { startAction } from "../test/e2e/action.ts";
import { SHOP } from "./cluster-json.ts";
import { measured, type Taken } from "./measured.ts";

/** Nodes and pods of the clusters, smallest first. */
const SIZES = [
  { nodes: 34, pods: 1_000 },
  { nodes: 340, pods: 10_000 },
  { nodes: 1_667, pods: 50_000 },
  { nodes: 5_000, pods: 150_000 },
] as const;
const ROUNDS = 3;
const IMAGE = "shop/web:2";
const here = (file: string): string => join(import.meta.dirname, file);
const AUTHORITY = fileURLToPath(
  new URL("../test/adapters/kubernetes/certificates/authority.crt", import.meta.url),
);

/** Prints the figures of the pre-check as a process beside those of the bare reading and parsing of the same pages. */
async function bench(): Promise<void> {
  const only =
    process.argv[2] === undefined ? SIZES : SIZES.filter(({ pods }) => pods === Number(process.argv[2]));
  for (const size of only) {
    const server = await startServer(size);
    const kubeconfig = await kubeconfigOf(server.url);
    try {
      const bare: Taken[] = [];
      const ours: Taken[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        bare.push(await floor(server.url));
        ours.push(await precheck(kubeconfig.path));
      }
      const megabytes = (server.bytesOfPods / 1e6).toFixed(0);
      console.log(`${size.nodes} nodes, ${size.pods} pods (${megabytes} MB of pods)`);
      print("bare floor", bare);
      print("pre-check", ours);
      const ratio = (of: (taken: Taken) => number) => (least(ours, of) / least(bare, of)).toFixed(2);
      console.log(
        `  ratio                ${ratio(({ seconds }) => seconds)} in time, ${ratio(({ cpuSeconds }) => cpuSeconds)} in processor time`,
      );
      await model(kubeconfig.path);
    } finally {
      await kubeconfig.remove();
      server.stop();
    }
  }
}

/** The least of some rounds: what else the machine does only ever adds. */
const least = (all: readonly Taken[], of: (taken: Taken) => number): number => Math.min(...all.map(of));

function print(what: string, all: readonly Taken[]): void {
  const seconds = least(all, (taken) => taken.seconds).toFixed(2);
  const cpu = least(all, (taken) => taken.cpuSeconds).toFixed(2);
  const peak = Math.max(...all.map((taken) => taken.peakMegabytes));
  console.log(`  ${what.padEnd(20)} ${seconds} s, ${cpu} s of processors, ${peak} MB`);
}

async function startServer({ nodes, pods }: (typeof SIZES)[number]) {
  const child = spawn(process.execPath, [here("page-server.ts"), String(nodes), String(pods)], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const [line] = (await once((child.stdout as Readable).setEncoding("utf8"), "data")) as [string];
  const { url, bytesOfPods } = JSON.parse(line) as { url: string; bytesOfPods: number };
  return { url, bytesOfPods, stop: () => child.disconnect() };
}

async function floor(url: string): Promise<Taken> {
  const child = spawn(process.execPath, [here("floor.ts"), url, AUTHORITY], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return measured(child);
}

async function precheck(kubeconfig: string): Promise<Taken> {
  const run = await startAction({
    inputs: {
      kubeconfig,
      ...{ namespace: SHOP.namespace, workload: `deployment/${SHOP.name}` },
      ...{ image: IMAGE, mode: "check", precheck: "warn" },
    },
  });
  const taken = await measured(run.process);
  const { outputs, log } = await run.ended;
  if (outputs.result !== "checked") throw new Error(`the pre-check ended with ${outputs.result}:\n${log}`);
  return taken;
}

/** Prints the milliseconds that the model takes once all is read, and where a pod is too large for every node. */
async function model(kubeconfig: string): Promise<void> {
  const silent = () => undefined;
  const cluster = connect({
    ...{ kubeconfig, context: undefined, namespace: undefined, env: {} },
    ...{ fieldManager: "bench", warn: silent, mask: silent },
  });
  const { signal } = new AbortController();
  const target = await cluster.target({ kind: "Deployment", ...SHOP }, signal);
  const { inputs } = parseInputs(
    new Map([
      ["workload", `deployment/${SHOP.name}`],
      ["image", IMAGE],
    ]),
    {},
  );
  const { next } = planOf(target.workload, inputs.image);
  const snapshot = await cluster.snapshot({ target, next }, signal);
  await cluster.close();
  console.log(`  pods read            ${snapshot.pods.length}`);
  const timed = (what: string, { pod }: Pick<typeof snapshot, "pod">): void => {
    const start = performance.now();
    const { verdict, fixes } = checkCapacity({ ...snapshot, pod }, target, next);
    const taken = (performance.now() - start).toFixed(0);
    console.log(`  ${what.padEnd(20)} ${taken} ms: ${verdict}, ${fixes.length} fixes`);
  };
  timed("model alone", snapshot);
  const containers = snapshot.pod.containers.map((container) => ({ ...container, requests: LARGE }));
  timed("model, a stall", { pod: { ...snapshot.pod, containers } });
}

/** More than any node has left, and less than an empty one has. */
const LARGE = new Map([["cpu", parseQuantity("12")]]);

async function kubeconfigOf(server: string) {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  const path = join(folder, "config");
  const authority = (await readFile(AUTHORITY)).toString("base64");
  const config = {
    ...{ apiVersion: "v1", kind: "Config", "current-context": "c" },
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server, "certificate-authority-data": authority } }],
    users: [{ name: "u", user: { token: "token-of-the-bench" } }],
  };
  await writeFile(path, JSON.stringify(config));
  return { path, remove: () => rm(folder, { recursive: true }) };
}

await bench();
