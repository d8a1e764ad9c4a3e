import { chmodSync, copyFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { doorTo, never, temporaryDirectory, writeKubeconfig } from "./doors.ts";
import { certificate, inline, inTurn, json, refuse, serveApi } from "./fake-api.ts";

const GET = { method: "GET", path: "/version" } as const;
const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

/** An unsigned JWT that ends in 2100. */
const idToken = ["{}", '{"exp":4102444800}', "x"]
  .map((part) => Buffer.from(part).toString("base64url"))
  .join(".");

/** A credential plugin: a script that counts its runs and prints `status`. */
function plugin(script: string): { command: string; directory: string } {
  const directory = temporaryDirectory();
  const command = path.join(directory, "plugin");
  writeFileSync(command, `#!${process.execPath}\n${script}`);
  chmodSync(command, 0o755);
  return { command, directory };
}

const credential = (status: string): string =>
  `console.log(JSON.stringify({ kind: "ExecCredential", apiVersion: "client.authentication.k8s.io/v1", status: ${status} }))`;

const exec = (command: string) => ({ exec: { apiVersion: "client.authentication.k8s.io/v1", command } });

test.each([
  ["a token", { token: "one" }, "Bearer one"],
  ["name and password", { username: "ann", password: "pass" }, basic("ann:pass")],
  [
    "a token of an auth provider",
    { "auth-provider": { name: "gcp", config: { "access-token": "two" } } },
    "Bearer two",
  ],
  [
    "an OIDC token",
    { "auth-provider": { name: "oidc", config: { "id-token": idToken } } },
    `Bearer ${idToken}`,
  ],
  ["nothing", {}, undefined],
])("credentials() signs in with %s, and masks it first", async (_, user, authorization) => {
  const api = await serveApi(json({}));
  const masked: string[] = [];
  await doorTo(api.url, { user, mask: (secret) => masked.push(secret) }).transport.send(GET, never);
  expect(api.got[0]?.headers.authorization).toBe(authorization);
  if (authorization !== undefined) expect(masked).toContain(authorization.split(" ")[1]);
  for (const secret of Object.values(user))
    if (typeof secret === "string" && secret !== "ann") expect(masked).toContain(secret);
});

test("credentials() reads a token file beside the kubeconfig, and impersonates", async () => {
  const api = await serveApi(json({}));
  const directory = temporaryDirectory();
  writeFileSync(path.join(directory, "token"), "from-file\n");
  const file = writeKubeconfig(
    api.url,
    { user: { tokenFile: "token", token: "beaten", as: "robot" } },
    directory,
  );
  await doorTo(api.url, {}, file).transport.send(GET, never);
  expect(api.got[0]?.headers).toMatchObject({
    authorization: "Bearer from-file",
    "impersonate-user": "robot",
  });
});

test.each([
  ["inline", { "client-certificate-data": inline("client.crt"), "client-key-data": inline("client.key") }],
  ["from files", { "client-certificate": "client.crt", "client-key": "client.key" }],
])("credentials() signs in with a client certificate %s", async (_, user) => {
  const api = await serveApi(json({}));
  const directory = temporaryDirectory();
  for (const name of ["client.crt", "client.key"])
    copyFileSync(certificate(name), path.join(directory, name));
  await doorTo(api.url, {}, writeKubeconfig(api.url, { user }, directory)).transport.send(GET, never);
  expect(api.got[0]?.certificate).toBe("client");
});

test("credentials() runs a plugin once for many requests, tells it its version, and masks what it gives", async () => {
  const api = await serveApi(json({}));
  const { command, directory } = plugin(`
    const { apiVersion } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
    require("node:fs").appendFileSync(__dirname + "/runs", ".");
    ${credential('{ token: "plugin-" + apiVersion.split("/")[1] }')}`);
  const masked: string[] = [];
  const { transport } = doorTo(api.url, { user: exec(command), mask: (secret) => masked.push(secret) });
  await Promise.all([1, 2, 3].map(() => transport.send(GET, never)));
  expect(api.got.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill("Bearer plugin-v1"));
  expect(masked).toContain("plugin-v1");
  expect((await import("node:fs")).readFileSync(path.join(directory, "runs"), "utf8")).toBe(".");
});

test("credentials() uses a plugin's client certificate", async () => {
  const api = await serveApi(json({}));
  const pem = (name: string) => JSON.stringify(Buffer.from(inline(name), "base64").toString());
  const { command } = plugin(
    credential(`{ clientCertificateData: ${pem("client.crt")}, clientKeyData: ${pem("client.key")} }`),
  );
  await doorTo(api.url, { user: exec(command) }).transport.send(GET, never);
  expect(api.got[0]?.certificate).toBe("client");
});

test("credentials() asks a plugin again when the server refuses its token, but only once", async () => {
  const script = `
    const runs = __dirname + "/runs", fs = require("node:fs");
    fs.appendFileSync(runs, ".");
    ${credential('{ token: "run-" + fs.readFileSync(runs).length }')}`;
  const api = await serveApi(inTurn(refuse(401), json({}), refuse(401)));
  const { transport } = doorTo(api.url, { user: exec(plugin(script).command) });
  expect(await transport.send(GET, never)).toMatchObject({ code: 200 });
  expect(api.got.map(({ headers }) => headers.authorization)).toEqual(["Bearer run-1", "Bearer run-2"]);
  await expect(transport.send(GET, never)).rejects.toMatchObject({ code: 401 });
  expect(api.got).toHaveLength(4);
});

test("credentials() says that a plugin is missing, with its hint", async () => {
  const user = { exec: { ...exec("gke-no-such-plugin").exec, installHint: "Install it\nlike this" } };
  await expect(doorTo("https://127.0.0.1:1", { user }).transport.send(GET, never)).rejects.toMatchObject({
    reason: "AuthenticationFailed",
    message: expect.stringMatching(
      /its credential plugin gke-no-such-plugin is not on this runner; install it in an earlier step$/,
    ),
    detail: ["Install it", "like this"],
  });
});

test("credentials() says what a plugin that fails says", async () => {
  const { command } = plugin(`console.error("no gcloud account"); process.exit(1)`);
  await expect(
    doorTo("https://127.0.0.1:1", { user: exec(command) }).transport.send(GET, never),
  ).rejects.toMatchObject({
    reason: "AuthenticationFailed",
    detail: ["no gcloud account"],
  });
});

test("credentials() does not wait for a plugin beyond the deadline", async () => {
  const { command } = plugin("setTimeout(() => {}, 3_000)");
  const { transport } = doorTo("https://127.0.0.1:1", { user: exec(command) });
  await expect(transport.send({ ...GET, deadlineMs: 200 }, never)).rejects.toMatchObject({
    stage: "sign-in",
    code: "TIMEOUT",
  });
});

test("credentials() names a file that it cannot read", async () => {
  const file = writeKubeconfig("https://127.0.0.1:1", { user: { tokenFile: "no-token" } });
  await expect(doorTo("https://127.0.0.1:1", {}, file).transport.send(GET, never)).rejects.toMatchObject({
    reason: "AuthenticationFailed",
    message: expect.stringMatching(/no-token: ENOENT$/),
  });
});

test("credentials() sends none over plain http", async () => {
  const api = await serveApi(json({}), "http");
  await doorTo(api.url, { user: { token: "one" } }).transport.send(GET, never);
  expect(api.got[0]?.headers.authorization).toBeUndefined();
});
