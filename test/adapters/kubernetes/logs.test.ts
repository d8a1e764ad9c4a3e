import { expect, test } from "vitest";
import { readLog } from "../../../src/adapters/kubernetes/logs.ts";
import { doorTo, never } from "./doors.ts";
import { type Answer, refuse, serveApi, stall } from "./fake-api.ts";
import { REF } from "./fake-workload.ts";

const request = { pod: "web-1", container: "app", previous: false };
const said =
  (text: string): Answer =>
  (response) =>
    response.writeHead(200, { "content-type": "text/plain" }).end(text);

test("readLog() asks for the last lines of one container, and gives them", async () => {
  const api = await serveApi(said("one\ntwo\n"));
  expect(await readLog(doorTo(api.url), { ref: REF, request, lines: 30 }, never)).toEqual({
    ...request,
    lines: ["one", "two"],
    note: undefined,
  });
  expect(api.got[0]?.path).toBe("/api/v1/namespaces/shop/pods/web-1/log");
  expect(Object.fromEntries(api.got[0]?.query ?? [])).toEqual({
    container: "app",
    previous: "false",
    tailLines: "30",
    limitBytes: "262144",
  });
});

test.each([
  ["an empty log", said(""), false, "the log is empty"],
  [
    "the kubelet's word for none",
    said("unable to retrieve container logs for containerd://0a1b"),
    true,
    "the node no longer has this log",
  ],
  [
    "a container that never ended",
    refuse(400, { reason: "BadRequest", message: "no previous" }),
    true,
    "no earlier instance of this container",
  ],
  [
    "a container that waits",
    refuse(400, { reason: "BadRequest", message: "is waiting to start" }),
    false,
    "no log: is waiting to start",
  ],
  ["a pod that is gone", refuse(404, { reason: "NotFound" }), false, "the pod is gone"],
  [
    "a missing right",
    refuse(403, { reason: "Forbidden" }),
    false,
    "Cannot read the log of web-1/app: 403 for this user; grant get on pods/log in namespace shop",
  ],
])("readLog() notes why there is none: %s", async (_, answer, previous, note) => {
  const api = await serveApi(answer);
  const wanted = { ref: REF, request: { ...request, previous }, lines: 30 };
  expect(await readLog(doorTo(api.url), wanted, never)).toEqual({ ...request, previous, lines: [], note });
});

test("readLog() takes a log that only speaks of missing logs for what it is", async () => {
  const text = "unable to retrieve container logs for containerd://0a1b\nsays the app";
  const { lines } = await readLog(
    doorTo((await serveApi(said(text))).url),
    { ref: REF, request, lines: 30 },
    never,
  );
  expect(lines).toHaveLength(2);
});

test("readLog() throws only the signal's reason", async () => {
  const stop = new AbortController();
  const api = await serveApi((response, got) => {
    stop.abort(new Error("cancelled"));
    stall(response, got);
  });
  await expect(readLog(doorTo(api.url), { ref: REF, request, lines: 30 }, stop.signal)).rejects.toThrow(
    "cancelled",
  );
});
