import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { loadKubeconfig } from "../../../src/adapters/kubernetes/kubeconfig.ts";
import { ActionError } from "../../../src/core/reason.ts";
import { temporaryDirectory, writeKubeconfig } from "./doors.ts";

const load = (kubeconfig: string | undefined, context?: string, env = {}, inCluster = "/nowhere") =>
  loadKubeconfig({ kubeconfig, context, env, inCluster });

function problemOf(work: () => unknown): ActionError {
  try {
    work();
  } catch (error) {
    if (error instanceof ActionError) return error;
    throw error;
  }
  throw new Error("no problem");
}

function written(text: string): string {
  const file = path.join(temporaryDirectory(), "config");
  writeFileSync(file, text);
  return file;
}

const context = (name: string, cluster = "c", user = "u") => ({ name, context: { cluster, user } });

test("loadKubeconfig() takes the current context of the input's file", () => {
  const file = writeKubeconfig("https://one.test:6443/");
  expect(load(file, undefined, { KUBECONFIG: "/elsewhere" })).toMatchObject({
    from: `kubeconfig ${file}`,
    context: { name: "ctx", namespace: "shop" },
    cluster: { server: "https://one.test:6443" },
    user: { name: "u", token: "token-one" },
  });
});

test("loadKubeconfig() merges several files: the first that names a thing wins", () => {
  const one = writeKubeconfig("https://one.test");
  const two = written(
    JSON.stringify({
      "current-context": "late",
      contexts: [context("ctx", "other"), context("late", "c2", "u")],
      clusters: [
        { name: "c", cluster: { server: "https://beaten.test" } },
        { name: "c2", cluster: { server: "https://two.test" } },
      ],
    }),
  );
  const both = [one, two].join(path.delimiter);
  expect(load(both).cluster.server).toBe("https://one.test");
  expect(load(both, "late")).toMatchObject({ cluster: { server: "https://two.test" }, user: { name: "u" } });
});

test("loadKubeconfig() goes by KUBECONFIG, then the pod, then the home directory", () => {
  const home = temporaryDirectory();
  mkdirSync(path.join(home, ".kube"));
  writeKubeconfig("https://home.test", {}, path.join(home, ".kube"));
  const variable = writeKubeconfig("https://variable.test");
  const pod = temporaryDirectory();
  for (const [name, text] of Object.entries({ token: "t", "ca.crt": "", namespace: "ci\n" })) {
    writeFileSync(path.join(pod, name), text);
  }
  const env = { HOME: home, KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" };
  const missing = path.join(home, "missing");
  expect(
    load(undefined, undefined, { ...env, KUBECONFIG: `${missing}${path.delimiter}${variable}` }, pod).cluster
      .server,
  ).toBe("https://variable.test");
  expect(load(undefined, undefined, env, pod)).toMatchObject({
    cluster: { server: "https://[fd00::1]:443", caFile: path.join(pod, "ca.crt") },
    context: { namespace: "ci" },
    user: { authProvider: { config: { tokenFile: path.join(pod, "token") } } },
  });
  expect(load(undefined, undefined, { ...env, KUBERNETES_SERVICE_HOST: "" }, pod).cluster.server).toBe(
    "https://home.test",
  );
  expect(problemOf(() => load(undefined, undefined, { HOME: missing }))).toMatchObject({
    reason: "InvalidInput",
    message: expect.stringMatching(/^No cluster to connect to: set `kubeconfig`/),
  });
});

test("loadKubeconfig() says what is wrong with a file, and quotes none of it", () => {
  const broken = written("users:\n- name: u\n  user: token: s3cret-token");
  expect(problemOf(() => load(broken))).toMatchObject({
    reason: "InvalidInput",
    message: `Cannot read kubeconfig ${broken}: not a valid kubeconfig, line 3: bad indentation of a mapping entry`,
  });
  const text = written("s3cret-token");
  expect(problemOf(() => load(text)).message).toMatch(/not a valid kubeconfig|no contexts at all/);
  expect(problemOf(() => load(text)).message).not.toContain("s3cret");
  const missing = path.join(temporaryDirectory(), "config");
  expect(problemOf(() => load(missing))).toMatchObject({
    reason: "InvalidInput",
    message: `Cannot read kubeconfig ${missing}: no such file; check the path, and that an earlier step wrote it`,
  });
  expect(problemOf(() => load(undefined, undefined, { KUBECONFIG: missing })).reason).toBe(
    "AuthenticationFailed",
  );
  expect(problemOf(() => load(temporaryDirectory())).message).toMatch(/: EISDIR$/);
});

test("loadKubeconfig() names the contexts that there are when the wanted one is not", () => {
  const file = writeKubeconfig("https://one.test");
  expect(problemOf(() => load(file, "prod"))).toMatchObject({
    reason: "InvalidInput",
    message: `No context "prod" in kubeconfig ${file}: it has "ctx"`,
  });
  const without = written(JSON.stringify({ contexts: [context("a"), context("b")] }));
  expect(problemOf(() => load(without)).message).toBe(
    `No current context in kubeconfig ${without}: set \`context\` to "a", "b"`,
  );
});

test.each([
  ["no cluster", { clusters: [] }, /names cluster "c", which is not there or has no server$/],
  [
    "no server",
    { clusters: [{ name: "c", cluster: {} }] },
    /names cluster "c", which is not there or has no server$/,
  ],
  [
    "no address",
    { clusters: [{ name: "c", cluster: { server: "one.test:80" } }] },
    /an http or https address is wanted$/,
  ],
  ["no user", { users: [] }, /names user "u", which is not there$/],
])("loadKubeconfig() refuses a context with %s", (_, change, message) => {
  const whole = {
    "current-context": "ctx",
    contexts: [context("ctx")],
    clusters: [{ name: "c", cluster: { server: "https://one.test" } }],
    users: [{ name: "u", user: { token: "t" } }],
  };
  expect(load(written(JSON.stringify(whole))).user?.token).toBe("t");
  const problem = problemOf(() => load(written(JSON.stringify({ ...whole, ...change }))));
  expect(problem).toMatchObject({ reason: "InvalidInput", message: expect.stringMatching(message) });
});

test("loadKubeconfig() leaves broken entries of other contexts alone", () => {
  const file = written(
    JSON.stringify({
      "current-context": "ctx",
      contexts: [context("ctx", "c", ""), { name: "half" }],
      clusters: [{ name: "broken" }, { name: "c", cluster: { server: "https://one.test" } }],
    }),
  );
  expect(load(file)).toMatchObject({ cluster: { name: "c" }, user: undefined });
});
