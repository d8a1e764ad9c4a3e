import { expect, test } from "vitest";
import { reviewRights } from "../../../src/adapters/kubernetes/rights.ts";
import type { Right } from "../../../src/core/rights.ts";
import { doorTo, never } from "./doors.ts";
import { type Answer, byPath, type FakeApi, hangUp, inTurn, json, refuse, serveApi } from "./fake-api.ts";

const ACCESS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const SELF = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

const patch: Right = {
  verb: "patch",
  group: "apps",
  resource: "deployments",
  namespace: "shop",
  name: "web",
};
const log: Right = { verb: "get", group: "", resource: "pods/log", namespace: "shop", name: undefined };
const nodes: Right = { verb: "list", group: "", resource: "nodes", namespace: undefined, name: undefined };

const known = json(
  { status: { userInfo: { username: "ci@shop.test", groups: ["system:authenticated"] } } },
  201,
);
const says = (status: object) => json({ status }, 201);

/** Allows everything but `list`. */
const noLists: Answer = (response, got) => {
  const { verb } = JSON.parse(got.body).spec.resourceAttributes;
  says({ allowed: verb !== "list" })(response, got);
};

const serve = (access: Answer, self: Answer = known) => serveApi(byPath({ [ACCESS]: access, [SELF]: self }));

const review = ({ url }: FakeApi, signal = never) => reviewRights(doorTo(url), [patch, log, nodes], signal);

test("reviewRights() asks for each right by itself, with its name, and tells who we are", async () => {
  const api = await serve(noLists);
  expect(await review(api)).toEqual({ kind: "known", user: "ci@shop.test", allowed: [true, true, false] });
  const asked = api.got.filter(({ path }) => path === ACCESS).map(({ body }) => JSON.parse(body));
  expect(asked.map(({ kind }) => kind)).toEqual(Array(3).fill("SelfSubjectAccessReview"));
  expect(asked.map(({ spec }) => spec.resourceAttributes)).toEqual(
    expect.arrayContaining([
      { verb: "patch", group: "apps", resource: "deployments", namespace: "shop", name: "web" },
      { verb: "get", group: "", resource: "pods", subresource: "log", namespace: "shop" },
      { verb: "list", group: "", resource: "nodes" },
    ]),
  );
});

test.each([
  ["is older than the review", refuse(404, { reason: "NotFound", message: "no" })],
  ["does not let us ask", refuse(403, { reason: "Forbidden", message: "no" })],
  ["tells no name", says({})],
  ["breaks off", hangUp],
])("reviewRights() does without our name where the server %s", async (_, self) => {
  expect(await review(await serve(noLists, self))).toEqual({
    kind: "known",
    user: undefined,
    allowed: [true, true, false],
  });
});

test("reviewRights() asks again after an answer that passes", async () => {
  const busy = refuse(429, {}, { "retry-after": "0" });
  const api = await serve(inTurn(refuse(503), busy, noLists), inTurn(refuse(503), known));
  expect(await review(api)).toEqual({ kind: "known", user: "ci@shop.test", allowed: [true, true, false] });
});

test.each([
  ["may not be asked for", refuse(403, { reason: "Forbidden", message: "no reviews" }), "403 no reviews"],
  ["fail", refuse(503, { message: "away" }), "503 away"],
  ["break off", hangUp, "UND_ERR_SOCKET: other side closed"],
  ["are not evaluated", says({ allowed: false, evaluationError: "webhook timed out" }), "webhook timed out"],
])("reviewRights() is unknown where reviews %s", async (_, access, why) => {
  expect(await review(await serve(access))).toEqual({ kind: "unknown", why });
});

test("reviewRights() takes a yes for a yes, whatever else an authoriser says", async () => {
  expect(await review(await serve(says({ allowed: true, evaluationError: "role not found" })))).toMatchObject(
    {
      allowed: [true, true, true],
    },
  );
});

test("reviewRights() throws when nobody is signed in, or nothing is reached", async () => {
  const unknown = refuse(401, { reason: "Unauthorized", message: "Unauthorized" });
  await expect(review(await serve(unknown, unknown))).rejects.toMatchObject({
    reason: "AuthenticationFailed",
    message: expect.stringMatching(/^Cannot ask for our rights: .* answered 401/),
  });
  const api = await serve(noLists);
  await api.close();
  await expect(review(api)).rejects.toMatchObject({ reason: "ClusterUnreachable" });
});

/** Google's refusal before the API server was asked, which may name the permission in its text only. */
const google = (code: number, message: string, metadata?: object): Answer =>
  json(
    {
      error: {
        code,
        status: "PERMISSION_DENIED",
        message,
        details: metadata && [
          { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "IAM_PERMISSION_DENIED", metadata },
        ],
      },
    },
    code,
  );

const NAMED = "Permission 'gkehub.gateway.post' denied on resource 'projects/7' (or it may not exist).";

test.each([
  ["the review", google(403, "denied", { permission: "gkehub.gateway.post" }), known],
  ["the review, in its text", google(403, NAMED), known],
  ["the question who we are", noLists, google(403, "denied", { permission: "gkehub.gateway.post" })],
])(
  "reviewRights() throws what Google refuses of %s: reading may be all that it allows",
  async (_, access, self) => {
    await expect(review(await serve(access, self))).rejects.toMatchObject({
      reason: "PermissionDenied",
      message: expect.stringMatching(
        /^Cannot ask for our rights: .* answered 403 before the cluster was asked \(.*\); user "u" of the kubeconfig lacks the IAM permission gkehub\.gateway\.post; grant it roles\/gkehub\.gatewayEditor$/,
      ),
    });
  },
);

test("reviewRights() is unknown where Google answers with anything but a refusal", async () => {
  expect(await review(await serve(google(400, "The agent is away")))).toEqual({
    kind: "unknown",
    why: "400 The agent is away",
  });
});

test("reviewRights() ends at the signal", async () => {
  const cancelled = new AbortController();
  const api = await serve(() => cancelled.abort(new Error("cancelled")));
  await expect(review(api, cancelled.signal)).rejects.toThrow("cancelled");
});
