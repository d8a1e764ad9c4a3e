import { expect, test } from "vitest";
import { readTarget } from "../../../src/adapters/kubernetes/target.ts";
import { doorTo, never } from "./doors.ts";
import { byPath, json, refuse, serveApi } from "./fake-api.ts";
import { FakeWorkload, pod, REF, replicaSet } from "./fake-workload.ts";

const LIST = "/apis/apps/v1/namespaces/shop/deployments";
const named = (...names: string[]) =>
  json({ metadata: {}, items: names.map((name) => ({ metadata: { name } })) });

test("readTarget() reads the workload with what it controls, page by page", async () => {
  const fake = await FakeWorkload.serve();
  fake.items.replicasets.push(replicaSet("web-stranger", "other-uid"));
  fake.answer = ({ query }, plural) => {
    if (plural !== "pods") return;
    const page = query.get("continue") === "next" ? "2" : "1";
    return json({ metadata: page === "1" ? { continue: "next" } : {}, items: [pod(`web-a-${page}`)] });
  };
  const target = await readTarget(doorTo(fake.api.url), REF, never);
  expect(target.workload.uid).toBe("d-uid");
  expect(target.replicaSets.map(({ name }) => name)).toEqual(["web-a"]);
  expect(target.pods.map(({ name }) => name)).toEqual(["web-a-1", "web-a-2"]);
});

test.each([
  [
    "what is there instead, the nearest first",
    named("api", "webs", "we"),
    undefined,
    "No deployment web in namespace shop; there are webs, we, api",
  ],
  [
    "that there is none",
    named(),
    named("shop", "other"),
    "No deployment web in namespace shop, which has none",
  ],
  [
    "that the namespace is not there",
    named(),
    named("shops"),
    "No namespace shop in this cluster; there are shops",
  ],
  [
    "no more than it may know",
    refuse(403, { reason: "Forbidden" }),
    undefined,
    "No deployment web in namespace shop",
  ],
  [
    "only ten of many",
    named(..."abcdefghijkl"),
    undefined,
    "No deployment web in namespace shop; there are a, b, c, d, e, f, g, h, i, j and 2 more",
  ],
])("readTarget() says %s when the workload is not there", async (_, deployments, namespaces, message) => {
  const api = await serveApi(
    byPath({ [LIST]: deployments, ...(namespaces && { "/api/v1/namespaces": namespaces }) }),
  );
  await expect(readTarget(doorTo(api.url), REF, never)).rejects.toMatchObject({
    reason: "WorkloadNotFound",
    message,
  });
});
