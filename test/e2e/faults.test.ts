import { readFile, rm, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cluster } from "../cluster/cluster.ts";
import { sharedCluster } from "../cluster/shared.ts";
import { type Asked, expiredWatch, type Fault, html, type Line, status } from "../faults/fault.ts";
import type { Front } from "../faults/front.ts";
import { openKubeconfigFront } from "../faults/kubeconfig-front.ts";
import { type GoogleDouble, startGoogle } from "../google/google.ts";
import type { Facts } from "../google/world.ts";
import { type Running, startAction } from "./action.ts";
import { documentedRights, Shop } from "./shop.ts";

let cluster: Cluster;
beforeAll(async () => {
  cluster = await sharedCluster();
});
afterAll(() => cluster.stop());

/** The way to the API server that a fault stands in. */
interface Way {
  readonly front: Front;
  /** Makes the host name of the server unknown, or known again. */
  setName(to: "known" | "unknown"): Promise<void>;
}

/** One kind of trouble, as it meets a run at each of its phases. */
interface Trouble {
  /** Meets what is read before the change, from the first request on. */
  readonly before: (way: Way) => unknown;
  /** Meets the next write. */
  readonly write: (way: Way) => unknown;
  /** Meets everything until the run says that it sees nothing any more. */
  readonly outage: (way: Way, run: Running) => Promise<unknown>;
}

const WRITE = { method: "PATCH", dryRun: false };
const BLIND = "waiting for the API server to answer";
const RESET: Fault = { kind: "reset", when: "before" };

/** The first two tries of each request that is no write. */
function twiceEach(fault: Fault): (asked: Asked) => Fault | undefined {
  const met = new Map<string, number>();
  return ({ method, path, query, body }) => {
    if (method === WRITE.method && !query.has("dryRun")) return;
    const key = [method, path, query, body].join(" ");
    const times = (met.get(key) ?? 0) + 1;
    met.set(key, times);
    return times <= 2 ? fault : undefined;
  };
}

/** Requests that get no answer, or another one than that of the API server. */
const requests = (fault: Fault): Trouble => ({
  before: ({ front }) => front.fault({}, twiceEach(fault)),
  write: ({ front }) => front.fault(WRITE, fault, 1),
  outage: async ({ front }, run) => {
    const rule = front.fault({}, fault);
    front.cut({ watch: true });
    await run.logged(BLIND);
    rule.lift();
  },
});

/** Connections that cannot be made; those that stood are gone. */
const connections = (strike: (way: Way) => Promise<void>, heal: (way: Way) => Promise<void>): Trouble => ({
  before: strike,
  write: (way) =>
    way.front.fault(
      WRITE,
      () => {
        void strike(way);
        setTimeout(() => void heal(way), 8_000);
        return RESET;
      },
      1,
    ),
  outage: async (way, run) => {
    await strike(way);
    await run.logged(BLIND);
    await heal(way);
  },
});

const line = (to: Line): Trouble =>
  connections(
    ({ front }) => front.setLine(to),
    ({ front }) => front.setLine("open"),
  );

const unknownName = connections(
  async ({ front, setName }) => {
    await setName("unknown");
    await front.setLine("refused");
    await front.setLine("open");
  },
  ({ setName }) => setName("known"),
);

/** Half-open: what was asked is not answered, and nothing else tells of it. */
const silence = (when: "before" | "after"): Trouble => ({
  before: ({ front }) => front.fault({ path: /deployments/ }, { kind: "silence", when }, 1),
  write: ({ front }) => front.fault(WRITE, { kind: "silence", when }, 1),
  outage: line("silent").outage,
});

/** Streams that end again and again; everything else gets through. `strike` tells how many it met. */
const streams = (strike: (front: Front) => number): Trouble => ({
  before: () => undefined,
  write: () => undefined,
  outage: async ({ front }) => {
    for (let n = 0; n < 3; n++) await expect.poll(() => strike(front)).toBeGreaterThan(0);
  },
});

const cut = (front: Front): number => front.cut({ watch: true });

/** The watches that come next are told that what they would resume from is gone, by a status or by an event. */
function expire(front: Front): number {
  const met = cut(front);
  if (met > 0) for (const fault of [status(410), expiredWatch]) front.fault({ watch: true }, fault, 2);
  return met;
}

/** How a run ends that meets a fault, and what it says where it fails; `undefined` where the fault cannot be. */
interface End {
  readonly result: string;
  readonly reason: string;
  readonly says: string;
}

const fine: End = { result: "succeeded", reason: "", says: "available and stable" };
const back: End = { result: "rolled-back", reason: "Timeout", says: "was rolled back" };
/** A write that may have been done and, as reading shows, was not. It is not sent again. */
const lost: End = {
  result: "error",
  reason: "ApiUnavailable",
  says: "answer to the change was lost, and it was not sent again",
};
const unreachable = (says: string): End => ({ result: "error", reason: "ClusterUnreachable", says });

/** Phases of a run: reading, the change, the rollout, the time that it is to stay available, the change back. */
type Phase = "before" | "change" | "watch" | "end" | "change back";

const PHASES: readonly Phase[] = ["before", "change", "watch", "end", "change back"];

const TABLE: readonly (readonly [fault: string, trouble: Trouble, ends: readonly (End | undefined)[]])[] = [
  // fault, before, change, watch, end, change back
  ["429 with Retry-After", requests(status(429, { retryAfter: 1 })), [fine, fine, fine, fine, back]],
  ["500", requests(status(500)), [fine, lost, fine, fine, back]],
  ["502", requests(html(502)), [fine, lost, fine, fine, back]],
  ["503", requests(status(503, { retryAfter: 1 })), [fine, lost, fine, fine, back]],
  ["504", requests(html(504)), [fine, lost, fine, fine, back]],
  ["a reset", requests(RESET), [fine, lost, fine, fine, back]],
  ["a reset after all", requests({ kind: "reset", when: "after" }), [fine, fine, fine, fine, back]],
  ["a half-open connection", silence("before"), [fine, lost, fine, fine, back]],
  ["a half-open connection after all", silence("after"), [fine, fine, fine, fine, back]],
  [
    "a wrong certificate",
    line("wrong-certificate"),
    [unreachable("is not signed by"), lost, fine, fine, undefined],
  ],
  ["no TLS", line("garbage"), [unreachable("does not speak TLS"), lost, fine, fine, undefined]],
  ["an unknown name", unknownName, [unreachable("host name is not known"), lost, fine, fine, undefined]],
  [
    "a refused connection",
    line("refused"),
    [unreachable("nothing answers at this port"), lost, fine, fine, undefined],
  ],
  ["cut watches", streams(cut), [undefined, undefined, fine, fine, undefined]],
  [
    "410 in watches",
    streams((front) => front.expireWatches()),
    [undefined, undefined, fine, fine, undefined],
  ],
  ["410 for watches", streams(expire), [undefined, undefined, fine, fine, undefined]],
];

const CELLS = PHASES.flatMap((phase, column) =>
  TABLE.flatMap(([fault, trouble, ends]) => {
    const end = ends[column];
    return end === undefined ? [] : [[fault, phase, end, trouble] as const];
  }),
);

/** Fails the look-up of every name while a file is there. */
const LOOKUP = `
import dns from "node:dns";
import { existsSync } from "node:fs";
const lookup = dns.lookup;
dns.lookup = (name, ...rest) =>
  existsSync(process.env.NAMES_UNKNOWN)
    ? process.nextTick(rest.at(-1), Object.assign(new Error("getaddrinfo ENOTFOUND " + name), { code: "ENOTFOUND" }))
    : lookup(name, ...rest);
`;

interface Staged extends Way, AsyncDisposable {
  readonly shop: Shop;
  readonly generation: number;
  begin(inputs?: Record<string, string>): Promise<Running>;
}

/** A shop, and the way to it by a name. */
async function stage(): Promise<Staged> {
  const shop = await Shop.open(cluster, { replicas: 1 });
  const { front, kubeconfig } = await openKubeconfigFront(shop.kubeconfig);
  await writeFile(kubeconfig, (await readFile(kubeconfig, "utf8")).replace("127.0.0.1", "localhost"));
  const namesUnknown = `${kubeconfig}.names-unknown`;
  return {
    shop,
    front,
    generation: (await shop.web())?.metadata?.generation ?? 0,
    setName: (to) => (to === "unknown" ? writeFile(namesUnknown, "") : rm(namesUnknown)),
    begin: (inputs = {}) =>
      startAction({
        inputs: shop.inputs("2", { kubeconfig, ...inputs }),
        env: {
          NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(LOOKUP)}`,
          NAMES_UNKNOWN: namesUnknown,
        },
      }),
    [Symbol.asyncDispose]: () => front[Symbol.asyncDispose](),
  };
}

/** A shop, and the way to it through the Connect Gateway of a Google of its own. */
async function stageAtGateway(facts: Partial<Facts> = {}): Promise<Staged & { google: GoogleDouble }> {
  const google = await startGoogle(cluster, { facts });
  const shop = await Shop.open(cluster, { replicas: 1 });
  await cluster.user(google.user(), shop.namespace, documentedRights());
  const { kubeconfig: _, ...asked } = shop.inputs("2");
  const gke = { cluster: "prod", location: "europe-west1", endpoint: "connect-gateway" };
  return {
    google,
    shop,
    front: google.fronts.gateway,
    generation: (await shop.web())?.metadata?.generation ?? 0,
    setName: () => Promise.reject(new Error("names are for kubeconfigs")),
    begin: (inputs = {}) => startAction({ inputs: { ...asked, ...gke, ...inputs }, env: google.env() }),
    [Symbol.asyncDispose]: () => google[Symbol.asyncDispose](),
  };
}

/** Begins a run, and lets the trouble meet it at a phase. */
async function meet(staged: Staged, phase: Phase, { before, write, outage }: Trouble): Promise<Running> {
  const { shop } = staged;
  switch (phase) {
    case "before": {
      await before(staged);
      return staged.begin();
    }
    case "change": {
      await write(staged);
      return staged.begin();
    }
    case "watch": {
      cluster.behaviour(shop.image("2"), { kind: "ready", afterMs: 4_000 });
      const run = await staged.begin({ timeout: "20s" });
      // Any wait will do: lists that are seconds apart may not show that of new pods.
      await run.logged("waiting for ");
      await outage(staged, run);
      return run;
    }
    case "end": {
      const run = await staged.begin({ timeout: "20s", "stable-for": "8s" });
      await run.logged("to stay available");
      await outage(staged, run);
      return run;
    }
    case "change back": {
      cluster.behaviour(shop.image("2"), { kind: "never" });
      const run = await staged.begin({ timeout: "3s" });
      await run.logged("waiting for new pods");
      await write(staged);
      return run;
    }
  }
  return phase satisfies never;
}

/** What is there after a run: writes that reached the API server, writes that took effect, the image that stands. */
async function left({ shop, front, generation }: Staged) {
  const web = await shop.web();
  return {
    arrived: front.count(WRITE),
    effective: (web?.metadata?.generation ?? 0) - generation,
    image: web?.spec?.template.spec?.containers[0]?.image,
  };
}

/** How many writes, and of which image the last one was, by the result. */
const WRITTEN: Readonly<Record<string, readonly [writes: number, tag: string]>> = {
  succeeded: [1, "2"],
  error: [0, "1"],
  "rolled-back": [2, "1"],
};

describe.concurrent("each fault at each phase", () => {
  test.each(CELLS)("%s, %s", async (_, phase, { result, reason, says }, trouble) => {
    await using staged = await stage();
    const run = await meet(staged, phase, trouble);
    const { outputs, log } = await run.ended;
    const [writes, tag] = WRITTEN[result] ?? [];
    const ended = { result: outputs.result, reason: outputs.reason, message: outputs.message };
    expect({ ...ended, ...(await left(staged)) }, log).toEqual({
      result,
      reason,
      message: expect.stringContaining(says),
      arrived: writes,
      effective: writes,
      image: staged.shop.image(String(tag)),
    });
  });
});

describe.concurrent("an API that is away for a minute while a rollout goes on", () => {
  test.each(["refused", "silent"] as const)(
    "%s: it stretches the wait, and the rollout succeeds",
    async (to) => {
      await using staged = await stage();
      cluster.behaviour(staged.shop.image("2"), { kind: "ready", afterMs: 8_000 });
      const run = await staged.begin({ timeout: "30s" });
      await run.logged("waiting for new pods");
      await staged.front.setLine(to);
      await new Promise((resolve) => setTimeout(resolve, 60_000));
      await staged.front.setLine("open");
      expect((await run.ended).outputs).toMatchObject({ result: "succeeded" });
      expect(await left(staged)).toEqual({ arrived: 1, effective: 1, image: staged.shop.image("2") });
    },
  );
});

test.concurrent("an API that is away for a minute once it has made the change: that is found, and not made again", async () => {
  await using staged = await stage();
  const { front } = staged;
  front.fault(
    WRITE,
    () => {
      setTimeout(() => void front.setLine("refused"), 500);
      setTimeout(() => void front.setLine("open"), 60_000);
      return { kind: "silence", when: "after" };
    },
    1,
  );
  const { outputs, log } = await (await staged.begin({ timeout: "20s" })).ended;
  expect(outputs.result, log).toBe("succeeded");
  expect(await left(staged)).toEqual({ arrived: 1, effective: 1, image: staged.shop.image("2") });
});

describe.concurrent("through the Connect Gateway, by lists", () => {
  test.each<[string, Trouble]>([
    ["429 with Retry-After", requests(status(429, { retryAfter: 1 }))],
    ["503", requests(status(503))],
    ["a reset", requests(RESET)],
    ["a half-open connection", silence("before")],
    ["a refused connection", line("refused")],
  ])("%s while a rollout goes on stretches the wait, and the rollout succeeds", async (_, trouble) => {
    await using staged = await stageAtGateway();
    const run = await meet(staged, "watch", trouble);
    const { outputs, log } = await run.ended;
    expect({ result: outputs.result, ...(await left(staged)) }, log).toEqual({
      result: "succeeded",
      arrived: 1,
      effective: 1,
      image: staged.shop.image("2"),
    });
    expect(staged.front.asked.filter(({ query }) => query.has("watch"))).toEqual([]);
  });

  test("no tokens for a while stretch the wait, and the rollout succeeds", async () => {
    await using staged = await stageAtGateway({ tokenLifetimeSeconds: 15 });
    const { sts } = staged.google.fronts;
    cluster.behaviour(staged.shop.image("2"), { kind: "ready", afterMs: 16_000 });
    const run = await staged.begin({ timeout: "30s" });
    await run.logged("waiting for new pods");
    await sts.setLine("refused");
    await run.logged(BLIND);
    await sts.setLine("open");
    const { outputs, log } = await run.ended;
    expect(outputs.result, log).toBe("succeeded");
    expect(await left(staged)).toMatchObject({ arrived: 1, effective: 1 });
  });
});
