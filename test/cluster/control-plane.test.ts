import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { V1Pod } from "@kubernetes/client-node";
import { expect, onTestFinished, test } from "vitest";
import { startCluster } from "./cluster.ts";
import { type Place, startControlPlane } from "./control-plane.ts";

test("startCluster() gives each caller a control plane of its own", async () => {
  await using one = await startCluster();
  await using other = await startCluster();
  await one.node({ name: "node-1" });
  const ref = { apiVersion: "v1", kind: "Node", metadata: { name: "node-1" } };
  expect(await one.get(ref)).toBeDefined();
  expect(await other.get(ref)).toBeUndefined();
});

test.for([
  { scheduler: {}, title: "Kubernetes' own preferences", nodes: ["n-liked"] },
  { scheduler: { scores: {} }, title: "no preferences", nodes: ["n-avoided", "n-liked"] },
])("startCluster() starts a scheduler with $title", async ({ scheduler, nodes }) => {
  await using cluster = await startCluster({ scheduler });
  const taint = { key: "old", value: "", effect: "PreferNoSchedule" };
  await cluster.node({ name: "n-liked", kubelet: "kwok" });
  await cluster.node({ name: "n-avoided", kubelet: "kwok", taints: [taint] });
  const namespace = await cluster.namespace();
  const pods = Array.from({ length: 20 }, (_, index) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `p${index}`, namespace },
    spec: { containers: [{ name: "web", image: "web:1" }] },
  }));
  for (const pod of pods) await cluster.create(pod);
  const places = new Set<string | undefined>();
  for (const pod of pods) {
    const bound = await cluster.until<V1Pod>(pod, (found) => found?.spec?.nodeName !== undefined);
    places.add(bound?.spec?.nodeName);
  }
  expect([...places].sort()).toEqual(nodes);
});

test("stop() leaves no process and no file", async () => {
  const { place, stop } = await startControlPlane();
  const processes = processesOf(place.directory);
  expect(processes).toHaveLength(6);
  await stop();
  expect(living(processes)).toEqual([]);
  expect(existsSync(place.directory)).toBe(false);
});

test("a control plane ends with the process that started it, also when that is killed", async () => {
  const place = await startInChild("SIGKILL");
  await expect.poll(() => living(place.processes)).toEqual([]);
  await expect.poll(() => existsSync(place.directory)).toBe(false);
});

test("the parts end with their supervisor, also when that is killed", async () => {
  const { place, stop } = await startControlPlane();
  onTestFinished(stop);
  const processes = processesOf(place.directory);
  process.kill(processes[0] ?? 0, "SIGKILL");
  await expect.poll(() => living(processes)).toEqual([]);
});

/** Starts a control plane in another process and kills that one as soon as all is running. */
async function startInChild(
  signal: NodeJS.Signals,
): Promise<Place & { readonly processes: readonly number[] }> {
  const module = JSON.stringify(join(import.meta.dirname, "control-plane.ts"));
  const program = `const { startControlPlane } = await import(${module});
    console.log(JSON.stringify((await startControlPlane()).place));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface(child.stdout), "line");
  const place: Place = JSON.parse(line);
  const processes = processesOf(place.directory);
  expect(processes).toHaveLength(6);
  child.kill(signal);
  await once(child, "exit");
  return { ...place, processes };
}

/** The supervisor, first, and the parts, whose arguments all name the directory. */
function processesOf(directory: string): number[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  const parts = lines
    .filter((line) => line.includes(directory))
    .map((line) => line.trim().split(/\s+/).map(Number));
  return [...new Set(parts.map(([, parent = 0]) => parent)), ...parts.map(([pid = 0]) => pid)];
}

/** Which of these run: not zombies, which some containers leave unreaped. */
function living(processes: readonly number[]): number[] {
  const lines = execFileSync("ps", ["-eo", "pid=,stat="], { encoding: "utf8" }).split("\n");
  const running = lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, state]) => !state?.startsWith("Z"));
  return running.map(([pid]) => Number(pid)).filter((pid) => processes.includes(pid));
}
