import { expect, test } from "vitest";
import { readDisruptionBudgets } from "../../../src/adapters/kubernetes/disruption-budgets.ts";
import type { PlacedPod } from "../../../src/core/model/room.ts";
import { placed, podSpec } from "../../core/capacity/builders.ts";
import { doorTo, never } from "./doors.ts";
import { type Answer, byPath, json, refuse, serveApi } from "./fake-api.ts";

const PATH = "/apis/policy/v1/poddisruptionbudgets";
const budget = {
  metadata: { name: "db", namespace: "data" },
  spec: { selector: { matchLabels: { app: "db" } } },
  status: { disruptionsAllowed: 1, disruptedPods: { "db-0": "2026-01-01T00:00:00Z" } },
};
const none = { metadata: { name: "new", namespace: "data" }, spec: {} };
const budgets = json({ metadata: {}, items: [budget, none] });

/** What is read for a pod of priority 5 among these pods, and how often the server was asked. */
async function read(pods: readonly PlacedPod[], answer: Answer = budgets, extra = {}) {
  const api = await serveApi(byPath({ [PATH]: answer }));
  const pod = podSpec({ cpu: "1" }, { priority: 5, ...extra });
  return {
    read: await readDisruptionBudgets(doorTo(api.url), { pod, pods }, never),
    asked: api.got.length,
  };
}

const pod = (priority: number, extra: Partial<PlacedPod> = {}) =>
  placed("a", { cpu: "1" }, { priority, ...extra });

test("readDisruptionBudgets() reads what each budget covers, and how many disruptions it allows", async () => {
  expect((await read([pod(4)])).read).toEqual([
    {
      namespace: "data",
      selector: [{ key: "app", operator: "In", values: ["db"] }],
      disruptionsAllowed: 1,
      disruptedPods: new Set(["db-0"]),
    },
    { namespace: "data", selector: undefined, disruptionsAllowed: 0, disruptedPods: new Set() },
  ]);
});

test("readDisruptionBudgets() asks for nothing where nobody can be evicted", async () => {
  const nothing = { read: [], asked: 0 };
  expect(await read([pod(5)])).toEqual(nothing);
  expect(await read([pod(4, { nodeName: undefined })])).toEqual(nothing);
  expect(await read([pod(4)], budgets, { preemptionPolicy: "Never" })).toEqual(nothing);
});

test("readDisruptionBudgets() goes without them where the right is missing", async () => {
  const forbidden = refuse(403, { reason: "Forbidden", message: "no" });
  expect(await read([pod(4)], forbidden)).toEqual({ read: [], asked: 1 });
});
