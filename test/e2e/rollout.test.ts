import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cluster } from "../cluster/cluster.ts";
import { sharedCluster } from "../cluster/shared.ts";
import { Shop } from "./shop.ts";

let cluster: Cluster;
beforeAll(async () => {
  cluster = await sharedCluster();
});
afterAll(() => cluster.stop());

describe.concurrent("a rollout that goes well", () => {
  test("succeeds, keeps every pod that the strategy promises, and says so in each output", async () => {
    const shop = await Shop.open(cluster, { replicas: 3 });
    cluster.behaviour(shop.image("2"), { kind: "ready", afterMs: 500 });
    const { exitCode, outputs, summary, report } = await shop.deploy("2", { "stable-for": "2s" });
    expect(outputs).toMatchObject({
      result: "succeeded",
      reason: "",
      image: shop.image("2"),
      "previous-image": shop.image("1"),
      "image-digest": expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      revision: "2",
      "previous-revision": "1",
      "replicas-desired": "3",
      "replicas-available": "3",
      "rolled-back": "false",
    });
    expect(exitCode).toBe(0);
    expect(JSON.parse(outputs.capacity as string)).toMatchObject({ verdict: "WILL_COMPLETE" });
    expect(summary).toMatch(/^## ✅ `deployment\/web`/);
    expect(report).toMatchObject({ replicas: { leastAvailable: 3, allowedLeast: 3 } });
    expect(await shop.imageNow()).toBe(shop.image("2"));
    expect((await shop.web())?.metadata?.annotations).toMatchObject({
      "kubernetes.io/change-cause": `gke-safe-rollout: web=${shop.image("2")}`,
    });
  });

  test("changes exactly the named containers, sidecars and init containers included", async () => {
    const shop = await Shop.open(cluster, { replicas: 1, containers: [{ name: "web" }, { name: "cache" }] });
    const { outputs } = await shop.deploy("2", { image: `cache=${shop.image("2")}` });
    expect(outputs.result).toBe("succeeded");
    const spec = (await shop.web())?.spec?.template.spec;
    expect(spec?.containers.map(({ name, image }) => [name, image])).toEqual([
      ["web", shop.image("1")],
      ["cache", shop.image("2")],
    ]);
  });

  test("changes nothing when the image is there already, and says whether it is healthy", async () => {
    const shop = await Shop.open(cluster);
    const before = await shop.web();
    const { exitCode, outputs } = await shop.deploy("1");
    expect(outputs).toMatchObject({
      result: "unchanged",
      reason: "",
      revision: "",
      "previous-revision": "1",
    });
    expect(outputs.message).toContain("nothing was pulled");
    expect(exitCode).toBe(0);
    expect((await shop.web())?.metadata?.generation).toBe(before?.metadata?.generation);
  });

  test("writes no annotation of its own with annotate: false", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    await shop.deploy("2", { annotate: "false" });
    expect(Object.keys((await shop.web())?.metadata?.annotations ?? {})).toEqual([
      "deployment.kubernetes.io/revision",
    ]);
  });

  test("runs the verify command once the rollout is stable", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    const { outputs, log } = await shop.deploy("2", { "verify-command": "echo all is well" });
    expect(outputs.result).toBe("succeeded");
    expect(log).toMatch(/^all is well$/m);
  });
});

describe.concurrent("the pre-check", () => {
  const FULL = { replicas: 1, cpu: "1000m", strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } };

  test("refuses before anything is changed, with the numbers of the node", async () => {
    const shop = await Shop.open(cluster, FULL);
    await cluster.filler(shop.node, "870m");
    const { exitCode, outputs, summary } = await shop.deploy("2");
    expect(outputs).toMatchObject({
      result: "refused",
      reason: "InsufficientResources",
      "rolled-back": "false",
    });
    expect(exitCode).toBe(1);
    const capacity = JSON.parse(outputs.capacity as string);
    expect(capacity).toMatchObject({ verdict: "WILL_STALL", completes: { at: 0, of: 1 } });
    expect(capacity.nodes.find(({ name }: { name: string }) => name === shop.node)).toMatchObject({
      refusedBy: ["Insufficient cpu"],
      requested: { cpu: "100m" },
      used: { cpu: "970m" },
      allocatable: { cpu: "1" },
    });
    expect(summary).toContain("Insufficient cpu");
    expect(summary).toContain(`One more node like \`${shop.node}\``);
    expect(await shop.imageNow()).toBe(shop.image("1"));
  });

  test("says the same with mode: check, and says go where it would", async () => {
    const full = await Shop.open(cluster, FULL);
    await cluster.filler(full.node, "870m");
    expect((await full.deploy("2", { mode: "check" })).outputs).toMatchObject({ result: "refused" });

    const roomy = await Shop.open(cluster);
    const checked = await roomy.deploy("2", { mode: "check" });
    expect(checked.outputs).toMatchObject({ result: "checked", reason: "" });
    expect(checked.exitCode).toBe(0);
    expect(await roomy.imageNow()).toBe(roomy.image("1"));
  });

  test("goes on with a warning under precheck: warn", async () => {
    const shop = await Shop.open(cluster, FULL);
    await cluster.filler(shop.node, "870m");
    const run = await shop.begin("2", { precheck: "warn" });
    await run.logged("WILL_STALL");
    await shop.until((web) => web?.spec?.template.spec?.containers[0]?.image === shop.image("2"));
    run.process.kill("SIGTERM");
    expect((await run.ended).outputs.result).toBe("cancelled");
  });

  test("says UNKNOWN without the right to read nodes, names the rule, and goes on under enforce", async () => {
    const rbac = (objects: { kind?: string }[]) =>
      objects.filter(({ kind }) => !kind?.startsWith("ClusterRole"));
    const shop = await Shop.open(cluster, { replicas: 1, rbac });
    const { outputs, log } = await shop.deploy("2");
    expect(outputs.result).toBe("succeeded");
    expect(JSON.parse(outputs.capacity as string)).toMatchObject({ verdict: "UNKNOWN" });
    expect(log).toMatch(/grant list on nodes \(ClusterRole rule/);

    const strict = await shop.deploy("3", { precheck: "strict" });
    expect(strict.outputs).toMatchObject({ result: "refused", reason: "CapacityUnknown" });
    expect(await shop.imageNow()).toBe(shop.image("2"));
  });
});
