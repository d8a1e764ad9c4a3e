import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cluster } from "../cluster/cluster.ts";
import { sharedCluster } from "../cluster/shared.ts";
import { type Ended, runAction } from "./action.ts";
import { openGateway } from "./gateway.ts";
import { documentedRights, Shop } from "./shop.ts";

/** Every output of the contract; each is set however a run ends. */
const OUTPUTS = [
  ...["result", "reason", "message", "images", "image", "previous-image", "image-digest", "revision"],
  ...["previous-revision", "replicas-desired", "replicas-available", "rolled-back", "capacity", "report"],
  ...["duration-seconds", "endpoint", "console-url"],
].sort();

let cluster: Cluster;
beforeAll(async () => {
  cluster = await sharedCluster();
});
afterAll(() => cluster.stop());

/** How a run ended that could not, or would not, do its work. */
function expectEnded({ exitCode, outputs }: Ended, result: string, reason: string): void {
  expect({ result: outputs.result, reason: outputs.reason, exitCode }).toEqual({
    result,
    reason,
    exitCode: 1,
  });
  expect(Object.keys(outputs).sort()).toEqual(OUTPUTS);
}

describe.concurrent("bad input", () => {
  test("an unknown workload: says so, and names the ones nearby", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    const ended = await shop.deploy("2", { workload: "deployment/wbe" });
    expectEnded(ended, "error", "WorkloadNotFound");
    expect(ended.outputs.message).toContain("web");
  });

  test("an unknown namespace", async () => {
    const { kubeconfig } = await Shop.open(cluster, { replicas: 0 });
    const admin = await cluster.kubeconfig();
    const inputs = { workload: "web", image: "shop/web:2", namespace: "no-such-namespace" };
    expectEnded(await runAction({ inputs: { ...inputs, kubeconfig: admin } }), "error", "WorkloadNotFound");
    const stranger = await runAction({ inputs: { ...inputs, kubeconfig } });
    expectEnded(stranger, "refused", "PermissionDenied");
    expect(stranger.log).toContain("deployments");
  });

  test("an unknown container: names those that are there", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    const ended = await shop.deploy("2", { image: "wbe=shop/web:2" });
    expectEnded(ended, "error", "ContainerNotFound");
    expect(ended.outputs.message).toContain("it has web");
  });

  test("one image and several containers: shows the line to write", async () => {
    const shop = await Shop.open(cluster, { replicas: 1, containers: [{ name: "web" }, { name: "cache" }] });
    const ended = await shop.deploy("2");
    expectEnded(ended, "error", "InvalidInput");
    expect(ended.outputs.message).toContain(`web=${shop.image("2")}`);
  });

  test("invalid references, names and times: all of them at once, and nothing is contacted", async () => {
    const ended = await runAction({
      inputs: {
        kubeconfig: "/no/such/file",
        workload: "deployment/Web",
        image: "shop/Web:2",
        timeout: "15",
        cluster_name: "prod",
      },
    });
    expectEnded(ended, "error", "InvalidInput");
    for (const name of ["workload", "image", "timeout", "cluster_name"])
      expect(ended.summary).toContain(name);
  });

  test("a kubeconfig that is not there", async () => {
    const ended = await runAction({
      inputs: { kubeconfig: "/no/such/kubeconfig", workload: "web", image: "shop/web:2" },
    });
    expectEnded(ended, "error", "InvalidInput");
    expect(ended.outputs.message).toContain("/no/such/kubeconfig");
  });

  test("an event from a fork", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    const fork = {
      pull_request: { head: { repo: { id: 2, full_name: "fork/web" } } },
      repository: { id: 1, full_name: "shop/web" },
    };
    const ended = await runAction({
      inputs: shop.inputs("2"),
      env: { GITHUB_EVENT_NAME: "pull_request" },
      event: fork,
    });
    expectEnded(ended, "refused", "UntrustedEvent");
    expect(await shop.imageNow()).toBe(shop.image("1"));
  });
});

describe.concurrent("a workload that cannot be rolled out", () => {
  test("a paused one is refused, under every precheck", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    await shop.patch({ spec: { paused: true } });
    for (const precheck of ["enforce", "off"]) {
      expectEnded(await shop.deploy("2", { precheck }), "refused", "WorkloadPaused");
    }
    expect(await shop.imageNow()).toBe(shop.image("1"));
  });

  test("one scaled to zero is refused, checked all the same, and changed unverified under warn", async () => {
    const shop = await Shop.open(cluster, { replicas: 0 });
    expectEnded(await shop.deploy("2"), "refused", "NoReplicas");
    expect((await shop.deploy("2", { mode: "check" })).outputs.result).toBe("checked");
    expect(await shop.imageNow()).toBe(shop.image("1"));
    const { outputs } = await shop.deploy("2", { precheck: "warn" });
    expect(outputs).toMatchObject({
      result: "succeeded",
      message: expect.stringContaining("nothing was verified"),
    });
    expect(await shop.imageNow()).toBe(shop.image("2"));
  });

  test("one that is paused midway is superseded", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    cluster.behaviour(shop.image("2"), { kind: "never" });
    const run = await shop.begin("2");
    await run.logged("waiting for new pods");
    await shop.patch({ spec: { paused: true } });
    expectEnded(await run.ended, "superseded", "WorkloadPaused");
  });

  test("one that may not be changed is refused, with the rule to add", async () => {
    const withoutPatch = () =>
      documentedRights().map((object) => JSON.parse(JSON.stringify(object).replace(',"patch"', "")));
    const shop = await Shop.open(cluster, { replicas: 1, rbac: withoutPatch });
    const ended = await shop.deploy("2");
    expectEnded(ended, "refused", "PermissionDenied");
    expect(ended.summary).toContain("patch");
    expect(ended.summary).toContain("deployments");
    expect(await shop.imageNow()).toBe(shop.image("1"));
  });
});

describe.concurrent("the end of a run", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "%s: outputs and summary are written, and what stands is said",
    async (signal) => {
      const shop = await Shop.open(cluster, { replicas: 1 });
      cluster.behaviour(shop.image("2"), { kind: "never" });
      const run = await shop.begin("2");
      await run.logged("waiting for new pods");
      run.process.kill(signal);
      const ended = await run.ended;
      expectEnded(ended, "cancelled", "Cancelled");
      expect(ended.summary).toContain("still in place");
      expect(await shop.imageNow()).toBe(shop.image("2"));
    },
  );

  test.each(["absent", "unwritable"] as const)(
    "a summary file that is %s does not change the result",
    async (summaryFile) => {
      const shop = await Shop.open(cluster, { replicas: 1 });
      const { exitCode, outputs, log } = await runAction({ inputs: shop.inputs("2"), summaryFile });
      expect({ exitCode, result: outputs.result }).toEqual({ exitCode: 0, result: "succeeded" });
      expect(log).toContain("job summary");
    },
  );

  test("no token is ever shown", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    const { log, summary, outputs, report } = await runAction({
      inputs: shop.inputs("2"),
      env: { RUNNER_DEBUG: "1" },
    });
    const secret = (await readFile(shop.kubeconfig, "utf8")).match(/"token":"([^"]+)"/)?.[1] as string;
    expect(secret).toBeTruthy();
    const shown = log.replace(/^::add-mask::.*$/gm, "") + summary + JSON.stringify([outputs, report]);
    expect(shown).toContain("GET");
    expect(shown).not.toContain(secret);
  });
});

describe.concurrent("an API that stops answering midway", () => {
  test("for a while: it stretches the wait, and the rollout succeeds", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    await using gateway = await openGateway(shop.kubeconfig);
    cluster.behaviour(shop.image("2"), { kind: "ready", afterMs: 10_000 });
    const run = await shop.begin("2", { kubeconfig: gateway.kubeconfig, timeout: "25s" });
    await run.logged("waiting for new pods");
    gateway.stall();
    await run.logged("waiting for the API server to answer");
    gateway.resume();
    expect((await run.ended).outputs).toMatchObject({ result: "succeeded" });
  });

  test("for more than five minutes: the run ends, undoes nothing, and says what stood", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    await using gateway = await openGateway(shop.kubeconfig);
    cluster.behaviour(shop.image("2"), { kind: "never" });
    const run = await shop.begin("2", { kubeconfig: gateway.kubeconfig });
    await run.logged("waiting for new pods");
    gateway.stall();
    const ended = await run.ended;
    expectEnded(ended, "error", "ApiUnavailable");
    expect(ended.outputs["rolled-back"]).toBe("false");
    expect(ended.summary).toContain("still in place");
    expect(await shop.imageNow()).toBe(shop.image("2"));
  }, 480_000);
});
