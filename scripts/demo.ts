import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { V1Deployment } from "@kubernetes/client-node";
import { type Cluster, startCluster } from "../test/cluster/cluster.ts";
import { type Ended, runAction } from "../test/e2e/action.ts";
import { renderReports } from "./render.ts";

const ROOT = resolve(import.meta.dirname, "..");
const REPORTS = join(ROOT, "demo-report");
const WEB = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "shop" } };
const REGISTRY = "europe-docker.pkg.dev/shop/web";

/** Plays the main job on a real control plane on this machine, with the built action, and shows its reports. */
async function demo(): Promise<void> {
  await rm(REPORTS, { recursive: true, force: true });
  await mkdir(REPORTS, { recursive: true });
  console.log(
    "Starting a control plane: etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kwok",
  );
  const startedAt = performance.now();
  await using cluster = await startCluster();
  const kubeconfig = await setUp(cluster);
  console.log(
    `  ready after ${secondsSince(startedAt)} s; one node of 1000m CPU, 970m of it used, deployment/web with 1 pod\n`,
  );

  const deploy = (image: string) =>
    runAction({
      inputs: {
        kubeconfig,
        namespace: "shop",
        workload: "web",
        image,
        "stable-for": "5s",
        "log-lines": "30",
      },
    });

  await act("1-refused", "A new image that needs 100m more than the node has", cluster, () =>
    deploy(`${REGISTRY}:1.5.0`),
  );
  await cluster.node({ name: "pool-1-b", cpu: "1000m" });
  await act("2-succeeded", "A second node has joined: the same run again", cluster, () =>
    deploy(`${REGISTRY}:1.5.0`),
  );
  cluster.behaviour(`${REGISTRY}:1.6.0`, { kind: "recording", name: "image-tag-missing" });
  await act("3-rolled-back", "An image that was never pushed", cluster, () => deploy(`${REGISTRY}:1.6.0`));

  const rendered = await renderReports(
    ["1-refused", "2-succeeded", "3-rolled-back"].map((name) => join(REPORTS, `${name}.md`)),
    REPORTS,
  );
  console.log("The job summaries, rendered as GitHub shows them:");
  for (const { html, png } of rendered) console.log(`  ${relative(ROOT, png)}  ${relative(ROOT, html)}`);
  console.log(`\nThe whole story took ${secondsSince(startedAt)} s`);
}

/** The story's cluster: a node of 1000m with 970m used, 100m of it by the one pod of deployment/web. */
async function setUp(cluster: Cluster): Promise<string> {
  await cluster.namespace("shop");
  await cluster.node({ name: "pool-1-a", cpu: "1000m" });
  for (const cpu of ["260m", "200m", "150m", "140m", "120m"])
    await cluster.filler("pool-1-a", cpu, "kube-system");
  cluster.behaviour(/\/shop\/web:/, { kind: "ready", afterMs: 1_500 });
  await cluster.apply({
    ...WEB,
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: {
          containers: [
            {
              name: "web",
              image: `${REGISTRY}:1.4.2`,
              resources: { requests: { cpu: "100m", memory: "64Mi" } },
            },
          ],
        },
      },
    },
  } as V1Deployment);
  await cluster.until<V1Deployment>(WEB, (web) => web?.status?.availableReplicas === 1);
  return cluster.user("deployer", "shop", join(ROOT, "docs/rbac.yaml"));
}

/** Plays one run and shows how it ended, and how many pods were available meanwhile as somebody else saw it. */
async function act(name: string, title: string, cluster: Cluster, run: () => Promise<Ended>): Promise<void> {
  console.log(`=== ${title}`);
  const observer = observe(cluster);
  const ended = await run();
  const { looks, fewest } = await observer.stop();
  console.log(ended.log.replace(/^/gm, "  | ").trimEnd());
  await writeFile(join(REPORTS, `${name}.md`), ended.summary);
  const web = await cluster.get<V1Deployment>(WEB);
  console.log(
    `  result ${ended.outputs.result}, reason ${ended.outputs.reason || "none"}, exit code ${ended.exitCode}`,
  );
  console.log(`  took ${ended.seconds.toFixed(1)} s from the start of the process to its end`);
  console.log(
    `  available pods: never fewer than ${fewest} of ${web?.spec?.replicas} in ${looks} looks from outside`,
  );
  console.log(`  deployment/web has ${web?.spec?.template.spec?.containers[0]?.image}\n`);
}

/** Looks at the Deployment over and over, as fast as the API answers, until it is stopped. */
function observe(cluster: Cluster): { stop(): Promise<{ looks: number; fewest: number }> } {
  let watching = true;
  let looks = 0;
  let fewest = Number.POSITIVE_INFINITY;
  const watch = (async () => {
    while (watching) {
      const web = await cluster.get<V1Deployment>(WEB);
      looks += 1;
      fewest = Math.min(fewest, web?.status?.availableReplicas ?? 0);
    }
  })();
  return {
    async stop() {
      watching = false;
      await watch;
      return { looks, fewest };
    },
  };
}

const secondsSince = (start: number): string => ((performance.now() - start) / 1000).toFixed(1);

await demo();
