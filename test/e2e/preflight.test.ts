import type { KubernetesObject } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import type { Cluster } from "../cluster/cluster.ts";
import { sharedCluster } from "../cluster/shared.ts";
import type { Ended } from "./action.ts";
import { Shop } from "./shop.ts";

let cluster: Cluster;
beforeAll(async () => {
  cluster = await sharedCluster();
});
afterAll(() => cluster.stop());

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** The documented rights with each rule of the Role (not of the ClusterRole) as `change` makes it. */
const rules =
  (change: (rule: Rule) => Rule) =>
  (objects: KubernetesObject[]): KubernetesObject[] =>
    objects.map((object) =>
      object.kind === "Role" && "rules" in object
        ? { ...object, rules: (object.rules as Rule[]).map(change).filter(({ verbs }) => verbs.length > 0) }
        : object,
    );

const without = (resource: string, ...gone: readonly string[]) =>
  rules((rule) =>
    rule.resources.includes(resource)
      ? { ...rule, verbs: rule.verbs.filter((verb) => !gone.includes(verb)) }
      : rule,
  );

/** The objects in the first fence of the summary. */
const toApply = ({ summary }: Ended): KubernetesObject[] =>
  parseAllDocuments(/```\n([\s\S]*?)\n```/.exec(summary)?.[1] ?? "").map((document) => document.toJS());

/** Times that the log names what is done, in the order of the story. */
const groups = ({ log }: Ended): string[] =>
  [...log.matchAll(/^::group::(.*)$/gm)].map(([, title = ""]) => title);

async function expectRefused(shop: Shop, ended: Ended): Promise<void> {
  expect(ended.outputs).toMatchObject({ result: "refused", reason: "PermissionDenied" });
  expect(ended.exitCode).toBe(1);
  expect(groups(ended)).toEqual(["Check identity and rights"]);
  expect(await shop.imageNow()).toBe(shop.image("1"));
  expect((await shop.web())?.metadata?.generation).toBe(1);
}

describe.concurrent("rights", () => {
  test("one that is missing for the watch is refused before any change; what the summary says to apply is enough", async () => {
    const shop = await Shop.open(cluster, { replicas: 1, rbac: without("pods", "watch") });
    const ended = await shop.deploy("2");
    await expectRefused(shop, ended);
    const user = `deployer-${shop.namespace}`;
    expect(ended.log).toContain(`Signed in as ${user}`);
    expect(ended.outputs.message).toContain(`"${user}" may not watch pods in namespace ${shop.namespace}`);
    const objects = toApply(ended);
    expect(objects).toMatchObject([
      { kind: "Role", rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["watch"] }] },
      { kind: "RoleBinding", subjects: [{ kind: "User", name: user }] },
    ]);
    await cluster.apply(...objects);
    // The authoriser takes a moment to know it.
    await expect
      .poll(async () => (await shop.deploy("2")).outputs.result, { timeout: 60_000 })
      .toBe("succeeded");
  });

  test("all that are missing are told at once, and what the summary says to apply is enough", async () => {
    const shop = await Shop.open(cluster, { replicas: 1, rbac: () => [] });
    const ended = await shop.deploy("2");
    await expectRefused(shop, ended);
    for (const right of [
      "get, list, watch and patch deployments.apps web",
      "list and watch replicasets.apps and pods",
    ]) {
      expect(ended.outputs.message).toContain(right);
    }
    for (const optional of [
      "events",
      "create pods",
      "limitranges",
      "list nodes and pods in the whole cluster",
    ])
      expect(ended.log).toMatch(new RegExp(`^::warning.*No right to .*${optional}.*: `, "m"));
    await cluster.apply(...toApply(ended));
    await expect
      .poll(async () => (await shop.deploy("2")).outputs.result, { timeout: 60_000 })
      .toBe("succeeded");
  });

  test("the documented ones are all that a run asks for, and enough for a certain pre-check", async () => {
    const shop = await Shop.open(cluster, { replicas: 1 });
    const ended = await shop.deploy("2", { mode: "check", precheck: "strict" });
    expect(ended.outputs).toMatchObject({ result: "checked", reason: "" });
    expect(ended.log).not.toMatch(/No right to|may not/);
    expect(JSON.parse(ended.outputs.capacity ?? "{}")).toMatchObject({ verdict: "WILL_COMPLETE" });
  });

  test("events are only missed: the run goes on, and says what is lost", async () => {
    const shop = await Shop.open(cluster, { replicas: 1, rbac: without("events", "list", "watch") });
    const ended = await shop.deploy("2");
    expect(ended.outputs.result).toBe("succeeded");
    const loss = `No right to list and watch events in namespace ${shop.namespace}: causes that Kubernetes tells in events only`;
    expect(ended.log).toContain(`::warning::${loss}`);
    expect(ended.summary).toMatch(/No right to list and watch events in namespace/);
    expect(ended.log).toContain("Every right that this run needs is there");
  });

  test("rules that name the workload are enough, for that one only", async () => {
    const named = rules((rule) =>
      rule.resources.includes("deployments") ? { ...rule, resourceNames: ["web"] } : rule,
    );
    const shop = await Shop.open(cluster, { replicas: 1, rbac: named });
    const other = await shop.deploy("2", { workload: "deployment/other" });
    expect(other.outputs).toMatchObject({ result: "refused", reason: "PermissionDenied" });
    expect(toApply(other)).toMatchObject([
      {
        kind: "Role",
        rules: [{ resourceNames: ["other"], verbs: ["get", "list", "watch", "patch"] }],
      },
      { kind: "RoleBinding" },
    ]);
    const ended = await shop.deploy("2");
    expect(ended.outputs.result).toBe("succeeded");
    expect(ended.log).not.toContain("No right to");
  });

  test("to change nothing is enough for mode: check", async () => {
    const shop = await Shop.open(cluster, { replicas: 1, rbac: without("deployments", "patch") });
    expect((await shop.deploy("2", { mode: "check" })).outputs.result).toBe("checked");
    await expectRefused(shop, await shop.deploy("2"));
  });
});
