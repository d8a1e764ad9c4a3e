import { expect, test } from "vitest";
import { patchWorkload } from "../../../src/adapters/kubernetes/patch.ts";
import type { PatchAnswer } from "../../../src/ports.ts";
import { doorTo, never } from "./doors.ts";
import { type Answer, byPath, type FakeApi, hangUp, json, refuse, serveApi } from "./fake-api.ts";
import { deployment, REF, WORKLOAD_PATH } from "./fake-workload.ts";

const REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const operations = [{ op: "test", path: "/metadata/uid", value: "d-uid" }] as const;

const patch = ({ url }: FakeApi): Promise<PatchAnswer> =>
  patchWorkload(doorTo(url), { ref: REF, operations, fieldManager: "gke-safe-rollout" }, never);

/** Answers the change, and what a review says of the right to it. */
const serve = (answer: Answer, allowed = true): Promise<FakeApi> =>
  serveApi(byPath({ [WORKLOAD_PATH]: answer, [REVIEW]: json({ status: { allowed } }, 201) }));

// What v1.36.3 answers.
const invalid = (details: object, message: string) => refuse(422, { reason: "Invalid", message, details });
const forbidden = refuse(403, { reason: "Forbidden", message: 'deployments.apps "web" is forbidden: no' });
const byWebhook = (code: number) =>
  refuse(code, {
    reason: "Conflict",
    details: {},
    message: 'admission webhook "guard.test" denied the request: no',
  });

test("patchWorkload() throws what Google answers in front of the API server: that is no denial", async () => {
  const error = { code: 400, status: "FAILED_PRECONDITION", message: "The agent is away" };
  await expect(patch(await serve(json({ error }, 400)))).rejects.toMatchObject({
    reason: "ClusterUnreachable",
  });
});

test("patchWorkload() writes a JSON Patch as the field manager, and answers with the workload and warnings", async () => {
  const api = await serve(json(deployment("11"), 200, { warning: '299 - "would violate PodSecurity"' }));
  expect(await patch(api)).toMatchObject({
    kind: "written",
    workload: { name: "web", resourceVersion: "11" },
    warnings: ["would violate PodSecurity"],
  });
  expect(api.got[0]).toMatchObject({
    method: "PATCH",
    headers: { "content-type": "application/json-patch+json" },
    body: JSON.stringify(operations),
  });
  expect(api.got[0]?.query.get("fieldManager")).toBe("gke-safe-rollout");
});

test.each([
  ["a test that failed", invalid({}, "the server rejected our request due to an error in our request")],
  [
    "a change under the server's own tries",
    refuse(409, { reason: "Conflict", message: "the object has been modified" }),
  ],
])("patchWorkload() answers mismatch to %s", async (_, answer) => {
  expect(await patch(await serve(answer))).toEqual({ kind: "mismatch" });
});

test.each([
  [
    "validation",
    invalid({ kind: "Deployment", name: "web", causes: [{ field: "spec" }] }, "is invalid"),
    "is invalid",
  ],
  ["validation of the whole", invalid({ kind: "Deployment", name: "web" }, "is invalid"), "is invalid"],
  [
    "a value that does not decode",
    invalid({ causes: [{ field: "patch" }] }, "cannot unmarshal"),
    "cannot unmarshal",
  ],
  [
    "a policy",
    invalid({ kind: "deployments", name: "web", causes: [{ message: "no" }] }, "denied request"),
    "denied request",
  ],
  ["admission with 403", forbidden, 'deployments.apps "web" is forbidden: no'],
  ["a webhook with 422", byWebhook(422), 'admission webhook "guard.test" denied the request: no'],
  ["a webhook with 409", byWebhook(409), 'admission webhook "guard.test" denied the request: no'],
  [
    "a webhook that cannot be asked",
    refuse(500, { reason: "InternalError", message: "Internal error occurred: failed calling webhook" }),
    "Internal error occurred: failed calling webhook",
  ],
])("patchWorkload() answers denied, with the API's words, to %s", async (_, answer, message) => {
  expect(await patch(await serve(answer))).toEqual({ kind: "denied", message });
});

test.each([
  ["breaks", hangUp, "UND_ERR_SOCKET: other side closed"],
  [
    "is a server error",
    refuse(504, { reason: "Timeout", message: "Timeout: took too long" }),
    "504 Timeout: took too long",
  ],
])("patchWorkload() answers lost, without a second try, when the answer %s", async (_, answer, why) => {
  const api = await serve(answer);
  expect(await patch(api)).toEqual({ kind: "lost", why });
  expect(api.got).toHaveLength(1);
});

test("patchWorkload() takes a 403 for a missing right where no review can be had", async () => {
  const api = await serveApi(byPath({ [WORKLOAD_PATH]: forbidden, [REVIEW]: refuse(503) }));
  await expect(patch(api)).rejects.toMatchObject({ reason: "PermissionDenied" });
});

test("patchWorkload() throws what right is missing when a review says so", async () => {
  await expect(patch(await serve(forbidden, false))).rejects.toMatchObject({
    reason: "PermissionDenied",
    message:
      "Cannot change deployment shop/web: 403 for this user; grant patch on deployments.apps in namespace shop",
  });
});

test("patchWorkload() throws when the server was never reached: nothing is lost", async () => {
  const api = await serve(json({}));
  await api.close();
  await expect(patch(api)).rejects.toMatchObject({ reason: "ClusterUnreachable" });
});

test("patchWorkload() throws when the workload is gone", async () => {
  const gone = refuse(404, { reason: "NotFound", message: 'deployments.apps "web" not found' });
  await expect(patch(await serve(gone))).rejects.toMatchObject({ reason: "WorkloadNotFound" });
});
