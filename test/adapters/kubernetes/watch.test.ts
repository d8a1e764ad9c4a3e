import { expect, test } from "vitest";
import type { Signer } from "../../../src/adapters/kubernetes/credentials.ts";
import { PACE, type Pace } from "../../../src/adapters/kubernetes/pace.ts";
import { LiveWatch } from "../../../src/adapters/kubernetes/watch.ts";
import { ActionError } from "../../../src/core/reason.ts";
import type { Observation } from "../../../src/core/rollout/rollout.ts";
import { doorTo, never } from "./doors.ts";
import { type Answer, type Got, hangUp, json, refuse, stall } from "./fake-api.ts";
import {
  deployment,
  event,
  FakeWorkload,
  type Plural,
  pod,
  REF,
  replicaSet,
  WORKLOAD_PATH,
} from "./fake-workload.ts";

/** Short times, so that no test waits for one; silence is far off unless a test wants it. */
const QUICK: Pace = { ...PACE, restMs: 1, tickMs: 5, firstPauseMs: 1, longestPauseMs: 5 };
const SILENT: Pace = { ...QUICK, silenceMs: 20 };
/** Lists instead of streams. */
const LISTING: Pace = { ...QUICK, listMs: 20, silenceMs: 5 };

interface Observed {
  readonly watch: LiveWatch;
  readonly warnings: string[];
  /** Reads on until an Observation is as wanted, and gives it. */
  until(wanted: (observation: Observation) => boolean): Promise<Observation>;
  leave(): Promise<void>;
}

function observe(fake: FakeWorkload, pace = QUICK, signal = never, authenticator?: Signer): Observed {
  const api = doorTo(fake.api.url, authenticator && { authenticator });
  const warnings: string[] = [];
  const warn = (text: string) => warnings.push(text);
  const watch = new LiveWatch({ api, ref: REF, uid: "d-uid", signal, warn, pace });
  const observations = watch[Symbol.asyncIterator]();
  return {
    watch,
    warnings,
    until: async (wanted) => {
      for (;;) {
        const { value, done } = await observations.next();
        if (done || value === undefined) throw new Error("the watch ended");
        if (wanted(value)) return value;
      }
    },
    leave: async () => void (await observations.return()),
  };
}

const any = () => true;
const podNames = ({ pods }: Observation): string[] => pods.map(({ name }) => name);
const versions = (asked: Got[]): (string | null)[] => asked.map(({ query }) => query.get("resourceVersion"));

async function happened(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

test("the first Observation holds the workload and all that it owns, and nothing else", async () => {
  const fake = await FakeWorkload.serve();
  fake.items.replicasets.push(replicaSet("web-stranger", "other-uid"));
  fake.items.pods.push(pod("web-stranger-1", "web-stranger-uid"));
  const { until, leave } = observe(fake);
  const first = await until(any);
  expect(first.workload?.uid).toBe("d-uid");
  expect(first.replicaSets.map(({ name }) => name)).toEqual(["web-a"]);
  expect(podNames(first)).toEqual(["web-a-1"]);
  expect(fake.asked("list", "deployments")[0]?.query.get("fieldSelector")).toBe("metadata.name=web");
  expect(fake.asked("list", "pods")[0]?.query.get("labelSelector")).toBe("app in (web)");
  await leave();
});

test("a change on a stream shows in an Observation", async () => {
  const fake = await FakeWorkload.serve();
  const { until, leave } = observe(fake);
  await until(any);
  await happened(() => fake.streams.pods.size > 0 && fake.streams.events.size > 0);
  fake.tell("pods", "ADDED", pod("web-a-2"));
  fake.tell("events", "ADDED", event("back-off", "web-a-2"));
  const seen = await until(({ pods, events }) => pods.length === 2 && events.length === 1);
  expect(seen.events[0]?.message).toBe("back-off");
  fake.tell("pods", "DELETED", pod("web-a-1"));
  expect(podNames(await until(({ pods }) => pods.length === 1))).toEqual(["web-a-2"]);
  await leave();
});

test.each([
  ["ends", (fake: FakeWorkload) => fake.end("pods")],
  ["is cut", (fake: FakeWorkload) => fake.cut("pods")],
])("a stream that %s is resumed where it was, without a list", async (_, stop) => {
  const fake = await FakeWorkload.serve();
  const { until, leave } = observe(fake);
  await until(any);
  await happened(() => fake.streams.pods.size > 0);
  fake.tell("pods", "ADDED", pod("web-a-2", "web-a-uid", "Running", "11"));
  await until(({ pods }) => pods.length === 2);
  fake.bookmark("pods", "12");
  stop(fake);
  await happened(() => fake.asked("watch", "pods").length === 2 && fake.streams.pods.size > 0);
  fake.tell("pods", "ADDED", pod("web-a-3"));
  await until(({ pods }) => pods.length === 3);
  expect(versions(fake.asked("watch", "pods"))).toEqual(["10", expect.stringMatching(/^1[12]$/)]);
  expect(fake.asked("list", "pods")).toHaveLength(1);
  await leave();
});

test.each([
  [
    "by its status",
    (fake: FakeWorkload) => {
      fake.answer = ({ query }, plural) =>
        plural === "pods" && query.has("watch") && fake.asked("list", "pods").length === 1
          ? refuse(410, { reason: "Expired", message: "too old" })
          : undefined;
      fake.cut("pods");
    },
  ],
  [
    "by an event",
    (fake: FakeWorkload) =>
      fake.tell("pods", "ERROR", { kind: "Status", code: 410, reason: "Expired", message: "too old" }),
  ],
])("a version that is gone, told %s, is listed anew", async (_, expire) => {
  const fake = await FakeWorkload.serve();
  const { until, leave } = observe(fake);
  await until(any);
  await happened(() => fake.streams.pods.size > 0);
  fake.items.pods = [pod("web-a-9")];
  expire(fake);
  expect(podNames(await until((seen) => podNames(seen).includes("web-a-9")))).toEqual(["web-a-9"]);
  expect(fake.asked("list", "pods")).toHaveLength(2);
  await leave();
});

test("an API that is away and comes back is followed again, and freshness tells the time between", async () => {
  const fake = await FakeWorkload.serve();
  const { until, leave } = observe(fake, SILENT);
  await until(any);
  await happened(() => fake.streams.pods.size > 0);
  fake.answer = () => hangUp;
  for (const plural of Object.keys(fake.streams) as Plural[]) fake.cut(plural);
  const stale = await until(({ at, freshAt }) => at - freshAt > 50);
  expect(podNames(stale)).toEqual(["web-a-1"]);
  fake.answer = () => undefined;
  await until(({ freshAt }) => freshAt > stale.at);
  await until(({ pods }) => {
    // Streams may be opened anew once more, and what was told before is then not heard.
    fake.tell("pods", "ADDED", pod("web-a-2"));
    return pods.length === 2;
  });
  await leave();
});

test("a feed that is refused stops freshness, though all others go on, and is asked again before Retry-After", async () => {
  const fake = await FakeWorkload.serve();
  const { until, leave } = observe(fake, SILENT);
  await until(any);
  await happened(() => fake.streams.pods.size > 0);
  fake.answer = ({ query }, plural) =>
    plural === "pods" && query.has("watch") ? refuse(429, {}, { "retry-after": "3600" }) : undefined;
  fake.cut("pods");
  const stale = await until(({ at, freshAt }) => at - freshAt > 50);
  fake.answer = () => undefined;
  await until(({ freshAt }) => freshAt > stale.at);
  await leave();
});

test("events that are refused do not stop freshness", async () => {
  const fake = await FakeWorkload.serve();
  const { until, leave } = observe(fake, SILENT);
  const first = await until(any);
  await happened(() => fake.streams.events.size > 0);
  fake.answer = (_, plural) => (plural === "events" ? refuse(429) : undefined);
  fake.cut("events");
  await until(({ freshAt }) => freshAt > first.at + 100);
  await leave();
});

test("streams that end at once, without a word, prove nothing", async () => {
  const fake = await FakeWorkload.serve();
  fake.answer = ({ query }, plural) =>
    plural === "pods" && query.has("watch") ? (response) => response.writeHead(200).end() : undefined;
  const { until, leave } = observe(fake, SILENT);
  await until(({ at, freshAt }) => at - freshAt > 50);
  await leave();
});

test("a read that failed puts silent streams in doubt, whatever another one says", async () => {
  const fake = await FakeWorkload.serve();
  const { until, leave } = observe(fake, SILENT);
  await until(any);
  await happened(() => fake.streams.deployments.size > 0);
  const reads = () => fake.api.got.filter(({ path }) => path === WORKLOAD_PATH).length;
  const before = reads();
  fake.answer = ({ path }) => (path === WORKLOAD_PATH ? refuse(503) : undefined);
  await happened(() => reads() > before + 1);
  const stale = await until(({ at, freshAt }) => {
    fake.tell("deployments", "MODIFIED", deployment("11"));
    return at - freshAt > 100;
  });
  fake.answer = () => undefined;
  await until(({ freshAt }) => freshAt > stale.at);
  await leave();
});

test("silent streams are proven by a read of the workload, which also counts", async () => {
  const fake = await FakeWorkload.serve();
  const { until, leave } = observe(fake, SILENT);
  const first = await until(any);
  fake.items.deployments = [deployment("11", 5)];
  const seen = await until(({ workload }) => workload?.replicas === 5);
  expect(seen.freshAt).toBeGreaterThan(first.freshAt);
  await leave();
});

test("streams that hide what a read has shown are opened anew", async () => {
  const fake = await FakeWorkload.serve();
  const { until, leave } = observe(fake, SILENT);
  await until(any);
  fake.items.deployments = [deployment("11")];
  await happened(() => fake.asked("watch", "pods").length > 1);
  expect(fake.asked("list", "pods")).toHaveLength(1);
  await leave();
});

test("streams are opened anew once the API answers again after a read that failed", async () => {
  const fake = await FakeWorkload.serve();
  const { until, leave } = observe(fake, SILENT);
  await until(any);
  let failures = 0;
  fake.answer = ({ path }) => {
    if (path !== WORKLOAD_PATH || failures > 0) return;
    failures += 1;
    return refuse(503);
  };
  await happened(() => fake.asked("watch", "pods").length > 1);
  expect(failures).toBe(1);
  expect(fake.asked("list", "pods")).toHaveLength(1);
  await leave();
});

test("streams that are silent because nothing happens are left alone", async () => {
  const fake = await FakeWorkload.serve();
  const { until, leave } = observe(fake, SILENT);
  await until(any);
  await happened(() => fake.api.got.filter((got) => got.path === WORKLOAD_PATH).length > 4);
  expect(fake.asked("watch", "pods")).toHaveLength(1);
  await leave();
});

test("an older state that comes late does not undo a newer one", async () => {
  const fake = await FakeWorkload.serve();
  const { until, leave } = observe(fake, SILENT);
  await until(any);
  fake.items.deployments = [deployment("12", 5)];
  await until(({ workload }) => workload?.replicas === 5);
  const reads = () => fake.api.got.filter(({ path }) => path === WORKLOAD_PATH).length;
  const before = reads();
  fake.answer = ({ path }) => (path === WORKLOAD_PATH ? stall : undefined);
  await happened(() => reads() > before && fake.streams.deployments.size > 0);
  fake.tell("deployments", "MODIFIED", deployment("11", 3));
  const seen: (number | undefined)[] = [];
  await until(({ workload }) => seen.push(workload?.replicas) === 10);
  expect(new Set(seen)).toEqual(new Set([5]));
  fake.tell("deployments", "MODIFIED", deployment("13", 6));
  await until(({ workload }) => workload?.replicas === 6);
  await leave();
});

test.each([
  [
    "told by its stream",
    QUICK,
    (fake: FakeWorkload) => fake.tell("deployments", "DELETED", deployment("11")),
  ],
  ["found by a read", SILENT, (fake: FakeWorkload) => void fake.items.deployments.pop()],
])("a deleted workload is none, %s", async (_, pace, remove) => {
  const fake = await FakeWorkload.serve();
  const { until, leave } = observe(fake, pace);
  await until(({ workload }) => workload !== undefined);
  await happened(() => fake.streams.deployments.size > 0);
  remove(fake);
  await until(({ workload }) => workload === undefined);
  await leave();
});

test("lists show every change, and their freshness, without a stream or another read", async () => {
  const fake = await FakeWorkload.serve();
  const { until, leave } = observe(fake, LISTING);
  const first = await until(any);
  fake.items.pods = [pod("web-a-2")];
  fake.items.events = [event("back-off", "web-a-2")];
  const seen = await until(({ pods, events }) => pods[0]?.name === "web-a-2" && events.length === 1);
  expect(seen.freshAt).toBeGreaterThan(first.freshAt);
  fake.items.deployments = [];
  await until(({ workload }) => workload === undefined);
  expect(fake.api.got.filter(({ query }) => query.has("watch"))).toEqual([]);
  expect(fake.api.got.map(({ path }) => path)).not.toContain(WORKLOAD_PATH);
  await leave();
});

test("lists that fail for a while stop freshness alone, and are tried again", async () => {
  const fake = await FakeWorkload.serve();
  const { until, leave } = observe(fake, LISTING);
  await until(any);
  fake.answer = (_, plural) => (plural === "pods" ? refuse(503) : undefined);
  const stale = await until(({ at, freshAt }) => at - freshAt > 100);
  expect(podNames(stale)).toEqual(["web-a-1"]);
  fake.answer = () => undefined;
  await until(({ freshAt }) => freshAt > stale.at);
  await leave();
});

test("without the right to list pods the watch by lists throws what is missing", async () => {
  const fake = await FakeWorkload.serve();
  const { until } = observe(fake, LISTING);
  await until(any);
  fake.answer = (_, plural) => (plural === "pods" ? refuse(403, { reason: "Forbidden" }) : undefined);
  await expect(until(() => false)).rejects.toMatchObject({ reason: "PermissionDenied" });
});

test("a sign-in that fails is believed when it stands, and one that is only away is not", async () => {
  const fake = await FakeWorkload.serve();
  let failure: ActionError | undefined;
  let failures = 0;
  const { until, leave } = observe(fake, LISTING, never, {
    credentials: async () => {
      if (failure === undefined) return { headers: {}, cert: undefined, key: undefined };
      failures += 1;
      throw failure;
    },
    forget: () => undefined,
  });
  await until(any);
  failure = new ActionError("ApiUnavailable", "no token for now");
  await happened(() => failures > 40);
  failure = undefined;
  const { at } = await until(any);
  await until(({ freshAt }) => freshAt > at);
  failure = new ActionError("AuthenticationFailed", "no token, ever");
  await expect(until(() => false)).rejects.toBe(failure);
  await leave();
});

test("a workload that is not there is none from the first Observation on", async () => {
  const fake = await FakeWorkload.serve();
  fake.items.deployments = [];
  const { until, leave } = observe(fake);
  expect((await until(any)).workload).toBeUndefined();
  await leave();
});

test("without the right to read events the watch goes on, and says so once", async () => {
  const fake = await FakeWorkload.serve();
  const message = `events is forbidden: User "ci" cannot list resource "events" in API group "" in the namespace "shop"`;
  fake.answer = (_, plural) =>
    plural === "events" ? refuse(403, { reason: "Forbidden", message }) : undefined;
  const { until, warnings, leave } = observe(fake);
  await until(() => warnings.length > 0);
  expect(warnings).toEqual([
    expect.stringMatching(
      /^Cannot watch the events of deployment shop\/web: 403 for "ci"; grant list on events in namespace shop; the report will lack events\n/,
    ),
  ]);
  await until(any);
  await leave();
});

test("without the right to read pods the watch throws what is missing", async () => {
  const fake = await FakeWorkload.serve();
  fake.answer = (_, plural) =>
    plural === "pods" ? refuse(403, { reason: "Forbidden", message: "no" }) : undefined;
  await expect(observe(fake).until(any)).rejects.toMatchObject({
    reason: "PermissionDenied",
    message:
      "Cannot watch the pods of deployment shop/web: 403 for this user; grant list on pods in namespace shop",
  });
});

test("a right that is missing for a moment only, and at once, does not end the watch", async () => {
  const fake = await FakeWorkload.serve();
  fake.answer = (_, plural) =>
    plural === "pods" && fake.asked("list", "pods").length <= 2
      ? refuse(403, { reason: "Forbidden" })
      : undefined;
  const { until, leave } = observe(fake);
  expect(podNames(await until(any))).toEqual(["web-a-1"]);
  await leave();
});

test.each<[string, Answer]>([
  [
    "a page of something in between",
    (response) => void response.writeHead(404).end("<html>no backend</html>"),
  ],
  [
    "Google, for whom the cluster is away",
    json({ error: { code: 400, status: "FAILED_PRECONDITION" } }, 400),
  ],
])("%s does not end the watch, however long it lasts", async (_, answer) => {
  const fake = await FakeWorkload.serve();
  const { until, leave } = observe(fake);
  await until(any);
  await happened(() => fake.streams.pods.size > 0);
  fake.answer = (_, plural) => (plural === "pods" ? answer : undefined);
  fake.cut("pods");
  await happened(() => fake.asked("watch", "pods").length > 10);
  fake.answer = () => undefined;
  await happened(() => fake.streams.pods.size > 0);
  await until(any);
  await leave();
});

test("a right that is taken away for a moment only does not end the watch", async () => {
  const fake = await FakeWorkload.serve();
  const { until, leave } = observe(fake);
  await until(any);
  await happened(() => fake.streams.pods.size > 0);
  fake.answer = (_, plural) =>
    plural === "pods" && fake.asked("watch", "pods").length < 4
      ? refuse(403, { reason: "Forbidden" })
      : undefined;
  fake.cut("pods");
  await happened(() => fake.asked("watch", "pods").length === 4 && fake.streams.pods.size > 0);
  await until(any);
  fake.answer = (_, plural) => (plural === "pods" ? refuse(403, { reason: "Forbidden" }) : undefined);
  fake.cut("pods");
  await expect(until(() => false)).rejects.toMatchObject({ reason: "PermissionDenied" });
  await leave();
});

test("an API that never gives the first lists is ApiUnavailable", async () => {
  const fake = await FakeWorkload.serve();
  fake.answer = (_, plural) => (plural === "replicasets" ? refuse(503) : undefined);
  await expect(observe(fake, { ...QUICK, firstMs: 50 }).until(any)).rejects.toMatchObject({
    reason: "ApiUnavailable",
  });
});

test("asked logs come in a later Observation, each once, with a note where there is none", async () => {
  const fake = await FakeWorkload.serve();
  const { until, watch, leave } = observe(fake);
  await until(any);
  fake.answer = ({ path, query }) => {
    if (!path.endsWith("/log")) return;
    if (query.get("previous") === "true")
      return refuse(400, { reason: "BadRequest", message: "no previous" });
    return (response) => response.writeHead(200, { "content-type": "text/plain" }).end("one\ntwo\n");
  };
  const request = { pod: "web-a-1", container: "web", previous: false };
  watch.ask([request, { ...request, previous: true }, request], 7);
  const logs: unknown[] = [];
  await until((seen) => logs.push(...seen.logs) >= 2);
  expect(logs).toContainEqual({ ...request, lines: ["one", "two"], note: undefined });
  expect(logs).toContainEqual({
    ...request,
    previous: true,
    lines: [],
    note: "no earlier instance of this container",
  });
  watch.ask([request], 8);
  await until((seen) => logs.push(...seen.logs) >= 3);
  const asked = fake.api.got.filter(({ path }) => path.endsWith("/log"));
  expect(asked.map(({ query }) => query.get("tailLines"))).toEqual(["7", "7", "8"]);
  await leave();
});

test("a consumer that leaves takes every stream and task along", async () => {
  const fake = await FakeWorkload.serve();
  const { until, leave } = observe(fake, SILENT);
  await until(any);
  await happened(() => fake.streams.pods.size > 0);
  await leave();
  await happened(() => (Object.values(fake.streams) as Set<unknown>[]).every(({ size }) => size === 0));
});

test.each([
  ["while it runs", () => undefined],
  [
    "before the first lists",
    () => (response: { writeHead(code: number): unknown }) => void response.writeHead(200),
  ],
])("the signal ends the watch %s", async (_, answer) => {
  const fake = await FakeWorkload.serve();
  fake.answer = answer as FakeWorkload["answer"];
  const stop = new AbortController();
  const watch = new LiveWatch({
    api: doorTo(fake.api.url),
    ref: REF,
    uid: "d-uid",
    signal: stop.signal,
    warn: () => undefined,
    pace: QUICK,
  });
  const reading = (async () => {
    for await (const _ of watch);
  })();
  await happened(() => fake.api.got.length > 0);
  stop.abort(new Error("cancelled"));
  await reading;
});
