import { expect, test } from "vitest";
import { readHorizontalPodAutoscalers } from "../../../src/adapters/kubernetes/horizontal-pod-autoscalers.ts";
import { doorTo, never } from "./doors.ts";
import { type Answer, byPath, json, refuse, serveApi } from "./fake-api.ts";

const PATH = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers";

async function read(answer: Answer) {
  const api = await serveApi(byPath({ [PATH]: answer }));
  return readHorizontalPodAutoscalers(doorTo(api.url), "shop", never);
}

const scaler = (name: string, apiVersion: string | undefined, spec: object = {}) => ({
  metadata: { namespace: "shop", name },
  spec: { scaleTargetRef: { apiVersion, kind: "Deployment", name: "web" }, maxReplicas: 10, ...spec },
});

test("readHorizontalPodAutoscalers() reads what each scales, and how far", async () => {
  const found = await read(json({ metadata: {}, items: [scaler("web", "apps/v1")] }));
  expect(found).toEqual([
    {
      name: "web",
      target: { group: "apps", kind: "Deployment", name: "web" },
      maxReplicas: 10,
      scalesUp: true,
    },
  ]);
});

test("readHorizontalPodAutoscalers() tells the group of what it scales, the core group included", async () => {
  const items = [scaler("rollout", "argoproj.io/v1alpha1"), scaler("core", "v1"), scaler("none", undefined)];
  const found = await read(json({ metadata: {}, items }));
  expect(found.map(({ target }) => target.group)).toEqual(["argoproj.io", "", ""]);
});

test("readHorizontalPodAutoscalers() sees which may only scale down", async () => {
  const up = (selectPolicy: string) => ({ behavior: { scaleUp: { selectPolicy } } });
  const items = [scaler("down", "apps/v1", up("Disabled")), scaler("both", "apps/v1", up("Max"))];
  const found = await read(json({ metadata: {}, items }));
  expect(found.map(({ scalesUp }) => scalesUp)).toEqual([false, true]);
});

test.each([
  ["the right is missing", refuse(403, { reason: "Forbidden", message: "no" })],
  ["the API server does not serve them", refuse(404, { reason: "NotFound" })],
])("readHorizontalPodAutoscalers() goes without them where %s", async (_, answer) => {
  expect(await read(answer)).toEqual([]);
});
