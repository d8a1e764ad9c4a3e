import net, { type AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { attempt } from "../../../src/adapters/kubernetes/api.ts";
import { ActionError } from "../../../src/core/reason.ts";
import { type DoorOptions, doorTo, never } from "./doors.ts";
import { type Answer, hangUp, inline, inTurn, json, refuse, serveApi, stall } from "./fake-api.ts";

const PATH = "/apis/apps/v1/namespaces/shop/deployments/web";

/** Reads one workload, as any part of the door would. */
function read(server: string, options: DoorOptions = {}, deadlineMs = 4_000): Promise<unknown> {
  const api = doorTo(server, options);
  return attempt(api, "read deployment shop/web", () =>
    api.transport.send({ method: "GET", path: PATH, deadlineMs }, never),
  );
}

const answered = async (answer: Answer) => read((await serveApi(answer)).url);

async function closedPort(): Promise<string> {
  const { url, close } = await serveApi(json({}));
  await close();
  return url;
}

test("a port where nothing listens is ClusterUnreachable", async () => {
  const url = await closedPort();
  await expect(read(url)).rejects.toMatchObject({
    reason: "ClusterUnreachable",
    message: `Cannot reach the API server ${new URL(url).host}: nothing answers at this port; check the server's address, and whether it runs (ECONNREFUSED)`,
  });
});

test("a host that is not known is ClusterUnreachable", async () => {
  await expect(read("https://api.invalid:6443")).rejects.toMatchObject({
    reason: "ClusterUnreachable",
    message: expect.stringMatching(
      /api\.invalid:6443: the host name is not known to this runner; .+ \((ENOTFOUND|EAI_AGAIN)\)$/,
    ),
  });
});

test("a server that accepts and never speaks is ClusterUnreachable", async () => {
  const server = net.createServer();
  const sockets: net.Socket[] = [];
  server.on("connection", (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await expect(
    read(`https://127.0.0.1:${(server.address() as AddressInfo).port}`, {}, 200),
  ).rejects.toMatchObject({
    reason: "ClusterUnreachable",
    message: expect.stringMatching(
      /: no answer; is this runner within the authorised networks .+ \(TIMEOUT\)$/,
    ),
  });
});

test.each([
  [
    "by another authority",
    "server",
    { "certificate-authority-data": inline("stranger.crt") },
    /not signed by the certificate authority in the kubeconfig; the file may be of another cluster \(\w+\)$/,
  ],
  [
    "for another name",
    "misnamed",
    {},
    /is for another name; .+ set tls-server-name \(ERR_TLS_CERT_ALTNAME_INVALID\)$/,
  ],
  ["that has expired", "expired", {}, /has expired \(CERT_HAS_EXPIRED\)$/],
] as const)("a certificate %s is ClusterUnreachable, at once", async (_, as, cluster, message) => {
  const api = await serveApi(json({}), as);
  await expect(read(api.url, { cluster })).rejects.toMatchObject({
    reason: "ClusterUnreachable",
    message: expect.stringMatching(message),
  });
  expect(api.connections.made).toBe(1);
});

test.each([
  ["misnamed", { "tls-server-name": "elsewhere.test" }],
  ["expired", { "insecure-skip-tls-verify": true, "certificate-authority-data": undefined }],
] as const)("a %s certificate is taken where the kubeconfig says so", async (as, cluster) => {
  const api = await serveApi(json({}), as);
  await expect(read(api.url, { cluster })).resolves.toMatchObject({ code: 200 });
});

test("a plain-http port behind an https address is named", async () => {
  const api = await serveApi(json({}), "http");
  await expect(read(api.url.replace("http:", "https:"))).rejects.toMatchObject({
    reason: "ClusterUnreachable",
    message: expect.stringContaining("it does not speak TLS as expected"),
  });
});

test("401 is AuthenticationFailed, and names the user", async () => {
  await expect(answered(refuse(401, { message: "Unauthorized" }))).rejects.toMatchObject({
    reason: "AuthenticationFailed",
    message: expect.stringMatching(
      /^Cannot read deployment shop\/web: 127\.0\.0\.1:\d+ answered 401: the credentials of user "u" in the kubeconfig have expired, or are for another cluster$/,
    ),
  });
});

test.each([
  ["never ends", () => new Promise<never>(() => undefined), "no answer within 0.05 s"],
  [
    "may do better next time",
    () => Promise.reject(Object.assign(new Error("no token for now"), { code: "HTTP_503" })),
    "no token for now",
  ],
  [
    "asks somebody who is silent",
    () => Promise.reject(Object.assign(new Error("no token from sts: silent"), { code: "TIMEOUT" })),
    "no token from sts: silent",
  ],
] as const)("a sign-in that %s is ApiUnavailable: it may heal", async (_, credentials, why) => {
  const authenticator = { credentials, forget: () => undefined };
  const { url } = await serveApi(json({}));
  await expect(read(url, { authenticator }, 50)).rejects.toMatchObject({
    reason: "ApiUnavailable",
    message: `Cannot sign in as user "u" of the kubeconfig: ${why}`,
  });
});

test("a sign-in that says itself that no second try helps is told in its words", async () => {
  const final = new ActionError("AuthenticationFailed", "no such key");
  const authenticator = { credentials: () => Promise.reject(final), forget: () => undefined };
  const { url } = await serveApi(json({}));
  await expect(read(url, { authenticator })).rejects.toBe(final);
});

test("401 without a user says that one is needed", async () => {
  const { url } = await serveApi(refuse(401, { message: "Unauthorized" }), "http");
  await expect(read(url)).rejects.toMatchObject({
    reason: "AuthenticationFailed",
    message: expect.stringMatching(/answered 401: the kubeconfig names no user, and one is needed$/),
  });
});

/** A refusal as Google gives it, in front of the API server. */
const google = (code: number, status: string, message: string, details: readonly object[] = []): Answer =>
  json({ error: { code, status, message, details } }, code);

const IAM_DENIED = {
  "@type": "type.googleapis.com/google.rpc.ErrorInfo",
  reason: "IAM_PERMISSION_DENIED",
  metadata: { permission: "gkehub.gateway.get" },
};

test.each([
  [
    "403, with the permission that is missing",
    google(403, "PERMISSION_DENIED", "Permission denied", [IAM_DENIED]),
    "PermissionDenied",
    /^Cannot read deployment shop\/web: \S+ answered 403 before the cluster was asked \(Permission denied\); user "u" of the kubeconfig lacks the IAM permission gkehub\.gateway\.get; grant it roles\/gkehub\.gatewayEditor$/,
  ],
  [
    "403 for the lack of a permission that it names in its text",
    google(403, "PERMISSION_DENIED", "Permission 'container.clusters.connect' denied on resource 'c'"),
    "PermissionDenied",
    /; user "u" of the kubeconfig lacks the IAM permission container\.clusters\.connect$/,
  ],
  [
    "403, in its own words",
    google(403, "PERMISSION_DENIED", "Not for you"),
    "PermissionDenied",
    /answered 403 before the cluster was asked \(Not for you\)$/,
  ],
  [
    "404, which is no word about the workload",
    google(404, "NOT_FOUND", "No such membership"),
    "ClusterNotFound",
    /answered 404 before the cluster was asked \(No such membership\)$/,
  ],
  [
    "400, which is no word about the request",
    google(400, "FAILED_PRECONDITION", "The agent is away"),
    "ClusterUnreachable",
    /answered 400 before the cluster was asked \(The agent is away\)$/,
  ],
  [
    "503",
    google(503, "UNAVAILABLE", "Later"),
    "ApiUnavailable",
    /answered 503 \(Later\), also when tried again$/,
  ],
] as const)("Google's %s", async (_, answer, reason, message) => {
  await expect(answered(answer)).rejects.toMatchObject({
    reason,
    message: expect.stringMatching(message),
    detail: [],
  });
});

test("Google's 401 comes with its own words", async () => {
  const answer = google(401, "UNAUTHENTICATED", "Expected an access token");
  await expect(answered(answer)).rejects.toMatchObject({
    reason: "AuthenticationFailed",
    detail: ["Google says: Expected an access token"],
  });
});

test("403 is PermissionDenied with the rule that is missing", async () => {
  const message = `deployments.apps "web" is forbidden: User "ci@x" cannot get resource "deployments" in API group "apps" in the namespace "shop"`;
  await expect(answered(refuse(403, { reason: "Forbidden", message }))).rejects.toMatchObject({
    reason: "PermissionDenied",
    message: `Cannot read deployment shop/web: 403 for "ci@x"; grant get on deployments.apps in namespace shop`,
    detail: [
      `Add this rule to a Role in namespace shop that is bound to "ci@x":`,
      `- apiGroups: ["apps"]`,
      `  resources: ["deployments"]`,
      `  verbs: ["get"]`,
      `The API server says: ${message}`,
    ],
  });
});

test("a page of something in between is ClusterUnreachable, not PermissionDenied", async () => {
  const page: Answer = (response) =>
    response.writeHead(403).end("<html><title>Blocked</title>by policy</html>");
  await expect(answered(page)).rejects.toMatchObject({
    reason: "ClusterUnreachable",
    message: expect.stringContaining("answered 403, but not as a Kubernetes API server does"),
    detail: ["Blocked by policy"],
  });
});

test.each([
  ["503", refuse(503, { message: "etcd is away" }), /answered 503 \(etcd is away\), also when tried again$/],
  ["429", refuse(429, { message: "slow down" }), /answered 429 \(slow down\), also when tried again$/],
  [
    "a connection that breaks",
    hangUp,
    /broke off \(UND_ERR_SOCKET: other side closed\), also when tried again$/,
  ],
])("%s that lasts is ApiUnavailable", async (_, answer, message) => {
  const { url } = await serveApi(answer);
  await expect(read(url)).rejects.toMatchObject({
    reason: "ApiUnavailable",
    message: expect.stringMatching(message),
  });
});

test("a server that stalls is ApiUnavailable", async () => {
  const api = doorTo((await serveApi(inTurn(json({}), stall))).url);
  const send = (deadlineMs: number) =>
    attempt(api, "read deployment shop/web", () =>
      api.transport.send({ method: "GET", path: PATH, deadlineMs }, never),
    );
  await send(4_000);
  await expect(send(100)).rejects.toMatchObject({
    reason: "ApiUnavailable",
    message: expect.stringMatching(/broke off \(TIMEOUT: no answer within 0\.1 s\), also when tried again$/),
  });
});
