import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cluster } from "../cluster/cluster.ts";
import { sharedCluster } from "../cluster/shared.ts";
import { Shop } from "./shop.ts";

let cluster: Cluster;
beforeAll(async () => {
  cluster = await sharedCluster();
});
afterAll(() => cluster.stop());

describe.concurrent("a rollout that fails", () => {
  test("names a missing image in seconds, and puts the old version back", async () => {
    const shop = await Shop.open(cluster);
    cluster.behaviour(shop.image("nope"), { kind: "recording", name: "image-tag-missing" });
    const before = await shop.web();
    const { exitCode, outputs, summary, log } = await shop.deploy("nope");
    expect(outputs).toMatchObject({
      result: "rolled-back",
      reason: "ImageNotFound",
      "rolled-back": "true",
      "replicas-available": "2",
      image: shop.image("nope"),
    });
    expect(exitCode).toBe(1);
    const cause = `${shop.image("nope")}: not found`;
    expect(summary.split("\n").slice(0, 15).join("\n")).toContain(cause);
    expect(summary).toContain("Failed to pull image");
    expect(log.match(/^::error .*/gm)).toEqual([expect.stringContaining("ImageNotFound")]);
    expect((await shop.web())?.spec?.template).toEqual(before?.spec?.template);
  });

  test("shows the log of a container that crashes, where logs are allowed", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    cluster.behaviour(shop.image("crash"), { kind: "recording", name: "exit-1", speed: 4 });
    const { outputs, summary, report } = await shop.deploy("crash", { "log-lines": "30" });
    expect(outputs).toMatchObject({ result: "rolled-back", reason: "ContainerCrashed" });
    const { causes } = report as { causes: { container: string; log: { lines: string[] } }[] };
    expect(causes[0]?.container).toBe("web");
    const [line] = causes[0]?.log.lines ?? [];
    expect(line).toBeTruthy();
    expect(summary).toContain(line);
  });

  test("reads no log without leave", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    cluster.behaviour(shop.image("crash"), { kind: "recording", name: "exit-1", speed: 4 });
    const { outputs, summary } = await shop.deploy("crash");
    expect(outputs.reason).toBe("ContainerCrashed");
    expect(summary).toContain("log-lines");
  });

  test("names an exceeded quota that nobody looked at before", async () => {
    const shop = await Shop.open(cluster);
    await cluster.apply({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "compute", namespace: shop.namespace },
      spec: { hard: { pods: "2" } },
    } as never);
    await cluster.until(
      { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "compute", namespace: shop.namespace } },
      (quota) => (quota as { status?: { used?: { pods?: string } } } | undefined)?.status?.used?.pods === "2",
    );
    const { outputs, summary } = await shop.deploy("2", { precheck: "off" });
    expect(outputs).toMatchObject({
      result: "rolled-back",
      reason: "QuotaExceeded",
      "replicas-available": "2",
    });
    expect(summary).toContain("exceeded quota: compute");
  });

  test("leaves it with on-failure: leave, and says what stands", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    cluster.behaviour(shop.image("oom"), { kind: "recording", name: "oom-killed", speed: 4 });
    const { outputs, summary } = await shop.deploy("oom", { "on-failure": "leave" });
    expect(outputs).toMatchObject({ result: "failed", reason: "OomKilled", "rolled-back": "false" });
    expect(summary).toContain("still in place");
    expect(await shop.imageNow()).toBe(shop.image("oom"));
  });

  test("does not go back to a version that had no available pod, and says so before the change", async () => {
    const shop = await Shop.open(cluster, { replicas: 1, tag: "never", healthy: false });
    cluster.behaviour(shop.image("never"), { kind: "never" });
    cluster.behaviour(shop.image("nope"), { kind: "recording", name: "image-tag-missing" });
    const { outputs, log } = await shop.deploy("nope");
    expect(outputs).toMatchObject({ result: "failed", reason: "ImageNotFound", "rolled-back": "false" });
    expect(log.indexOf("nothing will be put back")).toBeGreaterThan(0);
    expect(log.indexOf("nothing will be put back")).toBeLessThan(log.indexOf("Change the image"));
    expect(await shop.imageNow()).toBe(shop.image("nope"));
  });

  test("says rollback-failed when the old version does not come back either", async () => {
    const shop = await Shop.open(cluster, { replicas: 1, strategy: { type: "Recreate" } });
    cluster.behaviour(shop.image("nope"), { kind: "recording", name: "image-tag-missing" });
    cluster.behaviour(shop.image("1"), { kind: "recording", name: "image-unauthorized" });
    const { outputs } = await shop.deploy("nope");
    expect(outputs).toMatchObject({
      result: "rollback-failed",
      reason: "ImageNotFound",
      "rolled-back": "true",
    });
    expect(await shop.imageNow()).toBe(shop.image("1"));
  });

  test("rolls back when the verify command fails, and shows what it said", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    const { outputs, summary } = await shop.deploy("2", {
      "verify-command": `node -e "console.log('smoke test: 500 from /checkout'); process.exit(3)"`,
    });
    expect(outputs).toMatchObject({ result: "rolled-back", reason: "VerifyCommandFailed" });
    expect(summary).toContain("exit code 3");
    expect(summary).toContain("smoke test: 500 from /checkout");
    expect(await shop.imageNow()).toBe(shop.image("1"));
  });

  test("undoes nothing when somebody else changes the workload meanwhile", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    cluster.behaviour(shop.image("2"), { kind: "never" });
    const run = await shop.begin("2");
    await run.logged("waiting for new pods");
    await shop.patch({ spec: { template: { metadata: { annotations: { by: "somebody" } } } } });
    const { outputs, exitCode } = await run.ended;
    expect(outputs).toMatchObject({ result: "superseded", reason: "Superseded", "rolled-back": "false" });
    expect(exitCode).toBe(1);
    expect((await shop.web())?.spec?.template.metadata?.annotations).toEqual({ by: "somebody" });
  });

  test("names a readiness probe that does not succeed within readiness-patience", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    cluster.behaviour(shop.image("deaf"), { kind: "recording", name: "readiness-404" });
    const { outputs } = await shop.deploy("deaf", { "readiness-patience": "5s" });
    expect(outputs).toMatchObject({ result: "rolled-back", reason: "ReadinessProbeFailed" });
  });

  test("gives up at its timeout, and says what it was waiting for", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    cluster.behaviour(shop.image("slow"), { kind: "never" });
    const { outputs } = await shop.deploy("slow", { timeout: "4s" });
    expect(outputs).toMatchObject({ result: "rolled-back", reason: "Timeout" });
    expect(outputs.message).toMatch(/0 of 1/);
  });
});
