import type { KubernetesObject, V1ResourceQuota } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cluster } from "../cluster/cluster.ts";
import { sharedCluster } from "../cluster/shared.ts";
import { startGoogle } from "../google/google.ts";
import { type Ended, runAction } from "./action.ts";
import { documentedRights, Shop } from "./shop.ts";

let cluster: Cluster;
beforeAll(async () => {
  cluster = await sharedCluster();
});
afterAll(() => cluster.stop());

const SURGE = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };

const capacityOf = ({ outputs }: Ended) => JSON.parse(outputs.capacity as string);

/** A quota on pods, once it is charged for those that are there. */
async function quota(shop: Shop, hard: number, used: number): Promise<void> {
  const ref = {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "compute", namespace: shop.namespace },
  };
  await cluster.apply({ ...ref, spec: { hard: { pods: `${hard}` } } } as KubernetesObject);
  await cluster.until<V1ResourceQuota>(ref, (quota) => quota?.status?.used?.pods === `${used}`);
}

describe.concurrent("before anything is changed, the pre-check", () => {
  test("refuses what a full quota would stop, in the words of the API", async () => {
    const shop = await Shop.open(cluster, { strategy: SURGE });
    await quota(shop, 2, 2);
    const ended = await shop.deploy("2");
    expect(ended.outputs).toMatchObject({ result: "refused", reason: "QuotaExceeded" });
    expect(capacityOf(ended)).toMatchObject({ verdict: "WILL_STALL", completes: { at: 0, of: 2 } });
    expect(ended.summary).toContain(
      "exceeded quota: compute, requested: pods=1, used: pods=2, limited: pods=2",
    );
    expect(await shop.imageNow()).toBe(shop.image("1"));
  });

  test("is not sure where a quota is so tight that each new pod waits for an old one to be gone", async () => {
    const shop = await Shop.open(cluster, {
      strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    });
    await quota(shop, 2, 2);
    const strict = await shop.deploy("2", { precheck: "strict" });
    expect(strict.outputs).toMatchObject({ result: "refused", reason: "QuotaExceeded" });
    expect(capacityOf(strict)).toMatchObject({ verdict: "DEPENDS" });
    const enforced = await shop.deploy("2", { mode: "check" });
    expect(enforced.outputs.result).toBe("checked");
    expect(enforced.log).toMatch(/^::warning.*Pre-check/m);
  });

  test("refuses what a policy denies to the new pods alone", async () => {
    const shop = await Shop.open(cluster);
    await denyImage(shop, "bad");
    const deny = async () => capacityOf(await shop.deploy("bad", { mode: "check" })).verdict;
    // A policy takes a moment to be in force.
    await expect.poll(deny, { interval: 1_000 }).toBe("ADMISSION_FAILS");
    const ended = await shop.deploy("bad");
    expect(ended.outputs).toMatchObject({ result: "refused", reason: "AdmissionDenied" });
    expect(ended.summary).toContain("bad images are not for this shop");
    expect(await shop.imageNow()).toBe(shop.image("1"));
  });

  test("goes on where the node pool may grow, and says which pool and how many nodes", async () => {
    await using google = await startGoogle(cluster, {
      facts: { nodePools: [{ name: "web", most: { perZone: 3 } }] },
    });
    const shop = await Shop.open(cluster, { replicas: 1, cpu: "1000m", strategy: SURGE });
    await cluster.user(google.user("direct"), shop.namespace, documentedRights());
    await cluster.patch(
      { apiVersion: "v1", kind: "Node", metadata: { name: shop.node } },
      {
        metadata: {
          labels: { "cloud.google.com/gke-nodepool": "web", "topology.kubernetes.io/zone": "europe-west1-b" },
        },
      },
    );
    await cluster.filler(shop.node, "870m");
    const { kubeconfig: _, ...asked } = shop.inputs("2", { mode: "check" });
    const ended = await runAction({
      inputs: { cluster: "prod", location: "europe-west1", ...asked },
      env: google.env(),
    });
    expect(ended.outputs).toMatchObject({ result: "checked", reason: "" });
    const { verdict, fixes } = capacityOf(ended);
    expect([verdict, fixes[0]]).toMatchObject(["NEEDS_NODES", { kind: "nodes", value: "1" }]);
    expect(ended.summary).toMatch(/pool `?web/);
  });

  test("refuses where a pool without nodes would get none that is large enough, and says what its machines have", async () => {
    const config = { machineType: "e2-small", spot: true };
    await using google = await startGoogle(cluster, {
      facts: { nodePools: [{ name: "spot", most: { perZone: 3 }, config }] },
    });
    const containers = [{ resources: { requests: { cpu: "2500m" } } }];
    const shop = await Shop.open(cluster, { replicas: 1, strategy: SURGE, containers });
    await cluster.user(google.user("direct"), shop.namespace, documentedRights());
    const { kubeconfig: _, ...asked } = shop.inputs("2", { mode: "check" });
    const ended = await runAction({
      inputs: { cluster: "prod", location: "europe-west1", ...asked },
      env: google.env(),
    });
    const { verdict, reasons } = capacityOf(ended);
    expect([verdict, reasons.at(-1)?.message]).toEqual([
      "WILL_STALL",
      "node pool spot in europe-west1-b, europe-west1-c, europe-west1-d: its machine type e2-small has 2 vCPU, and the pod requests 2500m cpu",
    ]);
  });
});

/** Denies pods of one tag in a shop. */
async function denyImage(shop: Shop, tag: string): Promise<void> {
  const name = `deny-${shop.namespace}`;
  await cluster.apply({
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name },
    spec: {
      failurePolicy: "Fail",
      matchConstraints: {
        resourceRules: [
          { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] },
        ],
      },
      validations: [
        {
          expression: `!object.spec.containers.exists(c, c.image.endsWith(":${tag}"))`,
          message: "bad images are not for this shop",
        },
      ],
    },
  } as KubernetesObject);
  await cluster.apply({
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name },
    spec: {
      policyName: name,
      validationActions: ["Deny"],
      matchResources: {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": shop.namespace } },
      },
    },
  } as KubernetesObject);
}
