import { describe, expect, test } from "vitest";
import type { Snapshot } from "../src/core/capacity/verdict.ts";
import type { Inputs } from "../src/core/inputs.ts";
import { instant } from "../src/core/model/instant.ts";
import type { Target, Workload } from "../src/core/model/workload.ts";
import { ActionError } from "../src/core/reason.ts";
import { noFacts } from "../src/core/report/facts.ts";
import type { Outcome } from "../src/core/report/outcome.ts";
import { reportOf } from "../src/core/report/report-of.ts";
import { standsOf } from "../src/core/report/stands.ts";
import { toSummary } from "../src/core/report/summary.ts";
import type { Observation } from "../src/core/rollout/rollout.ts";
import { deploy } from "../src/deploy.ts";
import type { Cluster, PatchAnswer, RightsAnswer, VerifyResult, World } from "../src/ports.ts";
import { node, placed, podSpec, scenario } from "./core/capacity/builders.ts";
import { aReadyPod } from "./core/rollout/play.ts";
import { aTarget, aWorkload } from "./core/workloads.ts";

const INPUTS: Inputs & { logLines: number } = {
  where: { kind: "kubeconfig", kubeconfig: undefined, context: undefined },
  namespace: "shop",
  workload: { kind: "Deployment", name: "web" },
  image: { kind: "only", image: "shop/web:2" },
  mode: "deploy",
  timeoutMs: 60_000,
  precheck: "off",
  readinessPatienceMs: "auto",
  stableForMs: 0,
  verifyCommand: undefined,
  verifyTimeoutMs: 60_000,
  onFailure: "rollback",
  allowUntrustedEvents: false,
  logLines: 0,
  eventLimit: 50,
  summary: "always",
  annotate: false,
  record: undefined,
};
const BEFORE = aWorkload();
const BEYOND = "2030-01-01T00:00:00Z";

/** The workload after a write: its images, and a generation of its own. */
const withImage = (image: string, generation: number): Workload => {
  const spec = JSON.parse(BEFORE.template.json).spec;
  spec.containers[0].image = image;
  const workload = aWorkload({ podSpec: spec });
  return { ...workload, generation, observedGeneration: generation };
};
const CHANGED = withImage("shop/web:2", 4);
const RESTORED = { ...BEFORE, generation: 5, observedGeneration: 5 };

/** Answers of a cluster that a test scripts: each list is used up from the front, its last entry stays. */
interface Script {
  readonly targets?: readonly (Target | ActionError)[];
  readonly patches: readonly (PatchAnswer | ActionError)[];
  /** What each watch shows, forwards first; with a deadline exceeded where it is to fail. */
  readonly watches?: readonly (Observation | readonly Observation[])[];
  readonly verified?: VerifyResult;
  /** Milliseconds of pauses after which the run is cancelled. */
  readonly cancelledAfter?: number;
  readonly snapshot?: Snapshot;
  /** Unless it is said otherwise, every right is there. */
  readonly review?: RightsAnswer;
}

const written = (workload: Workload): PatchAnswer => ({ kind: "written", workload, warnings: [] });
const whole = aTarget(BEFORE, 3);

function seen(workload: Workload, { failing = false } = {}): Observation {
  const at = instant(1_000_000);
  const [replicaSet] = aTarget(workload, failing ? 0 : 3).replicaSets;
  const deadline = {
    type: "Progressing",
    status: "False",
    reason: "ProgressDeadlineExceeded",
    message: 'ReplicaSet "web-abc" has timed out progressing.',
    lastTransition: instant(Date.parse(BEYOND)),
    lastUpdate: instant(Date.parse(BEYOND)),
  };
  return {
    at,
    freshAt: at,
    workload: {
      ...workload,
      conditions: failing ? [deadline] : [],
      status: { ...workload.status, updatedReplicas: failing ? 1 : 3 },
    },
    replicaSets: replicaSet === undefined ? [] : [replicaSet],
    pods: failing ? [] : ["web-1", "web-2", "web-3"].map((name) => aReadyPod({ name, ownerUid: "rs-1" })),
    events: [],
    logs: [],
  };
}

async function play(script: Script, inputs: Partial<Inputs> = {}) {
  const facts = noFacts();
  const sent: string[][] = [];
  const next = <T>(list: readonly T[], used: { n: number }): T => {
    const entry = list[Math.min(used.n++, list.length - 1)];
    if (entry === undefined) throw new Error("the script says nothing of this");
    return entry;
  };
  const used = { targets: { n: 0 }, patches: { n: 0 }, watches: { n: 0 } };
  const cluster: Cluster = {
    endpoint: "cluster.test",
    namespace: "default",
    review: async (rights) => script.review ?? { kind: "known", user: "ci", allowed: rights.map(() => true) },
    target: async () => {
      const target = next<Target | ActionError>(script.targets ?? [whole], used.targets);
      if (target instanceof ActionError) throw target;
      return target;
    },
    snapshot: async () => {
      if (script.snapshot !== undefined) return script.snapshot;
      throw new Error("no pre-check in this story");
    },
    patch: async (_, operations) => {
      sent.push(operations.map(({ op, path }) => `${op} ${path}`));
      const answer = next(script.patches, used.patches);
      if (answer instanceof ActionError) throw answer;
      return answer;
    },
    watch: () => {
      const observations = [next(script.watches ?? [], used.watches)].flat();
      return Object.assign(
        (async function* () {
          yield* observations;
        })(),
        { ask: () => undefined },
      );
    },
    close: async () => undefined,
  };
  const said: string[] = [];
  let time = 1_000_000;
  const controller = new AbortController();
  const world: World = {
    cluster,
    clock: {
      now: () => instant(time),
      sleep: async (ms) => {
        time += ms;
        if (time - 1_000_000 < (script.cancelledAfter ?? Number.POSITIVE_INFINITY)) return;
        controller.abort();
        throw controller.signal.reason;
      },
    },
    log: {
      info: (text) => said.push(text),
      warning: (text) => said.push(text),
      group: (title, work) => {
        said.push(title);
        return work();
      },
    },
    verifier: { run: async () => script.verified ?? { kind: "passed", exitCode: 0, output: [] } },
  };
  const run = { url: "", number: "", sha: "", actor: "" };
  const { signal } = controller;
  const rollout = { inputs: { ...INPUTS, ...inputs, logLines: 0 }, world, facts, run, signal };
  const outcome = await deploy(rollout).catch((error: unknown) => error);
  const result = outcome instanceof ActionError ? outcome.reason : (outcome as { result: string }).result;
  return { result, outcome: outcome as Record<string, unknown>, sent, said, facts };
}

describe("deploy() and rights", () => {
  const patches = [written(CHANGED)];
  const known = (allowed: readonly boolean[]) => ({ kind: "known", user: "ci@shop.test", allowed }) as const;

  test("stops before it reads anything when a right is missing, with what to grant", async () => {
    const { result, outcome, said, sent } = await play({ patches, review: known([]) });
    expect(result).toBe("PermissionDenied");
    expect(outcome.detail).toContain(`    name: "ci@shop.test"`);
    expect(said).toContain("Signed in as ci@shop.test");
    expect(said.filter((line) => line.startsWith("Found"))).toEqual([]);
    expect(sent).toEqual([]);
  });

  test("goes on without what is optional, and warns of what is lost", async () => {
    const required = Array(8).fill(true);
    const { result, facts, said } = await play({
      patches,
      watches: [seen(CHANGED)],
      review: known(required),
    });
    expect(result).toBe("succeeded");
    expect(facts.warnings).toEqual([
      expect.stringMatching(/^No right to list and watch events in namespace shop: /),
    ]);
    expect(said).toContain(`    resources: ["events"]`);
  });

  test("goes on when rights cannot be reviewed, and says so", async () => {
    const review = { kind: "unknown", why: "503 away" } as const;
    const { result, facts, said } = await play({ patches, watches: [seen(CHANGED)], review });
    expect(result).toBe("succeeded");
    expect(facts.warnings).toEqual([]);
    expect(said).toContainEqual(expect.stringMatching(/not known beforehand.*: 503 away$/));
  });
});

describe("deploy() and guarded writes", () => {
  test("succeeds when its change is written and every replica runs it", async () => {
    const { result, sent } = await play({ patches: [written(CHANGED)], watches: [seen(CHANGED)] });
    expect(result).toBe("succeeded");
    expect(sent).toHaveLength(1);
  });

  test("tries a change once more when somebody touched other fields of the workload", async () => {
    const { result, sent } = await play({
      patches: [{ kind: "mismatch" }, written(CHANGED)],
      watches: [seen(CHANGED)],
    });
    expect(result).toBe("succeeded");
    expect(sent).toHaveLength(2);
  });

  test("gives way with Conflict when somebody changed the template", async () => {
    const theirs = aTarget(withImage("shop/web:9", 4), 3);
    const { result, sent, facts } = await play({ targets: [whole, theirs], patches: [{ kind: "mismatch" }] });
    expect(result).toBe("Conflict");
    expect(sent).toHaveLength(1);
    expect(facts.changed).toBeUndefined();
  });

  test("is no success when somebody scales it to zero meanwhile", async () => {
    const { result, outcome } = await play({
      patches: [written({ ...CHANGED, replicas: 0 })],
      watches: [seen({ ...CHANGED, replicas: 0 })],
    });
    expect(result).toBe("superseded");
    expect(outcome).toMatchObject({ reason: "NoReplicas" });
  });

  test("says that nothing was verified where there were no replicas to begin with", async () => {
    const asleep = { ...BEFORE, replicas: 0 };
    const { result, outcome } = await play({
      targets: [aTarget(asleep, 0)],
      patches: [written({ ...CHANGED, replicas: 0 })],
    });
    expect(result).toBe("succeeded");
    expect(outcome.message).toContain("nothing was verified");
  });

  test("is refused when the API denies the change itself", async () => {
    const { result, outcome } = await play({ patches: [{ kind: "denied", message: "policy says no" }] });
    expect(result).toBe("refused");
    expect(outcome).toMatchObject({
      reason: "AdmissionDenied",
      message: expect.stringContaining("policy says no"),
    });
  });

  test("finds by reading that a change whose answer was lost stands, and writes no second time", async () => {
    const { result, sent } = await play({
      targets: [whole, aTarget(CHANGED, 0)],
      patches: [{ kind: "lost", why: "ECONNRESET" }],
      watches: [seen(CHANGED)],
    });
    expect(result).toBe("succeeded");
    expect(sent).toHaveLength(1);
  });

  test("looks for its lost change once the API is there again, be it after minutes", async () => {
    const away = new ActionError("ClusterUnreachable", "connection refused");
    const { result, sent } = await play({
      targets: [whole, ...Array<ActionError>(100).fill(away), aTarget(CHANGED, 0)],
      patches: [{ kind: "lost", why: "ECONNRESET" }],
      watches: [seen(CHANGED)],
    });
    expect(result).toBe("succeeded");
    expect(sent).toHaveLength(1);
  });

  test("does not look for its lost change for ever", async () => {
    const away = new ActionError("ClusterUnreachable", "connection refused");
    const { outcome, facts } = await play({
      targets: [whole, away],
      patches: [{ kind: "lost", why: "ECONNRESET" }],
    });
    expect(outcome).toMatchObject({ result: "error", reason: "ApiUnavailable" });
    expect(facts.unsettled).toBe(true);
  });

  test("does not take a third template for proof that its lost change was not made", async () => {
    const theirs = aTarget(withImage("registry.shop/web:2", 5), 3);
    const { result, facts } = await play({
      targets: [whole, theirs],
      patches: [{ kind: "lost", why: "ECONNRESET" }],
    });
    expect(result).toBe("error");
    expect(facts.unsettled).toBe(true);
  });

  test("does not claim to know what became of a change that reading does not show", async () => {
    const { result, outcome, sent, facts } = await play({ patches: [{ kind: "lost", why: "ECONNRESET" }] });
    expect(result).toBe("error");
    expect(outcome).toMatchObject({ reason: "ApiUnavailable" });
    expect(sent).toHaveLength(1);
    expect(standsOf(facts, "error").join(" ")).toContain("may yet take effect");
  });
});

describe("deploy() after a failure", () => {
  const failing = { patches: [written(CHANGED)], watches: [seen(CHANGED, { failing: true })] };

  test("puts the whole template back over its own change, and watches it", async () => {
    const { result, outcome, sent, facts } = await play({
      patches: [written(CHANGED), written(RESTORED)],
      watches: [seen(CHANGED, { failing: true }), seen(RESTORED)],
    });
    expect(result).toBe("rolled-back");
    expect(outcome).toMatchObject({ reason: "ProgressDeadlineExceeded" });
    expect(sent[1]?.at(-1)).toBe("replace /spec/template");
    expect(standsOf(facts, "rolled-back")).toContain("The template from before is back in place");
  });

  test("undoes nothing, and keeps the cause, when somebody else was faster", async () => {
    const { result, outcome } = await play({
      ...failing,
      targets: [whole, aTarget(withImage("shop/web:9", 9), 3)],
      patches: [written(CHANGED), { kind: "mismatch" }],
    });
    expect(result).toBe("superseded");
    expect(outcome).toMatchObject({ reason: "ProgressDeadlineExceeded" });
  });

  test("keeps at its rollback while the API is away", async () => {
    const away = new ActionError("ClusterUnreachable", "connection refused");
    const { result, sent } = await play({
      patches: [written(CHANGED), away, away, written(RESTORED)],
      watches: [seen(CHANGED, { failing: true }), seen(RESTORED)],
    });
    expect(result).toBe("rolled-back");
    expect(sent).toHaveLength(4);
  });

  test("finds that a rollback whose answer was lost stands, and tries again where it does not", async () => {
    const script = { watches: [seen(CHANGED, { failing: true }), seen(RESTORED)] };
    const lost: PatchAnswer = { kind: "lost", why: "ECONNRESET" };
    const stood = await play({
      ...script,
      targets: [whole, aTarget(RESTORED, 3)],
      patches: [written(CHANGED), lost],
    });
    expect([stood.result, stood.sent.length]).toEqual(["rolled-back", 2]);
    const again = await play({
      ...script,
      targets: [whole, aTarget(CHANGED, 0)],
      patches: [written(CHANGED), lost, written(RESTORED)],
    });
    expect([again.result, again.sent.length]).toEqual(["rolled-back", 3]);
  });

  test("does not claim to know what became of a lost rollback when it is cancelled before the next try", async () => {
    const { facts } = await play({
      targets: [whole, aTarget(CHANGED, 0)],
      patches: [written(CHANGED), { kind: "lost", why: "ECONNRESET" }],
      watches: [seen(CHANGED, { failing: true })],
      cancelledAfter: 10_000,
    });
    expect(facts.unsettled).toBe(true);
  });

  test("tries again when the workload was only being written to, and yields when it is gone", async () => {
    const mismatch: PatchAnswer = { kind: "mismatch" };
    const busy = await play({
      targets: [whole, aTarget(CHANGED, 0)],
      patches: [written(CHANGED), mismatch, written(RESTORED)],
      watches: [seen(CHANGED, { failing: true }), seen(RESTORED)],
    });
    expect(busy.result).toBe("rolled-back");
    const gone = await play({
      ...failing,
      patches: [written(CHANGED), new ActionError("WorkloadNotFound", "no deployment/web")],
    });
    expect(gone.result).toBe("superseded");
  });

  test("rolls back once: a rollback that fails is not rolled back again", async () => {
    const { result, sent } = await play({
      patches: [written(CHANGED), written(RESTORED)],
      watches: [seen(CHANGED, { failing: true }), seen(RESTORED, { failing: true })],
    });
    expect(result).toBe("rollback-failed");
    expect(sent).toHaveLength(2);
  });

  test("says rollback-failed when the API denies the rollback", async () => {
    const { result } = await play({
      ...failing,
      patches: [written(CHANGED), { kind: "denied", message: "no" }],
    });
    expect(result).toBe("rollback-failed");
  });

  test("leaves a workload whose previous template had no available pod", async () => {
    const { result, sent, said } = await play({ ...failing, targets: [aTarget(BEFORE, 0)] });
    expect(result).toBe("failed");
    expect(sent).toHaveLength(1);
    const warned = said.findIndex((line) => line.includes("nothing will be put back"));
    expect(warned).toBeGreaterThanOrEqual(0);
    expect(warned).toBeLessThan(said.indexOf("Change the image"));
  });

  test("leaves what the user said to leave", async () => {
    const { result, sent } = await play(failing, { onFailure: "leave" });
    expect(result).toBe("failed");
    expect(sent).toHaveLength(1);
  });

  test("takes a verify command that fails for a failed rollout", async () => {
    const { result, outcome } = await play(
      {
        patches: [written(CHANGED), written(RESTORED)],
        watches: [seen(CHANGED), seen(RESTORED)],
        verified: { kind: "timed-out", exitCode: undefined, output: ["still waiting"] },
      },
      { verifyCommand: "./smoke-test" },
    );
    expect(result).toBe("rolled-back");
    expect(outcome).toMatchObject({ reason: "VerifyCommandFailed", causes: [{ message: "still waiting" }] });
  });

  test("counts what happens to the pods while the verify command runs", async () => {
    const { result, outcome } = await play(
      {
        patches: [written(CHANGED), written(RESTORED)],
        watches: [seen(CHANGED), seen(CHANGED, { failing: true }), seen(RESTORED)],
      },
      { verifyCommand: "./smoke-test" },
    );
    expect(result).toBe("rolled-back");
    expect(outcome).toMatchObject({ reason: "ProgressDeadlineExceeded" });
  });
});

describe("deploy() in mode check", () => {
  const [snapshot] = scenario({
    replicas: 3,
    nodes: [node("pool-1-a", { cpu: "1" })],
    pods: [placed("pool-1-a", { cpu: "900m" })],
    pod: podSpec({ cpu: "200m" }),
  });
  const check = (precheck: Inputs["precheck"], more: Partial<Snapshot> = {}) =>
    play({ patches: [], snapshot: { ...snapshot, ...more } }, { mode: "check", precheck });

  test("says that the rollout may go ahead when it can complete, and notes the pre-check", async () => {
    const { outcome, facts } = await check("enforce", { pods: [] });
    expect(outcome.message).toBe("deployment/web was only checked: the rollout may go ahead");
    expect(facts.journal.moments).toMatchObject([{ subject: "pre-check", text: "the rollout finds room" }]);
  });

  test("is no praise for a rollout that would stall and is not refused", async () => {
    const { result, outcome } = await check("warn");
    expect(result).toBe("checked");
    expect(outcome.message).toMatch(
      /^deployment\/web was only checked, and .* would stop at 0 of 3 new pods/,
    );
  });

  test("refuses it otherwise, and writes nothing", async () => {
    const { result, sent } = await check("enforce");
    expect([result, sent]).toEqual(["refused", []]);
  });
});

describe("deploy() and what its report says of the workload", () => {
  const told = ({ facts, outcome }: Awaited<ReturnType<typeof play>>) => {
    const at = instant(1_000_000);
    const setting = { version: "", mode: "deploy" as const, startedAt: at, finishedAt: at, logsRead: false };
    const run = { url: "", number: "", sha: "", actor: "" };
    const report = reportOf(facts, outcome as unknown as Outcome, { ...setting, run });
    const summary = toSummary(report, { eventLimit: 0 });
    const [title = ""] = summary.split("\n");
    const image = summary
      .match(/^\| image of .*$/m)?.[0]
      .split("|")
      .at(-2)
      ?.trim();
    return { report, summary, title, image };
  };
  const failing = seen(CHANGED, { failing: true });

  test("does not say that nothing was changed when the answer to its change was lost", async () => {
    const { title, summary, image } = told(await play({ patches: [{ kind: "lost", why: "ECONNRESET" }] }));
    expect(title).toBe("## ⚠️ `deployment/web` may have been changed: the API server stopped answering");
    expect(image).toBe("not known");
    expect(summary).toContain("it is not known whether the change took effect");
    expect(summary).not.toMatch(/nothing was changed/i);
  });

  test("does not claim a change where the image was there already and is not healthy", async () => {
    const there = { targets: [aTarget(CHANGED, 3)], patches: [], watches: [failing] };
    const { title, summary } = told(await play(there));
    expect(title).toBe("## ❌ `deployment/web` already has this image: no progress within the deadline");
    expect(summary).toContain("nothing was changed");
    expect(summary).not.toContain("| image of");
  });

  test("says whose change stands when somebody else changed the template", async () => {
    const theirs = withImage("shop/web:9", 5);
    const { title, image } = told(await play({ patches: [written(CHANGED)], watches: [seen(theirs)] }));
    expect(title).toBe("## ⏭️ `deployment/web` was changed by somebody else: we stopped");
    expect(image).toBe("`:9`");
  });

  test.each([
    ["paused", { paused: true }, "it is paused"],
    ["scaled to zero", { replicas: 0 }, "it has no replicas"],
  ])("says that its own change still stands once the workload is %s", async (_, more, why) => {
    const midway = { ...seen(CHANGED), pods: [] };
    const watches = [[midway, seen({ ...CHANGED, ...more, generation: 5 })]];
    const { title, image, report } = told(await play({ patches: [written(CHANGED)], watches }));
    expect(title).toBe(`## ⏭️ \`deployment/web\` was left midway: ${why}`);
    expect(image).toBe("`:2`");
    expect(report.template).toBe("ours");
  });

  test("says that the workload was deleted, and counts no pods of it", async () => {
    const watches = [{ ...seen(CHANGED), workload: undefined }];
    const { title, image, report } = told(await play({ patches: [written(CHANGED)], watches }));
    expect(title).toBe("## ⏭️ `deployment/web` was deleted by somebody else: we stopped");
    expect(image).toBe("deleted");
    expect(report.replicas?.available).toBe(0);
  });

  test("says that the workload was created anew", async () => {
    const watches = [seen({ ...withImage("shop/web:9", 1), uid: "u-2" })];
    const { title, image } = told(await play({ patches: [written(CHANGED)], watches }));
    expect(title).toBe("## ⏭️ `deployment/web` was created anew by somebody else: we stopped");
    expect(image).toBe("`:9`");
  });

  test("keeps the cause when somebody else changed the workload before its rollback", async () => {
    const { title, image, report } = told(
      await play({
        targets: [whole, aTarget(withImage("shop/web:9", 5), 3)],
        patches: [written(CHANGED), { kind: "mismatch" }],
        watches: [failing],
      }),
    );
    expect(title).toBe(
      "## ⏭️ `deployment/web` failed, and somebody else changed it: no progress within the deadline",
    );
    expect(image).toBe("somebody else's");
    expect(report.stands.join(" ")).not.toContain("still in place");
  });

  test("takes no look from before its rollback for what stands after it", async () => {
    const patches = [written(CHANGED), written(RESTORED)];
    const { facts } = await play({ patches, watches: [failing, seen(RESTORED)] });
    facts.seen = failing;
    expect(standsOf(facts, "cancelled")).toContain("The template from before is back in place");
  });
});
