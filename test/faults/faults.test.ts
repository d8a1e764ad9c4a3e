import { Agent, request } from "node:https";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Cluster } from "../cluster/cluster.ts";
import { sharedCluster } from "../cluster/shared.ts";
import { type Authority, makeAuthority } from "./certificates.ts";
import { expiredWatch, html, type Line, status } from "./fault.ts";
import { type Front, openFront, type Serve } from "./front.ts";
import { openKubeconfigFront } from "./kubeconfig-front.ts";

let cluster: Cluster;
let authority: Authority;
beforeAll(async () => {
  cluster = await sharedCluster();
  authority = await makeAuthority("test");
});
afterAll(() => cluster.stop());

interface Got {
  readonly status: number | undefined;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

interface Ask {
  readonly method?: string;
  readonly agent?: Agent | false;
  readonly ca?: string;
  readonly headers?: Record<string, string>;
  /** Called with each part of the answer. */
  readonly onData?: (text: string) => void;
  readonly patienceMs?: number;
}

/** Asks, and fails as a client does: with the code of the error, or `silence` when nothing comes. */
function ask(url: string, options: Ask = {}): Promise<Got> {
  const {
    method = "GET",
    agent = false,
    ca = authority.pem,
    headers = {},
    onData,
    patienceMs = 1_000,
  } = options;
  return new Promise((resolve, reject) => {
    let body = "";
    const asking = request(url, { method, ca, agent, headers }, (answer) => {
      answer.setEncoding("utf8").on("data", (text: string) => {
        body += text;
        onData?.(text);
      });
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body }));
      answer.on("error", reject);
    });
    asking.setTimeout(patienceMs, () => asking.destroy(new Error("silence")));
    asking.on("error", reject).end();
  });
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "answered",
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );

/** A front before a server that says `ok`, or what is given. */
async function front(serve: Serve = () => ({ status: 200, body: "ok" })): Promise<Front> {
  const made = await openFront({
    serve,
    certificate: await authority.issue("127.0.0.1"),
  });
  onTestFinished(() => made[Symbol.asyncDispose]());
  return made;
}

test("what meets no fault gets through, and is counted by method and path", async () => {
  const it = await front();
  expect(await ask(`${it.url}/a?watch=true`)).toMatchObject({ status: 200, body: "ok" });
  await ask(`${it.url}/b?dryRun=All`, { method: "PATCH" });
  await ask(`${it.url}/b`, { method: "PATCH" });
  expect(it.arrived.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /a",
    "PATCH /b",
    "PATCH /b",
  ]);
  expect(it.count({ method: "PATCH" })).toBe(2);
  expect(it.count({ method: "PATCH", dryRun: false })).toBe(1);
  expect(it.count({ watch: true })).toBe(1);
  expect(it.count({ path: /^\/b$/, method: "GET" })).toBe(0);
});

test("an answer is given in the server's stead, so often, to what matches, until it is lifted", async () => {
  const it = await front();
  const busy = it.fault({ path: /a/ }, status(429, { retryAfter: 7 }), 2);
  const broken = it.fault({ method: "POST" }, html(502));
  const first = await ask(`${it.url}/a`);
  expect(first).toMatchObject({ status: 429, headers: { "retry-after": "7" } });
  expect(JSON.parse(first.body)).toMatchObject({ kind: "Status", reason: "TooManyRequests", code: 429 });
  expect((await ask(`${it.url}/b`)).status).toBe(200);
  expect((await ask(`${it.url}/a`)).status).toBe(429);
  expect((await ask(`${it.url}/a`)).status).toBe(200);
  expect((await ask(`${it.url}/b`, { method: "POST" })).body).toContain("<html>");
  broken.lift();
  expect((await ask(`${it.url}/b`, { method: "POST" })).status).toBe(200);
  expect([busy.hits, broken.hits]).toEqual([2, 1]);
  expect([it.asked.length, it.arrived.length]).toEqual([6, 3]);
});

test("a function decides for each request", async () => {
  const it = await front();
  it.fault({}, ({ query }) => (query.get("n") === "2" ? status(503) : undefined));
  expect((await ask(`${it.url}/?n=1`)).status).toBe(200);
  expect((await ask(`${it.url}/?n=2`)).status).toBe(503);
});

test.each([
  ["reset", "before", "ECONNRESET", 0],
  ["reset", "after", "ECONNRESET", 1],
  ["silence", "before", "silence", 0],
  ["silence", "after", "silence", 1],
] as const)("%s %s the server got it: %s, %i arrived", async (kind, when, error, arrived) => {
  const it = await front();
  it.fault({}, { kind, when }, 1);
  expect(await codeOf(ask(it.url))).toBe(error);
  expect(it.count()).toBe(arrived);
  expect((await ask(it.url)).status).toBe(200);
});

test.each<[Line, RegExp]>([
  ["refused", /ECONNREFUSED/],
  ["silent", /silence/],
  ["reset", /ECONNRESET/],
  ["wrong-certificate", /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED/],
  ["garbage", /EPROTO/],
])("a line that is %s is so for open and for new connections, and heals", async (line, error) => {
  const it = await front();
  const agent = new Agent({ keepAlive: true });
  await ask(it.url, { agent });
  await it.setLine(line);
  expect(await codeOf(ask(it.url, { agent }))).not.toBe("answered");
  expect(await codeOf(ask(it.url))).toMatch(error);
  await it.setLine("open");
  expect((await ask(it.url)).body).toBe("ok");
  expect(it.count()).toBe(2);
  agent.destroy();
});

test("what waits in the silence goes on when it ends", async () => {
  const it = await front();
  const agent = new Agent({ keepAlive: true });
  await ask(it.url, { agent });
  await it.setLine("silent");
  const patient = [ask(it.url, { patienceMs: 20_000 }), ask(it.url, { agent, patienceMs: 20_000 })];
  // By the end of this one, they have come.
  expect(await codeOf(ask(it.url, { patienceMs: 300 }))).toBe("silence");
  await it.setLine("open");
  expect((await Promise.all(patient)).map(({ body }) => body)).toEqual(["ok", "ok"]);
  agent.destroy();
});

test("reset() ends every fault and empties the lists", async () => {
  const it = await front();
  it.fault({}, status(500));
  await ask(it.url);
  await it.setLine("refused");
  await it.reset();
  expect((await ask(it.url)).status).toBe(200);
  expect(it.asked).toHaveLength(1);
});

test.each([
  ["reset", "ECONNRESET"],
  ["silence", "silence"],
] as const)("an answer that is cut by %s after its beginning fails with %s", async (by, error) => {
  const it = await front(() => ({ status: 200, body: Readable.from(ticks()) }));
  it.fault({}, { kind: "cut", afterMs: 50, by }, 1);
  let heard = "";
  expect(await codeOf(ask(it.url, { onData: (text) => (heard += text) }))).toBe(error);
  expect(heard).toMatch(/^tick/);
  expect((await ask(it.url)).body).toHaveLength("tick".length * 150);
});

async function* ticks(): AsyncGenerator<string> {
  for (let tick = 0; tick < 150; tick++) {
    await sleep(10);
    yield "tick";
  }
}

/** A front before the API server, as administrator. */
async function apiFront() {
  const made = await openKubeconfigFront(await cluster.kubeconfig());
  onTestFinished(() => made[Symbol.asyncDispose]());
  const config = new KubeConfig();
  config.loadFromFile(made.kubeconfig);
  const ca = Buffer.from(config.getCurrentCluster()?.caData ?? "", "base64").toString();
  const headers = { authorization: `Bearer ${config.getCurrentUser()?.token}` };
  return { ...made, options: { ca, headers, patienceMs: 20_000 } };
}

const WATCH = "/api/v1/namespaces/default/configmaps?watch=true";

test("the API server is reached through a front, as the same user", async () => {
  const { front, options } = await apiFront();
  const { body } = await ask(`${front.url}/api/v1/namespaces/default`, options);
  expect(JSON.parse(body)).toMatchObject({ kind: "Namespace", metadata: { name: "default" } });
});

test("watches come as they go, are cut, expire, and begin with 410", async () => {
  const { front, options } = await apiFront();
  const name = `seen-${crypto.randomUUID().slice(0, 8)}`;
  const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" } };
  const { promise, resolve } = Promise.withResolvers<void>();
  const watching = codeOf(
    ask(`${front.url}${WATCH}`, { ...options, onData: (text) => text.includes(name) && resolve() }),
  );
  await front.next({ watch: true });
  await cluster.apply(configMap);
  await promise;
  expect(front.cut({ watch: true })).toBe(1);
  expect(await watching).toBe("ECONNRESET");
  expect(front.cut({ watch: true })).toBe(0);
  const expiring = ask(`${front.url}${WATCH}`, options);
  await expect.poll(() => front.expireWatches()).toBe(1);
  expect((await expiring).body).toContain('"code":410');
  front.fault({ watch: true }, expiredWatch, 1);
  expect((await ask(`${front.url}${WATCH}`, options)).body).toContain('"reason":"Expired"');
  await cluster.delete(configMap);
});
