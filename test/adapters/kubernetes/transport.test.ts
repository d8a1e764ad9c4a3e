import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { NoAnswer, Refusal } from "../../../src/adapters/kubernetes/failure.ts";
import { doorTo, never } from "./doors.ts";
import { type Answer, hangUp, inTurn, json, refuse, serveApi, stall } from "./fake-api.ts";

const GET = { method: "GET", path: "/api/v1/nodes?limit=1" } as const;
const PATCH = { method: "PATCH", path: "/apis/apps/v1/namespaces/shop/deployments/web", body: "[]" } as const;
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "no failure",
    (error: unknown) => error,
  );
/** A function that does one thing after another. */
const inOrder =
  <T>(...steps: (() => T)[]) =>
  (): T =>
    (steps.shift() as () => T)();

test("send() answers a read with its text, and repeats it after 503", async () => {
  const api = await serveApi(inTurn(refuse(503), hangUp, json({ items: [] })));
  const { transport } = doorTo(api.url);
  expect(await transport.send(GET, never)).toEqual({
    code: 200,
    text: '{"items":[]}',
    contentType: "application/json",
    warnings: [],
  });
  expect(api.got).toHaveLength(3);
});

test("send() gives up a read that keeps failing, with the server's last words", async () => {
  const api = await serveApi(refuse(503, { message: "etcd is away" }));
  const failure = await failureOf(doorTo(api.url).transport.send(GET, never));
  expect(failure).toMatchObject({ code: 503, message: "etcd is away" });
  expect(api.got).toHaveLength(5);
});

test("send() does not repeat a write after 503: it may have been done", async () => {
  const api = await serveApi(inTurn(refuse(503), json({})));
  expect(await failureOf(doorTo(api.url).transport.send(PATCH, never))).toBeInstanceOf(Refusal);
  expect(api.got).toHaveLength(1);
});

test("send() repeats a write after 429, when Retry-After says", async () => {
  const api = await serveApi(inTurn(refuse(429, {}, { "retry-after": "0" }), json({})));
  expect(await doorTo(api.url).transport.send(PATCH, never)).toMatchObject({ code: 200 });
  expect(api.got.map(({ body }) => body)).toEqual(["[]", "[]"]);
});

test("send() does not wait for a Retry-After beyond its deadline", async () => {
  const api = await serveApi(refuse(429, {}, { "retry-after": "60" }));
  const failure = await failureOf(doorTo(api.url).transport.send({ ...GET, deadlineMs: 5_000 }, never));
  expect(failure).toMatchObject({ code: 429, retryAfterMs: 60_000 });
  expect(api.got).toHaveLength(1);
});

test("send() sends once what is to be sent once", async () => {
  const api = await serveApi(inTurn(refuse(503), json({})));
  expect(await failureOf(doorTo(api.url).transport.send({ ...GET, once: true }, never))).toMatchObject({
    code: 503,
  });
});

test("send() knows a write that broke off from one that never reached the server", async () => {
  const api = await serveApi(hangUp);
  const { transport } = doorTo(api.url);
  expect(await failureOf(transport.send(PATCH, never))).toMatchObject({
    stage: "sent",
    code: "UND_ERR_SOCKET",
  });
  expect(api.got).toHaveLength(1);
  await api.close();
  expect(await failureOf(transport.send(PATCH, never))).toMatchObject({
    stage: "connect",
    code: "ECONNREFUSED",
  });
});

test("send() ends at its deadline when the server stalls, before and within the body", async () => {
  const half: Answer = (response) => void response.writeHead(200).write("{");
  for (const answer of [stall, half]) {
    const { transport } = doorTo((await serveApi(inTurn(json({}), answer))).url);
    await transport.send(GET, never);
    const failure = await failureOf(transport.send({ ...GET, deadlineMs: 100 }, never));
    expect(failure).toMatchObject({ stage: "sent", code: "TIMEOUT", message: "no answer within 0.1 s" });
  }
});

test("send() ends with the signal's reason, but a write that is out is told to be lost", async () => {
  const reached = Promise.withResolvers<void>();
  const api = await serveApi(() => reached.resolve());
  const { transport } = doorTo(api.url);
  const stop = new AbortController();
  const reading = failureOf(transport.send(GET, stop.signal));
  const writing = failureOf(transport.send(PATCH, stop.signal));
  while (api.got.length < 2) await new Promise((resolve) => setImmediate(resolve));
  const reason = new Error("cancelled");
  stop.abort(reason);
  expect(await reading).toBe(reason);
  expect(await writing).toMatchObject({ stage: "sent" });
  expect(await writing).toBeInstanceOf(NoAnswer);
  expect(await failureOf(transport.send(PATCH, stop.signal))).toBe(reason);
});

test("send() that was given up leaves no sign-in behind whose failure nobody hears", async () => {
  const api = await serveApi(refuse(401));
  const stop = new AbortController();
  const reason = new Error("cancelled");
  const signIn = inOrder(
    async () => ({ headers: {}, cert: undefined, key: undefined }),
    async () => {
      stop.abort(reason);
      throw new Error("the plugin failed");
    },
  );
  const { transport } = doorTo(api.url, { authenticator: { credentials: signIn, forget: () => undefined } });
  const unheard: unknown[] = [];
  const hear = (error: unknown) => void unheard.push(error);
  process.on("unhandledRejection", hear);
  onTestFinished(() => void process.off("unhandledRejection", hear));
  expect(await failureOf(transport.send(GET, stop.signal))).toBe(reason);
  await new Promise((resolve) => setImmediate(resolve));
  expect(unheard).toEqual([]);
});

test("send() uses its connections again", async () => {
  const api = await serveApi(json({}));
  const { transport } = doorTo(api.url);
  for (let count = 0; count < 10; count += 1) await transport.send(GET, never);
  expect(api.connections.made).toBeLessThan(3);
});

/** Answers compressed, or with what pretends to be. */
const zipped =
  (body: Uint8Array, code = 200): Answer =>
  (response) =>
    response.writeHead(code, { "content-type": "application/json", "content-encoding": "gzip" }).end(body);

test("send() reads an answer that comes compressed, and a refusal too", async () => {
  const status = gzipSync(JSON.stringify({ kind: "Status", message: "no such page" }));
  const api = await serveApi(inTurn(zipped(gzipSync('{"items":["é"]}')), zipped(status, 410)));
  const { transport } = doorTo(api.url);
  expect((await transport.send(GET, never)).text).toBe('{"items":["é"]}');
  expect(await failureOf(transport.send(GET, never))).toMatchObject({ code: 410, message: "no such page" });
});

test("send() takes a compressed answer that is broken for none", async () => {
  const api = await serveApi(zipped(Buffer.from("this is no gzip")));
  expect(await failureOf(doorTo(api.url).transport.send(GET, never))).toMatchObject({
    name: "NoAnswer",
    stage: "sent",
    code: "Z_DATA_ERROR",
  });
});

test("send() collects the texts of Warning headers", async () => {
  const api = await serveApi(json({}, 200, { warning: ['299 - "first, \\"quoted\\""', '299 - "second"'] }));
  const { warnings } = await doorTo(api.url).transport.send(GET, never);
  expect(warnings).toEqual(['first, "quoted"', "second"]);
});

test("send() says method, path, status and time of each request when debugging, and nothing else", async () => {
  const api = await serveApi(inTurn(refuse(503), json({ secret: "s3cret" })));
  const lines: string[] = [];
  const { transport } = doorTo(api.url, { debug: (line) => lines.push(line) });
  await transport.send({ ...GET, path: "/api/v1/nodes?continue=s3cret" }, never);
  expect(lines).toEqual([
    expect.stringMatching(/^GET \/api\/v1\/nodes 503, next try in \d+ ms$/),
    expect.stringMatching(/^GET \/api\/v1\/nodes 200 \d+ ms$/),
  ]);
});

test("send() stays below the path of the server's address", async () => {
  const api = await serveApi(json({}));
  await doorTo(`${api.url}/k8s/clusters/c-1/`).transport.send(GET, never);
  expect(api.got[0]?.path).toBe("/k8s/clusters/c-1/api/v1/nodes");
});

test("open() gives the body as it comes, and leaving it frees the connection", async () => {
  const api = await serveApi((response) => void response.write("one"));
  const { transport } = doorTo(api.url);
  for await (const chunk of await transport.open(GET, never)) {
    expect(Buffer.from(chunk).toString()).toBe("one");
    break;
  }
  while (api.connections.open.size > 0) await new Promise((resolve) => setImmediate(resolve));
});

test("open() ends in the middle of the body at the signal", async () => {
  const api = await serveApi((response) => void response.write("one"));
  const stop = new AbortController();
  const body = await doorTo(api.url).transport.open(GET, stop.signal);
  const reading = failureOf(
    (async () => {
      for await (const _ of body) stop.abort();
    })(),
  );
  expect(await reading).toMatchObject({ name: "AbortError" });
});

test("close() ends what is under way and every connection, at once", async () => {
  const api = await serveApi(stall);
  const { transport } = doorTo(api.url);
  const reading = failureOf(transport.send(GET, never));
  while (api.got.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await transport.close();
  expect(await reading).toBeInstanceOf(NoAnswer);
  while (api.connections.open.size > 0) await new Promise((resolve) => setImmediate(resolve));
});

test("close() ends a pause between two tries", async () => {
  const api = await serveApi(refuse(503, {}, { "retry-after": "40" }));
  const paused = Promise.withResolvers<void>();
  const { transport } = doorTo(api.url, { debug: () => paused.resolve() });
  const reading = failureOf(transport.send(GET, never));
  await paused.promise;
  await transport.close();
  expect(await reading).toBeInstanceOf(NoAnswer);
});
