import { expect, test } from "vitest";
import { readAutoscaler } from "../../../src/adapters/kubernetes/autoscaler.ts";
import { doorTo, never } from "./doors.ts";
import { type Answer, byPath, json, refuse, serveApi } from "./fake-api.ts";

const STATUS = "/api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-status";

const goTime = (ms: number): string =>
  `${new Date(ms).toISOString().replace("T", " ").replace("Z", "000000")} +0000 UTC`;

const status = (ageMs: number, state = "Running"): Answer =>
  json({
    metadata: { name: "cluster-autoscaler-status" },
    data: {
      status: `time: ${goTime(Date.now() - ageMs)}
autoscalerStatus: ${state}
nodeGroups:
- name: https://x/zones/b/instanceGroups/gke-prod-web-1a2b3c4d-grp
  health: {status: Healthy, cloudProviderTarget: 1, minSize: 0, maxSize: 3}
  scaleUp: {status: NoActivity}
`,
    },
  });

async function readFrom(answer: Answer) {
  const api = await serveApi(byPath({ [STATUS]: answer }));
  return readAutoscaler(doorTo(api.url), never);
}

const MINUTE = 60_000;

test("readAutoscaler() reads the groups of an autoscaler that wrote lately", async () => {
  expect(await readFrom(status(14 * MINUTE))).toMatchObject({
    kind: "present",
    groups: [{ name: "gke-prod-web-1a2b3c4d-grp", zone: "b", target: 1, limit: { max: 3 } }],
    gaps: [],
  });
});

test.each<[string, Answer, RegExp]>([
  ["is old", status(16 * MINUTE), /^its status is 16 minutes old, so it may be gone/],
  ["is no status", json({ data: { status: "hello" } }), /^its status cannot be understood/],
  ["is missing in its ConfigMap", json({ metadata: {} }), /^its status cannot be understood/],
  ["tells of a start", status(0, "Initializing"), /^it is starting/],
])("readAutoscaler() knows no groups, and says why, where the status %s", async (_, answer, why) => {
  expect(await readFrom(answer)).toMatchObject({
    kind: "present",
    groups: [],
    gaps: [{ what: "cluster autoscaler", why: expect.stringMatching(why) }],
  });
});

test("readAutoscaler() tells no autoscaler from one that it may not see, and names the right", async () => {
  expect(await readFrom(refuse(404, { reason: "NotFound" }))).toMatchObject({ kind: "absent", gaps: [] });
  const message = `configmaps "cluster-autoscaler-status" is forbidden: User "ci" cannot get resource "configmaps" in API group "" in the namespace "kube-system"`;
  expect(await readFrom(refuse(403, { reason: "Forbidden", message }))).toMatchObject({
    kind: "unknown",
    gaps: [
      { why: expect.stringMatching(/^403 for "ci"; grant get on configmaps .+ whether and how many nodes/) },
    ],
  });
});
