import { expect, test } from "vitest";
import { LISTS, PACE } from "../../../src/adapters/kubernetes/pace.ts";
import { patchWorkload } from "../../../src/adapters/kubernetes/patch.ts";
import type { Tap } from "../../../src/adapters/kubernetes/tap.ts";
import { readTarget } from "../../../src/adapters/kubernetes/target.ts";
import { LiveWatch } from "../../../src/adapters/kubernetes/watch.ts";
import { doorTo, never } from "../kubernetes/doors.ts";
import { json } from "../kubernetes/fake-api.ts";
import { deployment, FakeWorkload, pod, REF } from "../kubernetes/fake-workload.ts";

const QUICK = { restMs: 1, tickMs: 5, firstPauseMs: 1, longestPauseMs: 5 };

function listener(): { tap: Tap; heard: string[] } {
  const heard: string[] = [];
  const nameOf = (object: object) => (object as { metadata: { name: string } }).metadata.name;
  const tap: Tap = {
    begin: () => void heard.push("begin"),
    listed: (kind, objects) => void heard.push(`${kind}: ${objects.map(nameOf)}`),
    told: (type, object) => void heard.push(`${type} ${nameOf(object)}`),
    wrote: (workload) => void heard.push(`wrote ${nameOf(workload)}`),
    isOf: (server) => void heard.push(server),
  };
  return { tap, heard };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

test("a tap hears the state before, and of which version the server is", async () => {
  const fake = await FakeWorkload.serve();
  fake.answer = ({ path }) => (path === "/version" ? json({ gitVersion: "v1.36.3" }) : undefined);
  const { tap, heard } = listener();
  await readTarget(doorTo(fake.api.url), REF, never, tap);
  expect(heard).toEqual(["v1.36.3", "Deployment: web", "ReplicaSet: web-a", "Pod: web-a-1"]);
});

test("a server that does not tell its version is read all the same", async () => {
  const fake = await FakeWorkload.serve();
  const { tap, heard } = listener();
  await readTarget(doorTo(fake.api.url), REF, never, tap);
  expect(heard).toEqual(["Deployment: web", "ReplicaSet: web-a", "Pod: web-a-1"]);
});

test("a tap hears of a write before it is sent, and the workload that came of it", async () => {
  const fake = await FakeWorkload.serve();
  const { tap, heard } = listener();
  const at: string[][] = [];
  fake.answer = ({ method }) => {
    if (method === "PATCH") at.push([...heard]);
    return method === "PATCH" ? json(deployment("11")) : undefined;
  };
  const patch = { ref: REF, operations: [], fieldManager: "test", tap };
  await patchWorkload(doorTo(fake.api.url), patch, never);
  expect(at).toEqual([["begin"]]);
  expect(heard).toEqual(["begin", "wrote web"]);
});

test.each([
  ["streams", { ...PACE, ...QUICK }],
  ["lists", { ...LISTS, ...QUICK, listMs: 20 }],
])("a tap of a watch hears everything that %s tell", async (_, pace) => {
  const fake = await FakeWorkload.serve();
  const { tap, heard } = listener();
  const watch = new LiveWatch({
    api: doorTo(fake.api.url),
    ref: REF,
    uid: "d-uid",
    signal: never,
    warn: () => {},
    pace,
    tap,
  });
  const observations = watch[Symbol.asyncIterator]();
  await observations.next();
  expect(heard[0]).toBe("begin");
  if (pace.listMs === undefined) {
    await until(() => fake.streams.pods.size > 0);
    fake.tell("pods", "ADDED", pod("web-a-2"));
    await until(() => heard.includes("ADDED web-a-2"));
  } else {
    fake.items.pods.push(pod("web-a-2"));
    await until(() => heard.includes("Pod: web-a-1,web-a-2"));
  }
  await observations.return();
});
