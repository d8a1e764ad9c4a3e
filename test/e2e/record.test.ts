import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readRecording } from "../../scripts/read-recording.ts";
import { replay } from "../../scripts/replay.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { sharedCluster } from "../cluster/shared.ts";
import { Shop } from "./shop.ts";

let cluster: Cluster;
let folder: string;
beforeAll(async () => {
  cluster = await sharedCluster();
  folder = await mkdtemp(join(tmpdir(), "recordings-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await cluster.stop();
});

const SECRETS = {
  env: [{ name: "DB", value: "postgres://shop:hunter22@db/shop" }],
  args: ["--key=s3cr3t-s3cr3t"],
};

async function recorded(name: string) {
  const file = join(folder, "new", `${name}.jsonl`);
  const { events, meta, notes } = readRecording(file);
  const text = await readFile(file, "utf8");
  return { events, meta, notes, text: text + JSON.stringify(meta), verdict: replay(events, meta) };
}

const recordIn = (name: string) => ({ record: join(folder, "new", `${name}.jsonl`) });

describe.concurrent("a run with record", () => {
  test("that fails and is rolled back gives a recording with the same verdict, and none of the secrets", async () => {
    const shop = await Shop.open(cluster, { containers: [SECRETS] });
    cluster.behaviour(shop.image("nope"), { kind: "recording", name: "image-tag-missing" });
    const { outputs } = await shop.deploy("nope", recordIn("nope"));
    expect(outputs).toMatchObject({ result: "rolled-back", reason: "ImageNotFound" });
    const { verdict, events, meta, text } = await recorded("nope");
    expect(verdict).toMatchObject({ result: "failed", reason: "ImageNotFound", container: "web" });
    expect(meta.expect).toMatchObject({ result: "failed", reason: ["ImageNotFound"], container: "web" });
    expect(verdict.at).toBeLessThanOrEqual(meta.expect?.at_most ?? 0);
    expect(meta).toMatchObject({ server: expect.stringMatching(/^v1\./), replicas: 2 });
    const { rollback = 0, ...unmarked } = meta;
    expect(replay(events, unmarked)).toMatchObject({ result: "failed", reason: "ImageNotFound" });
    expect(replay(events, {})).toMatchObject({ result: "failed", reason: "ImageNotFound" });
    expect(events.filter(({ t }) => t > rollback).length).toBeGreaterThan(3);
    expect(new Set(events.map(({ object }) => object.kind))).toEqual(
      new Set(["Deployment", "ReplicaSet", "Pod", "Event"]),
    );
    for (const secret of ["hunter22", "s3cr3t-s3cr3t"]) expect(text).not.toContain(secret);
  });

  test("that succeeds gives a recording with the same verdict", async () => {
    const shop = await Shop.open(cluster, { replicas: 3, containers: [SECRETS] });
    const { outputs } = await shop.deploy("2", { "stable-for": "2s", ...recordIn("ok") });
    expect(outputs.result).toBe("succeeded");
    const { verdict, meta, events } = await recorded("ok");
    expect(verdict).toMatchObject({ result: "succeeded", reason: "" });
    expect(meta.expect).toMatchObject({ result: "succeeded", reason: [""], container: null });
    expect(verdict.at).toBeLessThanOrEqual(meta.expect?.at_most ?? 0);
    expect(events.filter(({ t, object }) => t < 0 && object.kind === "Pod")).toHaveLength(3);
  });

  test("that crashes, without logs, and is left as it is, gives a recording with the same verdict", async () => {
    const shop = await Shop.open(cluster, { replicas: 1, containers: [SECRETS] });
    cluster.behaviour(shop.image("crash"), { kind: "recording", name: "exit-1", speed: 4 });
    const { outputs } = await shop.deploy("crash", { "on-failure": "leave", ...recordIn("crash") });
    expect(outputs).toMatchObject({ result: "failed", reason: "ContainerCrashed" });
    const { verdict } = await recorded("crash");
    expect(verdict).toMatchObject({ result: "failed", reason: "ContainerCrashed", container: "web" });
  });

  test("that finds the image there already gives a recording with the same verdict", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    const { outputs } = await shop.deploy("1", recordIn("unchanged"));
    expect(outputs.result).toBe("unchanged");
    const { verdict, meta } = await recorded("unchanged");
    expect(verdict.result).toBe("succeeded");
    expect(meta.expect?.result).toBe("succeeded");
  });

  test("that is killed leaves what it saw until then", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    cluster.behaviour(shop.image("slow"), { kind: "never" });
    const run = await shop.begin("slow", recordIn("killed"));
    await run.logged("waiting for new pods");
    run.process.kill("SIGKILL");
    await run.ended;
    const { verdict, events, meta } = await recorded("killed");
    expect(events.some(({ t, object }) => t > 0 && object.kind === "Pod")).toBe(true);
    expect(verdict.result).toBe("pending");
    expect(meta.expect).toBeUndefined();
  });

  test("over a file that is there changes nothing, neither in it nor in the cluster", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    const file = join(folder, "there.jsonl");
    await writeFile(file, "mine");
    const { outputs, exitCode } = await shop.deploy("2", { record: file });
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ result: "error", reason: "InvalidInput" });
    expect(outputs.message).toContain(`Input "record" is "${file}"`);
    expect(await readFile(file, "utf8")).toBe("mine");
    expect(await shop.imageNow()).toBe(shop.image("1"));
  });
});
